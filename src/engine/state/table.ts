import type { z } from 'zod'
import type { Texts } from '../../shared/texts.ts'
import type { IdSource } from '../ids.ts'
import { snakeCase } from '../snake-case.ts'

/** What an index finds a row by; `undefined` where the row is not to be found that way. */
type IndexText<Row> = {
  // A method, so that a table of any row can be in a list of tables.
  of(row: Row): string | undefined
}['of']

/** One kind of thing with state: how it is told apart and found, and how it is written as JSON. */
export interface TableDefinition<
  Name extends string,
  Row,
  Key extends readonly string[],
  Index extends string,
  Json extends z.ZodType,
  Completed extends z.ZodType,
  InJournal extends boolean = boolean,
> {
  /** camelCase plural; {@link memberOf} is its name in seed files and snapshots. */
  readonly name: Name
  /** What its rows are called on the dashboard, in the plural; {@link memberOf} if left out. */
  readonly title?: Texts
  /** The merchant that a row belongs to: what a reset of one merchant drops. */
  owner(row: Row): string
  /** What names it among its owner's. */
  key(row: Row): Key
  /** Other texts that rows are found by. */
  readonly indexes: { readonly [Name in Index]: IndexText<Row> }
  /** What a seed file says of a row; what can be made up may be left out. Its `meta` id names it in the OpenAPI document. */
  readonly json: Json
  /** What snapshots have of a row, where that is more than {@link json} asks for. */
  readonly completed?: Completed
  /**
   * Makes a row of what a seed file says.
   *
   * @throws UsageError for values that contradict each other, with the JSON pointer of the one to change
   */
  fromJson(json: z.output<Json>, surroundings: Surroundings): Row
  /** Writes a row as it stands at an instant, epoch milliseconds. */
  toJson(row: Row, now: number): z.input<Completed>
  /** Whether the journal keeps with each exchange the rows that it read, as they were before it changed anything. */
  readonly inJournal?: InJournal
}

/** A table of whatever rows. Stores know tables only like this. */
export type Table = TableDefinition<string, unknown, readonly string[], string, z.ZodType, z.ZodType>

/** The rows of a table. */
export type RowOf<T extends Table> = Parameters<T['owner']>[0]

/** What is left out of a row is made up from this. */
export interface RowDefaults {
  /** The mock's time, or the time that a seed file says it was taken at; epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** Whose a row is that does not say so. */
  readonly defaultMchid: string
}

/** What making a row of a seed file may draw on. */
export interface Surroundings extends RowDefaults {
  /** Its place in the list of its table, from 0. */
  readonly position: number
  /** The rows that the file has brought so far: those of the tables before, and of this one those before it. */
  readonly world: LoadingWorld
}

/** A world that is being made of a seed file. */
export interface LoadingWorld {
  in<Row, Key extends readonly string[], Json extends z.ZodType>(
    table: TableDefinition<string, Row, Key, string, Json, z.ZodType>,
  ): LoadingTable<Row, Key, Json>
}

/** One table of a {@link LoadingWorld}. */
export interface LoadingTable<Row, Key extends readonly string[], Json extends z.ZodType> {
  find(owner: string, ...key: Key): Row | undefined
  /** Adds a row, or replaces the one with its owner and key. */
  save(row: Row): void
  /** What the file itself says of a row; `undefined` for one that was made because another row needs it. */
  given(owner: string, ...key: Key): z.output<Json> | undefined
}

/**
 * Defines a table: list it among the `tables` of a product, and it is kept by every store, reset, snapshotted and restored, counted, and
 * described in the JSON Schema of seed files. Operations reach it with `tx.in(table)`.
 *
 * ```ts
 * export const cards = defineTable({
 *   name: 'cards',
 *   owner: (card: Card) => card.mchid,
 *   key: ({ cardId }) => [cardId],
 *   indexes: { openid: ({ openid }) => openid },
 *   json: z.strictObject({ mchid: z.string().optional(), card_id: z.string(), openid: z.string() }).meta({ id: 'Card' }),
 *   fromJson: ({ mchid, card_id, openid }, { defaultMchid }) => ({ mchid: mchid ?? defaultMchid, cardId: card_id, openid }),
 *   toJson: ({ mchid, cardId, openid }) => ({ mchid, card_id: cardId, openid }),
 * })
 * ```
 */
export function defineTable<
  const Name extends string,
  Row,
  const Key extends readonly string[],
  const Index extends string,
  Json extends z.ZodType,
  Completed extends z.ZodType = Json,
  const InJournal extends boolean = false,
>(
  table: TableDefinition<Name, Row, Key, Index, Json, Completed, InJournal>,
): TableDefinition<Name, Row, Key, Index, Json, Completed, InJournal> {
  return table
}

/** What a table is called in seed files and snapshots: `subsidyReturns` is `subsidy_returns`. */
export function memberOf({ name }: Pick<Table, 'name'>): string {
  return snakeCase(name)
}

/** One text for a key of several parts; each but the last carries its length, so that no two keys look alike. */
export function keyOf(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  return parts.map((part, i) => (i === parts.length - 1 ? part : `${part.length}:${part}`)).join('')
}
