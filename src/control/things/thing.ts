import { pathMembers } from '../../engine/http-message.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { ProductPage, ProductThing } from '../../engine/product.ts'
import type { Transaction } from '../../engine/state/store.ts'
import type { IndexedTable, Table, TableOf } from '../../engine/state/table.ts'
import { parseJson } from '../../wire/protocol/json-object.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { Life, Take } from '../life.ts'
import type { PageQuery } from '../route.ts'
import type { History, HistoryContext, TimelineEntry } from '../timeline.ts'

/** The texts in an exchange's address, request and answer, by the names of their members, at any depth. */
export interface Said {
  /** Values of one name, in order. */
  of(member: string): readonly string[]
  readonly all: readonly (readonly [member: string, text: string])[]
}

/**
 * Texts in a call; for a callback, those in its sealed content.
 *
 * @param path of the operation, with variables in braces; `undefined` for a path that is not served
 */
export function saidIn({ callback, request, response }: Exchange, path = ''): Said {
  const [, query = ''] = request.target.split('?', 2)
  // Content that is not JSON names nothing.
  return said(
    callback
      ? [parseJson(callback.resource ?? '')]
      : [
          pathMembers(path, request.target),
          Object.fromEntries(new URLSearchParams(query)),
          parseJson(request.body),
          parseJson(response?.body ?? ''),
        ],
  )
}

/** Not recursive, since a client may send more levels than the stack can hold. */
function said(contents: readonly unknown[]): Said {
  const found = new Map<string, Set<string>>()
  const open: [key: string, value: unknown][] = contents.map((value): [string, unknown] => ['', value]).toReversed()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [key, inner] = next
    if (typeof inner === 'string') found.set(key, (found.get(key) ?? new Set()).add(inner))
    if (typeof inner !== 'object' || inner === null) continue
    for (const member of Object.entries(inner).toReversed()) open.push(member)
  }
  return {
    of: (member) => [...(found.get(member) ?? [])],
    all: [...found].flatMap(([member, texts]) => [...texts].map((text) => [member, text] as const)),
  }
}

/**
 * How the rows of a table are shown to people: in lists, one by one with their actions, and with their history. A table with a title is shown without
 * this too, by its states and the members of its JSON.
 */

/** Value of a fact: a text in both languages if it comes from the mock. `undefined` omits the fact. */
export type FactValue = string | number | boolean | Texts | undefined

/** A row of this or another table: its table, its owner and its key. */
export interface ThingLink {
  readonly table: Table
  readonly name: readonly string[]
}

export interface Fact<Json> {
  readonly title: Texts
  of(json: Json): FactValue
  /** Format of the value: `money` is fen, `time` a time of the JSON, `code` a number or identifier of a machine. Default: unformatted. */
  readonly as?: 'money' | 'time' | 'code'
  /** The row that it links to, if that exists. */
  to?(json: Json): ThingLink | undefined
  /** A page of its product that it opens in a new window; `undefined`: not now. */
  readonly opens?: { readonly page: ProductPage; query(json: Json): PageQuery | undefined }
  /** Its place in the row of a list: `beside` the name, `under` it, or at the `end`. Default: only on the thing's page. */
  readonly inList?: 'beside' | 'under' | 'end'
}

/** A fact that stands in a member of the JSON; one that is left out or null is not shown. */
export function fact<const Name extends string>(
  member: Name,
  en: string,
  zh: string,
  shown: Pick<Fact<never>, 'as' | 'inList'> = {},
): Fact<{ readonly [Member in Name]?: FactValue | null }> {
  return { title: { en, zh }, of: (json) => json[member] ?? undefined, ...shown }
}

/** A fact that names a row of another table, of the same merchant, and links to it. */
export function link<const Name extends string>(
  member: Name,
  en: string,
  zh: string,
  table: Table,
  shown: Pick<Fact<never>, 'inList'> = {},
): Fact<{ readonly mchid: string } & { readonly [Member in Name]?: string | undefined }> {
  return {
    ...fact(member, en, zh, { as: 'code', ...shown }),
    to: ({ mchid, [member]: name }) => (name === undefined ? undefined : { table, name: [mchid, name] }),
  }
}

/** A fact that is one of some words, told with what it means. */
export function reason<const Name extends string>(
  member: Name,
  en: string,
  zh: string,
  meanings: Readonly<Record<string, Texts>>,
): Fact<{ readonly [Member in Name]?: string | null | undefined }> {
  return {
    title: { en, zh },
    of({ [member]: word }) {
      const meant = word ? meanings[word] : undefined
      return meant && { en: `${word} ${meant.en}`, zh: `${word} ${meant.zh}` }
    },
  }
}

/** Usage of a limit. */
interface Bar<Json> {
  readonly title: Texts
  /** `undefined` omits the bar. */
  used(json: Json): number | undefined
  /** `undefined`: unlimited. */
  limit(json: Json): number | undefined
}

/** An action on a row besides the transitions of its life. */
interface ThingAction<Json> extends Take {
  /** States in which it is available. Default: all. */
  readonly states?: readonly string[]
  /** Additional condition for it to be available. */
  when?(json: Json): boolean
  /** The members of `fields` to ask for, by row. Default: all. */
  asks?(json: Json): readonly string[]
}

/**
 * How rows of a table belong to a row of another one, created with {@link belongsTo}. Either `rows`, if there are few, or `list`, if there may be
 * many.
 */
export interface Belonging<Parent> {
  /** Title of the rows on the other row's page. */
  readonly title: Texts
  rows?(tx: Transaction, parent: Parent): Awaitable<readonly unknown[]>
  readonly list?: {
    /** A sorted list of their table; they have the same owner as the other row. */
    readonly name: string
    /** The texts that list them: all, or those that may be in a state. */
    among(parent: Parent, state?: string): readonly string[]
    /** Their number in each state, without reading them. */
    states?(tx: Transaction, parent: Parent, now: number): Awaitable<Readonly<Record<string, number>>>
  }
}

/** A {@link Belonging} with the table of the other rows, whatever their type. */
export interface BelongingTo extends Belonging<unknown> {
  readonly to: Table
}

/** Declares how the rows of a thing belong to those of another table, which then shows them too. */
export function belongsTo<Parent>(table: TableOf<Parent>, belonging: Belonging<Parent>): BelongingTo {
  // Its functions only receive rows of this table.
  return { ...(belonging as Belonging<unknown>), to: table as Table }
}

/** Declares that rows belong to the row of another table that has the same text in a member, by which they have an index; the newest come first. */
export function belongsBy<
  const Index extends string,
  Row extends { readonly create_time: number },
  Parent extends { readonly mchid: string } & { readonly [Member in Index]?: string | undefined },
>(index: Index, parents: TableOf<Parent>, rows: IndexedTable<Row, Index>, title: Texts): BelongingTo {
  return belongsTo(parents, {
    title,
    async rows(tx, { mchid, [index]: text }) {
      if (text === undefined) return []
      const found = await tx.in(rows).where(index, text, mchid)
      return found.toSorted((a, b) => b.create_time - a.create_time)
    },
  })
}

interface ThingHistory<Row> {
  /** Titles of the events, besides those of the transitions of its life. */
  readonly events: Readonly<Record<string, Texts>>
  of(row: Row, context: HistoryContext): Promise<History>
  /** Other things that an entry is about, such as an order. Default: what its call changed. */
  leadsTo?(entry: TimelineEntry, row: Row): readonly ThingLink[]
}

export interface ThingParts<Row, Json> {
  /** Title of a single row: `Coupon`. Default: the title of the table. */
  readonly one?: Texts
  show(row: Row, now: number): Json
  /** The same with values that need other rows, such as a balance. Default: the result of {@link show}. */
  complete?(tx: Transaction, row: Row, now: number): Awaitable<Json>
  /** Heading of a row. Default: the last part of its key. */
  heading?(json: Json): string
  /** The states of a row and the transitions between them, if it has states. */
  readonly life?: Life
  /** A row's own description of itself. */
  about?(json: Json): string | undefined
  /** Current state. Default: the member `state` of the shown JSON. */
  state?(row: Row, now: number): string | undefined
  /**
   * Since when it has been in a state that time alone brought it to, epoch milliseconds. Default: its history only says that it is in that state now.
   */
  since?(row: Row, now: number): number | undefined
  /** The texts that a search covers, and the hint in its field: `Number or name`. Default: all texts, numbers and times of the shown JSON. */
  readonly search?: { readonly hint: Texts; texts(row: Row): readonly (string | undefined)[] }
  /**
   * Finds rows that an exchange names, besides those that it read or changed; its page links them. Default: rows of its merchant whose key appears in
   * it, if the key is a single text.
   *
   * @param mchid merchant of the call or callback, if known
   */
  named?(tx: Transaction, said: Said, mchid: string | undefined): Awaitable<readonly Row[]>
  /** A function if rows differ in their facts. */
  readonly facts?: readonly Fact<Json>[] | ((json: Json) => readonly Fact<Json>[])
  readonly bars?: readonly Bar<Json>[]
  readonly actions?: readonly ThingAction<Json>[]
  readonly belongs?: readonly BelongingTo[]
  readonly history?: ThingHistory<Row>
  /** Ways to create one: a control call without variables in its path, or an action of a row of another table. */
  readonly makes?: readonly (ThingMaker | ThingCall)[]
  /** Whether it is in the navigation, or only reached from other things. Default: true. */
  readonly isListed?: boolean
  /** Text for an empty list. Default: that nothing exists yet. */
  readonly none?: Texts
}

/** How a new thing is found after a call created it. */
interface Making {
  readonly title: Texts
  /** The members of the answer that name it: its owner, then its key. Omit it to leave the thing unopened. */
  readonly made?: readonly string[]
}

/** Creates a thing by a control call without variables in its path. */
export interface ThingCall extends Take, Making {}

/** Creates a thing by the action of a row of another table, which the user chooses first. */
export interface ThingMaker extends Making {
  /** The table of the row that is chosen. */
  readonly of: Table
  /** The call of one of the row's actions. */
  readonly call: string
}

/** A table with how its rows are shown, whatever their type. */
export interface Thing extends ThingParts<unknown, unknown>, ProductThing {}

/**
 * Declares how the rows of a table are shown in the dashboard. List it among the `things` of a product.
 *
 * ```ts
 * defineThing(cards, {
 * one: { en: 'Card', zh: '会员卡' },
 * show: describeCard,
 * facts: [{ title: { en: 'Stamps', zh: '印章' }, of: ({ stamps }) => stamps, inList: 'beside' }],
 * })
 * ```
 */
export function defineThing<Row, Json>(
  table: TableOf<Row>,
  parts: ThingParts<Row, NoInfer<Json>> & { show(row: Row, now: number): Json },
): Thing {
  // Its functions only receive rows of this table.
  return { ...(parts as ThingParts<unknown, unknown>), table: table as Table }
}

/** Whether a product's thing was created by {@link defineThing}. */
export function isThing(thing: ProductThing): thing is Thing {
  return 'show' in thing && typeof thing.show === 'function'
}
