import { eventsOf, type Product, refuseProduct, settingsOf, tablesOf } from '../engine/product.ts'
import { onceFor } from '../wire/shared/pieces.ts'
import { type Call, type CallSchema, isCall, type ServedCall } from './call.ts'
import { calls } from './calls/index.ts'
import { parseRoute, type Served } from './route.ts'
import { routes } from './routes.ts'

/**
 * The calls of the control API of a mock with some products: its own, then theirs. If two paths fit, the first one answers; if a route has several names,
 * the first is its id.
 *
 * @throws UsageError `MOCK_PRODUCT` for a product's route without a call, or a route that another call already has
 */
export const servedCalls = onceFor(async (products: readonly Product[]): Promise<readonly ServedCall[]> => {
  const parts = { tables: tablesOf(products), events: eventsOf(products), settingDefinitions: settingsOf(products) }
  const served = Object.entries(routes).map(([id, route]) => serve(id, route, calls[id as keyof typeof routes], parts))
  // Sequential: Jest's virtual machines on Node 22 fail if two concurrent imports share a module.
  for (const product of products) {
    const found = (await product.calls?.()) ?? {}
    for (const [id, route] of Object.entries(product.routes ?? {})) {
      const call = Object.hasOwn(found, id) ? found[id] : undefined
      if (!call || !isCall(call)) {
        refuseProduct({
          en: `The product ${product.id} has a route ${id}, but no call of that name.`,
          zh: `产品 ${product.id} 有路由 ${id}，但没有同名的调用，请补上。`,
        })
      }
      served.push(serve(id, route, call, parts))
    }
  }
  return withoutSecondNames(served)
})

function serve(id: string, route: string, call: Call, served: Served): ServedCall {
  const { method, path } = parseRoute(route)
  const body = resolver(call.body, served)
  const answer = resolver(call.answer, served)
  return {
    ...call,
    id,
    method,
    path: `/_mock${path}`,
    get body() {
      return body()
    },
    get answer() {
      return answer()
    },
  }
}

/** Makes a schema when it is first needed: few of the calls are ever sent to a mock. */
function resolver(schema: CallSchema | undefined, served: Served) {
  if (typeof schema !== 'function') return () => schema
  let made: ReturnType<typeof schema> | undefined
  return () => {
    made ??= schema(served)
    return made
  }
}

/** @throws UsageError `MOCK_PRODUCT` */
function withoutSecondNames(calls: readonly ServedCall[]): readonly ServedCall[] {
  const byRoute = new Map<string, ServedCall>()
  for (const call of calls) {
    const route = `${call.method} ${call.path}`
    const first = byRoute.get(route)
    if (!first) byRoute.set(route, call)
    else if (first.handle !== call.handle)
      refuseProduct({
        en: `${first.id} and ${call.id} are both ${route}: move one of them.`,
        zh: `${first.id} 与 ${call.id} 的路由都是 ${route}，请改动其中一个。`,
      })
  }
  return [...byRoute.values()]
}
