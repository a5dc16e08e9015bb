import type { Mock } from '../engine/mock.ts'
import { type Call, type CallSchema, isCall, type ServedCall } from './call.ts'
import { calls } from './calls/index.ts'
import { parseRoute } from './route.ts'
import { routes } from './routes.ts'
import type { Served } from './served.ts'

/**
 * The calls that the control API of a mock has: its own, then those of the mock's products. Where two paths fit, the first one answers; of several
 * names for one route the first one is its id.
 *
 * @throws Error for a product that has a route without a call, or a call that is there twice
 */
export async function servedCalls(mock: Mock): Promise<readonly ServedCall[]> {
  const own = Object.entries(routes).map(([id, route]) => serve(id, route, calls[id as keyof typeof routes], mock))
  const brought = await Promise.all(
    mock.products.map(async (product) => {
      const found = (await product.calls?.()) ?? {}
      return Object.entries(product.routes ?? {}).map(([id, route]) => {
        const call = Object.hasOwn(found, id) ? found[id] : undefined
        if (!call || !isCall(call)) throw new Error(`Product ${product.id} has the route ${id}, and no such call.`)
        return serve(id, route, call, mock)
      })
    }),
  )
  return withoutSecondNames([...own, ...brought.flat()])
}

function serve(id: string, route: string, call: Call, served: Served): ServedCall {
  const { method, path } = parseRoute(route)
  const resolve = (schema: CallSchema | undefined) => (typeof schema === 'function' ? schema(served) : schema)
  return { ...call, id, method, path: `/_mock${path}`, body: resolve(call.body), answer: resolve(call.answer) }
}

function withoutSecondNames(calls: readonly ServedCall[]): readonly ServedCall[] {
  const byRoute = new Map<string, ServedCall>()
  const byId = new Map<string, ServedCall>()
  for (const call of calls) {
    const route = `${call.method} ${call.path}`
    const first = byRoute.get(route)
    if (byId.has(call.id)) throw new Error(`The control API has a second ${call.id}.`)
    if (first && first.handle !== call.handle) throw new Error(`${first.id} and ${call.id} are both ${route}.`)
    byId.set(call.id, call)
    if (!first) byRoute.set(route, call)
  }
  return [...byRoute.values()]
}
