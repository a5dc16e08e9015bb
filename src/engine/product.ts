import type { Awaitable } from '../shared/awaitable.ts'
import type { Texts } from '../shared/texts.ts'
import type { EventDescription } from './callbacks/event.ts'
import { notifications } from './callbacks/notifications.ts'
import type { Operation } from './operation.ts'
import type { PathErrors } from './path-errors.ts'
import { joinSettings, type SettingGroup } from './setting.ts'
import { engineSettings, type SettingDefinitions, type Settings } from './settings.ts'
import { requests } from './state/request-numbers.ts'
import type { Transaction } from './state/store.ts'
import type { Table } from './state/table.ts'

/** A call of the control API, as a product brings it along: what `defineCall` of control makes. The engine does not look into it. */
export interface ControlCall {
  readonly summary: string
}

/** A provider state of contracts, as a product brings it along: what `defineState` makes. The engine does not look into it. */
export interface ProductState {
  readonly parameters: Readonly<Record<string, string>>
}

/** A call of WeChat Pay that is answered with 200 as often as it is repeated. */
export interface SampleCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** JSON. */
  readonly body?: string
}

/** One product of WeChat Pay (产品), such as merchant coupons (商家券), with all that the mock has to know of it. */
export interface Product {
  /** kebab-case, such as `merchant-coupon`. */
  readonly id: string
  readonly title: Texts
  /** The API calls that it answers. */
  readonly operations: readonly Operation[]
  /** What its paths answer in place of common errors, also where they have no operation here; `undefined` for paths that are not its own. */
  errorsAt?(path: string): PathErrors | undefined
  /** Those of which it sends callbacks. */
  readonly events?: readonly EventDescription[]
  /** What it keeps or reads; a table of another product that it reads is listed here too. */
  readonly tables: readonly Table[]
  /** What can be set of it; its operations read a setting with `settings.name.of(context.settings)`. */
  readonly settings?: SettingGroup
  /** Where its calls of the control API are found, below `/_mock`: `{ addCard: 'POST /cards' }`. A plain table, so that a browser may load it. */
  readonly routes?: Readonly<Record<string, string>>
  /** What those calls do, by the same names. Asked for when the control API is, so that their schemas cost nothing at start-up. */
  readonly calls?: () => Promise<Readonly<Record<string, ControlCall>>>
  /** States that a contract may start from, by the names that pacts give them. Asked for when contracts are verified or recorded. */
  readonly states?: () => Promise<Readonly<Record<string, ProductState>>>
  /** Where a merchant wants the callbacks of this product that no call names an address for; `undefined` for one that has not said so. */
  notifyUrlOf?(tx: Transaction, mchid: string): Awaitable<string | undefined>
  /** A call for people to try first; `undefined` where the state allows none. */
  sampleCall?(tx: Transaction, context: SampleCallContext): Awaitable<SampleCall | undefined>
}

/** What the type of a client follows from. The states that a product brings name these parts, since they cannot name the product itself. */
export type ProductParts = Pick<Product, 'tables' | 'settings' | 'routes' | 'calls'>

/** What a sample call may depend on besides the state. */
export interface SampleCallContext {
  /** Who makes the call. */
  readonly mchid: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly settings: Settings
}

/**
 * Defines a product. Give it to `createMock({ products: [...products, loyalty] })`, and everything that the mock does with its own products
 * it does with this one.
 */
export function defineProduct<const P extends Product>(product: P): P {
  return product
}

/** Tables that every mock has, whatever its products: request numbers that were used, and callbacks. */
export const CORE_TABLES = [notifications, requests] as const

/** Every table of some products, each once, in the order in which seed files are loaded. */
export function tablesOf(products: readonly Product[]): readonly Table[] {
  return [...new Set<Table>([...products.flatMap(({ tables }) => tables), ...CORE_TABLES])]
}

/** Every operation of some products, product by product in the order of their ids, whatever order they are listed in. */
export function operationsOf(products: readonly Product[]): readonly Operation[] {
  return products.flatMap(({ operations }) => operations.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
}

/** What a path answers in place of common errors: as the first of some products says that has it. */
export function errorsAt(products: readonly Product[], path: string): PathErrors {
  for (const product of products) {
    const errors = product.errorsAt?.(path)
    if (errors) return errors
  }
  return {}
}

/** Every event of some products. */
export function eventsOf(products: readonly Product[]): readonly EventDescription[] {
  return products.flatMap(({ events = [] }) => events)
}

/** The settings of a mock with some products. */
export type SettingsOf<Products extends readonly ProductParts[]> = SettingDefinitions & ProductSettings<Products>

type ProductSettings<Products extends readonly ProductParts[]> = Products extends readonly [
  infer First,
  ...infer Rest extends readonly ProductParts[],
]
  ? (First extends { readonly settings: infer Group } ? Group : unknown) & ProductSettings<Rest>
  : Products extends readonly []
    ? unknown
    : SettingGroup

/** The engine's settings and those of some products, by name, in the order in which they are shown. */
export function settingsOf<const Products extends readonly Product[]>(products: Products): SettingsOf<Products> {
  // Joined from the groups that the type joins.
  return joinSettings(engineSettings, ...products.map(({ settings = {} }) => settings)) as SettingsOf<Products>
}
