import type { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import type { ProductPage, ProductThing } from '../../engine/product.ts'
import type { Take } from '../../engine/state/life.ts'
import type { Transaction } from '../../engine/state/store.ts'
import type { Table, TableDefinition } from '../../engine/state/table.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { Language, Texts } from '../../shared/texts.ts'
import type { PageQuery } from '../page/page-address.ts'
import type { TimelineEntry } from '../timeline.ts'
import type { Said } from './said.ts'

/**
 * How the rows of a table are shown to people: in lists, one by one with what can be done to them, and what happened to them. A table with a title is
 * shown without this too, by its states and by the members of its JSON.
 */

/** A table of some rows, whatever else is known of it. */
export type TableOf<Row> = TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>

/** What a fact says: a text in both languages where it is one of the mock's own. `undefined`: nothing, it is left out. */
export type FactValue = string | number | boolean | Texts | undefined

/** A row of another table, or of the same: its table, its owner and its key. */
export interface ThingLink {
  readonly table: Table
  readonly name: readonly string[]
}

export interface Fact<Json> {
  readonly title: Texts
  of(json: Json): FactValue
  /** How a value is written: `money` is fen, `time` a time of the JSON, `code` a number or name of a machine. Default: as it is. */
  readonly as?: 'money' | 'time' | 'code'
  /** Where it leads, if there is such a row. */
  to?(json: Json): ThingLink | undefined
  /** A page of its product that it opens, in a window of its own; `undefined`: not now. */
  readonly opens?: { readonly page: ProductPage; query(json: Json): PageQuery | undefined }
  /** Where the row of a list has it: `beside` its name, `under` it, or at the `end`. Default: only the thing itself has it. */
  readonly inList?: 'beside' | 'under' | 'end'
}

/** How much of a limit is used. */
export interface Bar<Json> {
  readonly title: Texts
  /** `undefined`: it is left out. */
  used(json: Json): number | undefined
  /** `undefined`: there is none. */
  limit(json: Json): number | undefined
}

/** Something that can be done to a row besides the ways of its life. */
export interface ThingAction<Json> extends Take {
  readonly title: Texts
  /** The states in which it can be. Default: all. */
  readonly states?: readonly string[]
  /** Whether it can be, besides. */
  when?(json: Json): boolean
  /** The members of `fields` that a row asks for. Default: all. */
  asks?(json: Json): readonly string[]
}

/** How rows of a table belong to a row of another one, made with {@link belongsTo}. Either `rows`, where there are few, or `list`, where there may be many. */
export interface Belonging<Parent> {
  /** What they are called there. */
  readonly title: Texts
  rows?(tx: Transaction, parent: Parent): Awaitable<readonly unknown[]>
  readonly list?: {
    /** A sorted list of their table; they have the owner of the other row. */
    readonly name: string
    /** The texts under which it has them: all, or those that may be in a state. */
    among(parent: Parent, state?: string): readonly string[]
    /** How many there are in each state, without reading them. */
    states?(tx: Transaction, parent: Parent, now: number): Awaitable<Readonly<Record<string, number>>>
  }
}

/** A {@link Belonging} with the table that the other rows are of, whatever they are. */
export interface BelongingTo extends Belonging<unknown> {
  readonly to: Table
}

/** Says how the rows of a thing belong to those of another table, where they are shown too. */
export function belongsTo<Parent>(table: TableOf<Parent>, belonging: Belonging<Parent>): BelongingTo {
  // Its functions are given rows of this table only.
  return { ...(belonging as Belonging<unknown>), to: table as Table }
}

/** What is needed to tell what happened to a row. */
export interface HistoryContext {
  readonly mock: Mock
  readonly language: Language
  /** Epoch milliseconds. */
  readonly now: number
  readonly limit?: number | undefined
}

export interface ThingHistory<Row> {
  /** What each event is called. */
  readonly events: Readonly<Record<string, Texts>>
  of(row: Row, context: HistoryContext): Promise<{ entries: TimelineEntry[]; total: number }>
  /** What an entry is about besides: an order, say. Default: what its call changed. */
  leadsTo?(entry: TimelineEntry, row: Row): readonly ThingLink[]
}

export interface ThingParts<Row, Json> {
  /** What one row is called: `Coupon`. Default: the title of the table. */
  readonly one?: Texts
  /** A row as it is shown, as it stands at an instant. */
  show(row: Row, now: number): Json
  /** The same with what has to be read of other rows, such as a balance. Default: what {@link show} shows. */
  complete?(tx: Transaction, row: Row, now: number): Awaitable<Json>
  /** What a row is called. Default: the last part of its key. */
  heading?(json: Json): string
  /** What a row says of itself: a description. */
  about?(json: Json): string | undefined
  /** The state that it is in. Default: the member `state` of what is shown. */
  state?(row: Row, now: number): string | undefined
  /** Since when it has been in a state that time alone brought it to, epoch milliseconds. Default: its history says no more than that it is so now. */
  since?(row: Row, now: number): number | undefined
  /** What a search looks through, and how its field says so: `Number or name`. Default: all texts, numbers and times of what is shown. */
  readonly search?: { readonly hint: Texts; texts(row: Row): readonly (string | undefined)[] }
  /**
   * Finds those that an exchange names, besides those that it read or changed: its page links them. Default: those of its merchant whose key it says,
   * where a key is one text.
   *
   * @param mchid whose call or callback it is, where that is known
   */
  named?(tx: Transaction, said: Said, mchid: string | undefined): Awaitable<readonly Row[]>
  /** Where rows differ in what they have, by the row. */
  readonly facts?: readonly Fact<Json>[] | ((json: Json) => readonly Fact<Json>[])
  readonly bars?: readonly Bar<Json>[]
  readonly actions?: readonly ThingAction<Json>[]
  /** Things that show these as theirs. */
  readonly belongs?: readonly BelongingTo[]
  readonly history?: ThingHistory<Row>
  /** What makes one: a control call without variables in its path, or an action of a row of another table. */
  readonly makes?: readonly (ThingMaker | ThingCall)[]
  /** In the navigation, or only reached from other things. Default: yes. */
  readonly isListed?: boolean
  /** What to say while there are none. Default: that there are none yet. */
  readonly none?: Texts
}

/** What makes a thing, and how to find it then. */
interface Making {
  readonly title: Texts
  /** The members of the answer that name it: its owner, then its key. Left out: it is not opened. */
  readonly made?: readonly string[]
}

/** Makes a thing by a control call without variables in its path. */
export interface ThingCall extends Take, Making {
  readonly title: Texts
}

/** Makes a thing by the action of a row of another table, which somebody chooses first. */
export interface ThingMaker extends Making {
  /** The table of the row that is chosen. */
  readonly of: Table
  /** The call of one of its actions. */
  readonly call: string
}

/** A table with how its rows are shown, whatever they are. */
export interface Thing extends ThingParts<unknown, unknown>, ProductThing {}

/**
 * Says how the rows of a table are shown in the dashboard. List it among the `things` of a product.
 *
 * ```ts
 * defineThing(cards, {
 *   one: { en: 'Card', zh: '会员卡' },
 *   show: describeCard,
 *   facts: [{ title: { en: 'Stamps', zh: '印章' }, of: ({ stamps }) => stamps, inList: 'beside' }],
 * })
 * ```
 */
export function defineThing<Row, Json>(
  table: TableOf<Row>,
  parts: ThingParts<Row, NoInfer<Json>> & { show(row: Row, now: number): Json },
): Thing {
  // Its functions are given rows of this table only.
  return { ...(parts as ThingParts<unknown, unknown>), table: table as Table }
}

/** Whether a product's thing was made by {@link defineThing}. */
export function isThing(thing: ProductThing): thing is Thing {
  return 'show' in thing && typeof thing.show === 'function'
}
