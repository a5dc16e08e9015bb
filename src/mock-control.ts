import { type ControlOf, defineClient } from './control/client/client.ts'
import { type Send, sendTo } from './control/client/connection.ts'
import type { TablesOf } from './control/client/shortcuts.ts'
import type { WorldJsonOf } from './control/world/load-world.ts'
import { checkOptions, type KnownOptions } from './engine/check-options.ts'
import type { Product } from './engine/product.ts'
import type { products as ownProducts } from './products/index.ts'
import type { WorldJson } from './products/json.ts'
import * as ownRoutes from './products/routes.ts'
import { UsageError } from './wire/protocol/errors.ts'
import type { Language } from './wire/shared/texts.ts'

type OwnProducts = typeof ownProducts

/** One name for all members, so that declarations need not list them. */
interface OwnControl extends ControlOf<OwnProducts> {}

const OwnClient: new (send: Send, baseUrl: string) => OwnControl = defineClient<OwnProducts>(Object.values(ownRoutes))

/**
 * The control API of a mock, over any transport.
 *
 * Every method throws a UsageError with the `MOCK_…` code, the message and the JSON pointer of the API's refusal, and an Error
 * that names the mock when the mock has a bug.
 */
export class MockControl extends OwnClient {}

/** The control API of a mock with some products; {@link MockControl} if the types do not say which. */
export type MockControlOf<P extends readonly Product[]> = OwnProducts extends P ? MockControl : ControlOf<P>

/** A seed file of a mock with some products. */
export type WorldOf<P extends readonly Product[]> = OwnProducts extends P ? WorldJson : WorldJsonOf<TablesOf<P>>

/**
 * The class of the clients of mocks with some products.
 *
 * @param products default: the mock's own; only their routes are used
 */
export function clientFor<P extends readonly Product[]>(
  products: P | undefined,
): new (
  send: Send,
  baseUrl: string,
) => MockControlOf<P> {
  const ours: readonly object[] = Object.values(ownRoutes)
  const brought = products?.flatMap((product) => (product.routes ? [product.routes] : []))
  const own = brought?.length === ours.length && brought.every((one) => ours.includes(one))
  const Client = !brought || own ? MockControl : defineClient<P>(brought)
  // P then stands for the mock's own products, which the compiler cannot infer.
  return Client as ReturnType<typeof clientFor<P>>
}

/** Options for reaching a control API over HTTP. */
export interface ControlOptions<P extends readonly Product[] = readonly Product[]> {
  /** The token that the server was given as `--control-token`. */
  readonly token?: string
  /** The products of the mock, whose calls the client has: `[...products, loyalty]`. Default: the mock's own products. */
  readonly products?: P
  /** The language of refusals. Default: that of the server, which is English unless it was started with another. */
  readonly language?: Language
}

/** Names only: schemas would load zod, which takes longer than a call. */
const OPTIONS: KnownOptions<keyof ControlOptions> = { token: {}, products: {}, language: {} }

/**
 * The control API of a server.
 *
 * @param url address of the server, e.g. `http://127.0.0.1:8089`
 * @throws UsageError `MOCK_URL` for anything but an http address, `MOCK_OPTION` for an unknown option; its methods `MOCK_UNREACHABLE` when no one
 * answers there
 */
export function connectControl<const P extends readonly Product[] = readonly Product[]>(
  url: string | URL,
  options: ControlOptions<P> = {},
): MockControlOf<P> {
  checkOptions(options, OPTIONS)
  return controlAt(url, options, sendTo)
}

/** {@link connectControl} over another way to send. */
export function controlAt<const P extends readonly Product[] = readonly Product[]>(
  url: string | URL,
  { token, products, language }: ControlOptions<P>,
  sendingTo: typeof sendTo,
): MockControlOf<P> {
  const address = String(url)
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
    throw new UsageError('MOCK_URL', {
      en: `${address} is not the address of a mock: give one like http://127.0.0.1:8089.`,
      zh: `${address} 不是模拟服务的地址，应为 http://127.0.0.1:8089 这样的形式。`,
    })
  }
  return new (clientFor(products))(sendingTo(address, { token, language }), address)
}
