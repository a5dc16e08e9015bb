import { z } from 'zod'
import { snakeCase, type Texts } from '../../wire/shared/texts.ts'
import type { IdSource } from '../ids.ts'

/** The text under which an index lists a row; `undefined` to leave the row out. */
type IndexText<Row> = {
  // A method, so that a table of any row can be in a list of tables.
  of(row: Row): string | undefined
}['of']

/** The text under which a sorted list has every row. */
export const ALL = ''

/** A list that is read in order, page by page, without reading the rows before or behind the page. */
interface SortedList<Row> {
  /** The text under which it lists a row; `undefined` to leave the row out. */
  among(row: Row): string | undefined
  /**
   * Sort value of a row among those under one text, compared code point by code point: see {@link ascending} and {@link descending}. Rows with
   * equal values come in the order of their owners, then of their keys.
   */
  by(row: Row): string
}

/** Where a row stands among those that a sorted list has under one text. */
export interface Place {
  readonly by: string
  readonly owner: string
  /** Its {@link keyOf}. */
  readonly key: string
}

/** One kind of row: its identity, its indexes and its JSON form. */
export interface TableDefinition<
  Name extends string,
  Row,
  Key extends readonly string[],
  Index extends string,
  Json extends z.ZodType,
  Completed extends z.ZodType,
  InJournal extends boolean = boolean,
  Sorted extends string = string,
> {
  /** camelCase plural; {@link memberOf} gives its name in seed files and snapshots. */
  readonly name: Name
  /** Name of its rows in the dashboard, in the plural. Default: {@link memberOf}. */
  readonly title?: Texts
  /** The merchant that a row belongs to; a reset of that merchant drops it. */
  owner(row: Row): string
  /** Identifies the row among its owner's. */
  key(row: Row): Key
  /**
   * The members of its JSON that say the {@link key}. Where seed files are put together, of two rows of a merchant with the same key the later one
   * stays. Default: all rows stay.
   */
  readonly keyMembers?: readonly string[]
  /** Other texts to find rows by. */
  readonly indexes: { readonly [Name in Index]: IndexText<Row> }
  /** Lists of rows in an order, for pages and for what comes first. */
  readonly sorted?: { readonly [Name in Sorted]: SortedList<Row> }
  /** A row in a seed file, where fields that have a default may be left out. Its `meta` id names it in the OpenAPI document. */
  readonly json: Json
  /** A row in a snapshot, if that has more fields than {@link json} requires. */
  readonly completed?: Completed
  /**
   * Makes a row from its JSON in a seed file.
   *
   * @throws UsageError for values that contradict each other, with the JSON pointer of the one to change
   */
  fromJson(json: z.output<Json>, surroundings: Surroundings): Row
  /** The JSON of a row at an instant, epoch milliseconds. */
  toJson(row: Row, now: number): z.input<Completed>
  /** Whether the journal keeps with each exchange the rows it read, as they were before the exchange changed anything. */
  readonly inJournal?: InJournal
}

/** A table of some rows, whatever its other type parameters. */
export type TableOf<Row> = TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>

/** A table with an index, whatever else it has. */
export type IndexedTable<Row, Index extends string> = TableDefinition<
  string,
  Row,
  readonly string[],
  Index,
  z.ZodType,
  z.ZodType
>

/** A table with the sorted lists `Sorted`, whatever else it has. */
export type SortedTable<Row, Sorted extends string> = TableDefinition<
  string,
  Row,
  readonly string[],
  string,
  z.ZodType,
  z.ZodType,
  boolean,
  Sorted
>

/** A table of rows of any type, which is all that stores know of one. */
export type Table = TableDefinition<string, unknown, readonly string[], string, z.ZodType, z.ZodType>

export type RowOf<T extends Table> = Parameters<T['owner']>[0]

/** Where the defaults of a row's fields come from. */
export interface RowDefaults {
  /** The mock's time, or the time at which the seed file was taken; epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** The owner of a row that names none. */
  readonly defaultMchid: string
}

/** Context for completing a row of a seed file. */
export interface Surroundings extends RowDefaults {
  /** Its place in the list of its table, from 0. */
  readonly position: number
  /** The rows loaded so far: those of earlier tables, and earlier ones of this table. */
  readonly world: LoadingWorld
}

/** A world that is being loaded from a seed file. */
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
  /** The JSON of a row in the file; `undefined` for a row that was made because another needs it. */
  given(owner: string, ...key: Key): z.output<Json> | undefined
}

/** A table whose rows have the shape of their JSON: members named as on the wire, instants read by a codec. */
interface RowTable<
  Name extends string,
  RowSchema extends z.ZodType,
  Given extends z.ZodType,
  Member extends string,
  Index extends string,
  InJournal extends boolean,
  Sorted extends string,
> extends Pick<
    TableDefinition<Name, z.output<RowSchema>, readonly string[], Index, Given, RowSchema, InJournal, Sorted>,
    'name' | 'title' | 'sorted' | 'inJournal'
  > {
  /** A row: its JSON in snapshots is the input of this schema. Its `meta` id names it in the OpenAPI document. */
  readonly row: RowSchema
  /** A row in a seed file, where members that have a default may be left out. Default: {@link row}. */
  readonly given?: Given
  /**
   * Gives a row of a seed file what it leaves out. Default: it is whole.
   *
   * @throws UsageError for values that contradict each other, with the JSON pointer of the one to change
   */
  complete?(given: z.output<Given>, surroundings: Surroundings): z.output<RowSchema>
  /** A row at an instant, epoch milliseconds, where time alone changes what it says. Default: as it is kept. */
  at?(row: z.output<RowSchema>, now: number): z.output<RowSchema>
  /** The merchant that a row belongs to; a reset of that merchant drops it. Default: its `mchid`. */
  owner?(row: z.output<RowSchema>): string
  /** The members that identify a row among its owner's. Of two rows of a seed file with the same, the later one stays. */
  readonly key: readonly Member[]
  /** Other texts to find rows by: those of a member, or what a function gives. */
  readonly indexes?:
    | { readonly [Name in Index]: IndexText<z.output<RowSchema>> }
    | readonly (Index & keyof z.output<RowSchema>)[]
}

/**
 * Defines a table. List it among the `tables` of a product, and every store keeps, resets, snapshots, restores and counts it, and the JSON Schema
 * of seed files describes it. Operations reach it with `tx.in(table)`.
 *
 * ```ts
 * export const cards = defineTable({
 *   name: 'cards',
 *   row: z.strictObject({ mchid: z.string(), card_id: z.string(), openid: z.string(), create_time: instant }).meta({ id: 'Card' }),
 *   key: ['card_id'],
 *   indexes: ['openid'],
 * })
 * ```
 */
export function defineTable<
  const Name extends string,
  RowSchema extends z.ZodType,
  const Member extends keyof z.output<RowSchema> & string,
  Given extends z.ZodType = RowSchema,
  const Index extends string = never,
  const InJournal extends boolean = false,
  const Sorted extends string = never,
>(
  table: RowTable<Name, RowSchema, Given, Member, Index, InJournal, Sorted>,
): TableDefinition<Name, z.output<RowSchema>, readonly string[], Index, Given, RowSchema, InJournal, Sorted>
/** Defines a table whose rows keep what their JSON does not show. */
export function defineTable<
  const Name extends string,
  Row,
  const Key extends readonly string[],
  const Index extends string,
  Json extends z.ZodType,
  Completed extends z.ZodType = Json,
  const InJournal extends boolean = false,
  const Sorted extends string = never,
>(
  table: TableDefinition<Name, Row, Key, Index, Json, Completed, InJournal, Sorted>,
): TableDefinition<Name, Row, Key, Index, Json, Completed, InJournal, Sorted>
export function defineTable(
  table: Table | RowTable<string, z.ZodType, z.ZodType, string, string, boolean, string>,
): Table {
  return 'row' in table ? tableOfRows(table) : table
}

function tableOfRows({
  row: schema,
  given = schema,
  complete = (whole) => whole,
  at = (row) => row,
  owner = (row) => textIn(row, 'mchid') ?? '',
  key,
  indexes = {},
  ...rest
}: RowTable<string, z.ZodType, z.ZodType, string, string, boolean, string>): Table {
  let encode: ((row: unknown) => unknown) | undefined
  return {
    ...rest,
    owner,
    key: (row) => key.map((member) => textIn(row, member) ?? ''),
    keyMembers: key,
    indexes: isMembers(indexes)
      ? Object.fromEntries(indexes.map((member) => [member, (row: unknown) => textIn(row, member)]))
      : indexes,
    json: given,
    completed: schema,
    fromJson: complete,
    toJson: (row, now) => {
      encode ??= rowEncoder(schema)
      return encode(at(row, now))
    },
  }
}

function isMembers(indexes: object): indexes is readonly string[] {
  return Array.isArray(indexes)
}

function textIn(row: unknown, member: string): string | undefined {
  const value: unknown = Object(row)[member]
  return value === undefined ? undefined : String(value)
}

/** The name of a table in seed files and snapshots: `subsidyReturns` is `subsidy_returns`. */
export function memberOf({ name }: Pick<Table, 'name'>): string {
  return snakeCase(name)
}

/** Joins the parts of a key into one text. Each part but the last carries its length, so that no two keys collide. */
export function keyOf(parts: readonly string[]): string {
  if (parts.length < 2) return parts[0] ?? ''
  return parts.map((part, i) => (i === parts.length - 1 ? part : `${part.length}:${part}`)).join('')
}

/** The place of a row in a sorted list of its table. */
export function placeOf<Row, Sorted extends string>(
  table: Pick<SortedTable<Row, Sorted>, 'owner' | 'key' | 'sorted'>,
  list: Sorted,
  row: Row,
): Place {
  return { by: table.sorted?.[list].by(row) ?? '', owner: table.owner(row), key: keyOf(table.key(row)) }
}

/** Added to each number so that none is negative. Instants and positions are well within this distance from 0. */
const MIDDLE = 2 ** 52
const DIGITS = 16

/**
 * Text whose order is that of whole numbers, the lowest first. Of several the first one counts, and the next where it is the same.
 *
 * @throws RangeError for a number that is not whole, or further from 0 than 2 to the power of 52
 */
export function ascending(...numbers: readonly number[]): string {
  return numbers.map(sortable).join('')
}

function sortable(number: number): string {
  if (!Number.isInteger(number) || Math.abs(number) > MIDDLE) {
    throw new RangeError(`${number} cannot be sorted by: use whole numbers from -2^52 to 2^52.`)
  }
  return String(MIDDLE + number).padStart(DIGITS, '0')
}

/** The same with the highest number first, as for the newest. @throws RangeError as {@link ascending} does */
export function descending(...numbers: readonly number[]): string {
  return ascending(...numbers.map((number) => -number))
}

type Encode = (value: unknown) => unknown

const unchanged: Encode = (value) => value

/**
 * Prepares `z.encode` for the rows of a table. Rows have passed their schema, so only codecs are applied, and members without any stay as they are:
 * a snapshot of 50,000 rows takes a fraction of the time. A row with members that its schema lacks is left to zod, which refuses it.
 * @internal
 */
export function rowEncoder(schema: z.core.$ZodType): Encode {
  if (schema instanceof z.ZodCodec) {
    const { in: text, reverseTransform } = schema.def
    return text instanceof z.ZodISODateTime ? (value) => reverseTransform(value, NO_ISSUES) : byZod(schema)
  }
  if (schema instanceof z.ZodOptional) {
    const inner = rowEncoder(schema.unwrap())
    return inner === unchanged ? unchanged : (value) => (value === undefined ? undefined : inner(value))
  }
  if (schema instanceof z.ZodArray) {
    const element = rowEncoder(schema.element)
    return element === unchanged ? unchanged : (value) => (Array.isArray(value) ? value.map(element) : value)
  }
  if (schema instanceof z.ZodObject) return objectEncoder(schema)
  return PLAIN.some((kind) => schema instanceof kind) ? unchanged : byZod(schema)
}

const PLAIN = [z.ZodString, z.ZodNumber, z.ZodBoolean, z.ZodEnum, z.ZodLiteral]

const NO_ISSUES = { value: undefined, issues: [] }

function byZod(schema: z.core.$ZodType): Encode {
  return (value) => z.encode(schema, value)
}

function objectEncoder(schema: z.ZodObject): Encode {
  const members = Object.entries(schema.shape).map(([name, member]) => [name, rowEncoder(member)] as const)
  return (value) => {
    const row: Readonly<Record<string, unknown>> = Object(value)
    const encoded: Record<string, unknown> = {}
    let left = Object.keys(row).length
    for (const [name, encode] of members) {
      if (!Object.hasOwn(row, name)) continue
      encoded[name] = encode(row[name])
      left--
    }
    return left === 0 ? encoded : z.encode(schema, { ...row })
  }
}
