import type { ProductParts } from '../../engine/product.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Call } from '../call.ts'
import { routes as coreRoutes } from '../routes.ts'
import { ControlConnection, type Derived, derive, type Send } from './connection.ts'
import { type CoreCalls, type Shortcuts, shortcuts } from './shortcuts.ts'

type Products = readonly ProductParts[]
type Routes = Readonly<Record<string, string>>

/** The intersection of a union's members. */
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** Methods for a product's calls; `never`, which a union drops, for a product without calls. */
type CallsOf<P extends ProductParts> = P extends {
  readonly routes: infer R extends Routes
  readonly calls: () => Promise<infer C>
}
  ? Derived<R, Extract<C, { readonly [Name in keyof R]: Call }>>
  : never

/** The client of a mock with some products. */
export type ControlOf<P extends Products> = CoreCalls<P, Exclude<keyof typeof coreRoutes, keyof Shortcuts<P>>> &
  Shortcuts<P> &
  Intersection<CallsOf<P[number]>>

/**
 * Builds the client class for mocks with some products, from routes alone.
 *
 * @param routes of the products; the client also has the routes of every mock
 * @throws UsageError `MOCK_PRODUCT` for an invalid route; the class throws it for a call with the same name as a call of every mock
 */
export function defineClient<P extends Products>(
  routes: readonly Routes[],
): new (
  send: Send,
  baseUrl: string,
) => ControlOf<P> {
  const core = derive(coreRoutes)
  const brought = routes.map(derive)
  class Client {
    constructor(send: Send, baseUrl: string) {
      const connection = new ControlConnection(send, baseUrl)
      const calls = core(connection)
      // The compiler cannot see through `derive`; test/control checks `Derived` against the calls one by one.
      Object.assign(this, calls, shortcuts(calls as CoreCalls<[]>, connection))
      for (const make of brought) {
        const own = make(connection)
        for (const name of Object.keys(own)) if (Object.hasOwn(this, name)) refuseName(name)
        Object.assign(this, own)
      }
    }
  }
  return Client as ReturnType<typeof defineClient<P>>
}

function refuseName(name: string): never {
  throw new UsageError('MOCK_PRODUCT', {
    en: `The client of every mock has a method ${name}: give your call another name.`,
    zh: `每个模拟服务的控制客户端都有方法 ${name}，请给您的调用另取名字。`,
  })
}
