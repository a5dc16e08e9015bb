import { type ErrorDefinition, UsageError } from '../wire/protocol/errors.ts'
import { type Awaitable, onceFor } from '../wire/shared/pieces.ts'
import type { SetBack } from '../wire/shared/set-back.ts'
import type { Texts } from '../wire/shared/texts.ts'
import { type EventDescription, nameOfEvent } from './callbacks/event.ts'
import { notifications, type OutboxContext } from './callbacks/notifications.ts'
import type { IdSource } from './ids.ts'
import type { NamedThing, Operation, Told } from './operation.ts'
import { plannedAnswers } from './planned-answers.ts'
import { engineSettings, joinSettings, type SettingDefinitions, type SettingGroup, type Settings } from './settings.ts'
import { requests } from './state/request-numbers.ts'
import type { Transaction } from './state/store.ts'
import type { Table, TableOf } from './state/table.ts'

/** The gateway in front of some paths, as far as its answers differ from those for all other paths (protocol.md 3, corrections 3 to 6). */
export interface Gateway {
  /** How it refuses calls that it cannot authenticate while the setting `authErrors` is `observed`. */
  readonly authentication?: GatewayAuthentication
  /** Answers a `Wechatpay-Serial` that names an unknown public key. */
  readonly publicKeyUnknown?: ErrorDefinition
  /** Answers a `mchid` in the body that is not the caller's; without it, the `mchid` is not checked. */
  readonly mchidDiffers?: ErrorDefinition
  /** Common errors that it words in its own way, by the keys of those errors. */
  readonly errors?: Readonly<Record<string, ErrorDefinition>>
}

/** How a gateway treats calls that it cannot authenticate, as far as it differs from the usual one. */
export interface GatewayAuthentication {
  /** `optional`: calls may come without `Accept` and `User-Agent`. */
  readonly headers?: 'optional'
  /** `known_callers`: refusals of callers that are not known have no `Request-ID`. */
  readonly requestId?: 'known_callers'
  /** Answers a call without `Authorization`, or with a scheme that is not WeChat Pay's. */
  readonly authorizationMissing?: ErrorDefinition
  readonly mchidUnknown?: ErrorDefinition
  /** Answers a `serial_no` that is not the merchant's; carries the same detail as a signature that does not match. */
  readonly serialUnknown?: ErrorDefinition
  readonly signatureMismatch?: ErrorDefinition
}

/** A call of the control API that a product adds, made with `defineCall`. The engine does not look inside. */
export interface ControlCall {
  readonly summary: string
}

/** How the rows of a table are shown, made with `defineThing`. The engine does not look further inside. */
export interface ProductThing {
  readonly table: Table
}

/** A provider state of contracts that a product adds, made with `defineState`. The engine does not look inside. */
export interface ProductState {
  readonly parameters: Readonly<Record<string, string>>
}

/** A page that a product adds, such as one that stands for what the user sees on the phone. */
export interface ProductPage {
  /** Path below `/_mock`, a single segment: `/card-page`. The page's own files are below that, under `assets/`. */
  readonly path: string
  readonly title: Texts
  /** Whether the page reports how it ended to the page that opened it, and so keeps its reference to that. */
  readonly tellsOpener?: boolean
  /**
   * The bytes of `index.html`, or of a file that it loads, such as `assets/index-4f1c.js`; `undefined` for a file that does not exist. Default: the
   * files built into the package for this path.
   */
  read?(name: string): Awaitable<Uint8Array | undefined>
}

/** A WeChat Pay call for people to look at. */
export interface SampleCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** JSON. */
  readonly body?: string
}

/** A WeChat Pay product (产品), such as merchant coupons (商家券), with all that the mock needs to know about it. */
export interface Product {
  /** kebab-case, such as `merchant-coupon`. */
  readonly id: string
  readonly title: Texts
  readonly operations: readonly Operation[]
  /** The gateway of its paths, if its answers differ from those for all other paths; `undefined` for other paths. */
  gatewayAt?(path: string): Gateway | undefined
  /** Events that it sends callbacks for. */
  readonly events?: readonly EventDescription[]
  /** The tables that it reads or writes, including those of other products. */
  readonly tables: readonly Table[]
  /** Its settings; operations read one with `settings.name.of(context.settings)`. */
  readonly settings?: SettingGroup
  /** Routes of its control API calls below `/_mock`: `{ addCard: 'POST /cards' }`. Plain data, so that a browser can load it. */
  readonly routes?: Readonly<Record<string, string>>
  /** The calls of those routes, by the same names. Loaded with the control API, so that their schemas do not slow down the start. */
  readonly calls?: () => Promise<Readonly<Record<string, ControlCall>>>
  /**
   * How rows of its tables are shown in the dashboard, in the order of the navigation. Other tables with a title are shown as JSON. Loaded with the
   * control API.
   */
  readonly things?: () => Promise<readonly ProductThing[]>
  /** Pages that it adds to the dashboard. They are served in the same way, and use the control API like any client. */
  readonly pages?: readonly ProductPage[]
  /** States that a contract may start from, by their names in pacts. Loaded when contracts are verified or recorded. */
  readonly states?: () => Promise<Readonly<Record<string, ProductState>>>
  /** The address for callbacks of this product whose call names none; `undefined` if the merchant has not set one. */
  notifyUrlOf?(tx: Transaction, mchid: string): Awaitable<string | undefined>
  /**
   * Tells a call without rules of another product what the rows of this one say of a thing, such as the amount that is left of an order. Default:
   * nothing is known of any.
   */
  tell?(tx: Transaction, thing: NamedThing): Awaitable<Told>
  /**
   * Writes down what time has ended, before the clock is set back: nothing that has ended begins again. Rules that work out an end from the instant
   * find what was written first.
   */
  keepEnds?(tx: Transaction, setBack: SetBack): Awaitable<void>
  /** Changes of rows of other products that it goes along with, made with {@link follow}: a refund settles a complaint. */
  readonly follows?: readonly Follower[]
  /** A call for people to try first, answered with 200 however often it is repeated; `undefined` if the state allows none. */
  sampleCall?(tx: Transaction, context: SampleCallContext): Awaitable<SampleCall | undefined>
  /**
   * A story that shows people around: creates things of its own, and returns what happens to them, in order. It can be played any number of times,
   * with other numbers each time.
   */
  story?(tx: Transaction, context: StoryContext): Awaitable<readonly StoryStep[]>
}

/** The parts that determine the type of a client. States of a product name these, since they cannot name the product itself. */
export type ProductParts = Pick<Product, 'tables' | 'settings' | 'routes' | 'calls'>

export interface SampleCallContext {
  /** The merchant that makes the call. */
  readonly mchid: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly settings: Settings
}

/** Input of a story besides the state. */
export interface StoryContext extends SampleCallContext {
  readonly ids: IdSource
  /** An appid that the merchant may use. */
  readonly appid: string
  /** A receiver of callbacks that takes everything. */
  readonly notifyUrl: string
}

/** A step of a story: a call of the merchant, or something that others do, such as a user who pays. */
export type StoryStep =
  | { readonly call: SampleCall }
  | { happens(tx: Transaction, context: Pick<StoryContext, 'now' | 'ids'>): Awaitable<unknown> }

/** A step of a story that calls an operation without variables in its path. */
export function storyCall({ path }: { readonly path: string }, body: object): StoryStep {
  return { call: { method: 'POST', path, body: JSON.stringify(body) } }
}

/** Runs when a row of another product's table is saved. */
export interface Follower {
  readonly table: Table
  saved(tx: Transaction, row: unknown, context: OutboxContext): Awaitable<void>
}

/**
 * Follows a table of another product: `saved` runs for each of its rows that a call saves, in the transaction of that call and at its end. Rows of seed
 * files and snapshots are not followed.
 */
export function follow<Row>(
  table: TableOf<Row>,
  saved: (tx: Transaction, row: Row, context: OutboxContext) => Awaitable<void>,
): Follower {
  // Only rows of this table are passed on.
  return { table: table as Table, saved: saved as Follower['saved'] }
}

/** Defines a product. Pass it to `createMock({ products: [...products, loyalty] })`, and the mock treats it exactly like its own products. */
export function defineProduct<const P extends Product>(product: P): P {
  return product
}

/** Tables that every mock has, whatever its products. */
export const CORE_TABLES = [notifications, requests, plannedAnswers] as const

/** Every table of some products, each once, in the order in which seed files are loaded. */
export const tablesOf = onceFor((products: readonly Product[]): readonly Table[] => [
  ...new Set<Table>([...products.flatMap(({ tables }) => tables), ...CORE_TABLES]),
])

/**
 * Every operation of some products, product by product in the order of their ids, whatever order they are listed in. Of two for the same call, the
 * shaped one is left out.
 */
export const operationsOf = onceFor((products: readonly Product[]): readonly Operation[] => {
  const all = products.flatMap(({ operations }) => operations.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
  const simulated = new Set(all.filter(({ shaped }) => !shaped).map(addressOf))
  return all.filter((operation) => !operation.shaped || !simulated.has(addressOf(operation)))
})

export function addressOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`
}

export function gatewayAt(products: readonly Product[], path: string): Gateway {
  for (const product of products) {
    const gateway = product.gatewayAt?.(path)
    if (gateway) return gateway
  }
  return {}
}

/** Asks some products about a thing, until one knows. */
export async function tellOf(products: readonly Product[], tx: Transaction, thing: NamedThing): Promise<Told> {
  for (const product of products) {
    const told = await product.tell?.(tx, thing)
    if (told !== undefined) return told
  }
  return undefined
}

/** Every event of some products. Of two with the same name, the shaped one is left out. */
export const eventsOf = onceFor((products: readonly Product[]): readonly EventDescription[] => {
  const all = products.flatMap(({ events = [] }) => events)
  const simulated = new Set(all.filter(({ shaped }) => !shaped).map(nameOfEvent))
  return all.filter((event) => !event.shaped || !simulated.has(nameOfEvent(event)))
})

/** The settings of a mock with some products. */
export type SettingsOf<Products extends readonly ProductParts[]> = SettingDefinitions & ProductSettings<Products>

type ProductSettings<Products extends readonly ProductParts[]> = Products extends readonly [
  infer First,
  ...infer Rest extends readonly ProductParts[],
]
  ? (First extends { readonly settings: infer Group } ? Pick<Group, keyof Group> : unknown) & ProductSettings<Rest>
  : Products extends readonly []
    ? unknown
    : SettingGroup

/** The engine's settings and those of some products, by name, in the order in which they are shown. */
export function settingsOf<const Products extends readonly Product[]>(products: Products): SettingsOf<Products> {
  // Joined from the groups that the type joins.
  return joined(products) as SettingsOf<Products>
}

const joined = onceFor((products: readonly Product[]) =>
  joinSettings(engineSettings, ...products.map(({ settings = {} }) => settings)),
)

/** @throws UsageError `MOCK_PRODUCT` for a product that is put together wrongly */
export function refuseProduct(texts: Texts): never {
  throw new UsageError('MOCK_PRODUCT', texts)
}
