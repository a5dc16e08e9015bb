import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Stretch } from '../../engine/state/store.ts'
import type { Table } from '../../engine/state/table.ts'
import { type Selection, type StoredRows, type Write, writeOf } from '../draft.ts'
import { type Entry, encodePlace, entryOf, listsOf } from '../sorted.ts'
import { encodeText } from '../store-errors.ts'
import { sealed, unsealed } from './checksums.ts'

/** The two layers of a table: the seed, and the changes since, where a row without a value is deleted. */
export const LAYERS = ['seed', 'changed'] as const

export type Layer = (typeof LAYERS)[number]

/** The format of a file, and how to upgrade the values of older ones. */
export interface Format {
  /** Incremented with each change of a table, an index or a value. */
  readonly version: number
  /** Files of earlier versions are refused. */
  readonly oldest: number
  /** Upgrades of values, by the version that they lead to. Left out: values stay as they are and are only indexed anew. */
  readonly upgrades: Readonly<Record<number, (name: string, value: unknown) => unknown>>
}

/** Values have checksums since this version. */
export const SEALED_SINCE = 9

/**
 * Rows have the names of the wire since version 6, bills lists of their own since version 7, callbacks and tokens of product coupons since version 8,
 * values checksums since version 9, things that shaped calls remember are listed by name since version 10, and complaints have tables since version 11.
 */
export const FORMAT: Format = { version: 11, oldest: 6, upgrades: {} }

/** Added to the version of a file while a mock has it open, and left there by a crash. */
export const IN_USE = 0x1_0000

/** "WPMk", in the header of the file: identifies it as ours. */
export const APPLICATION_ID = 0x57504d6b

/** @internal */
export function indexColumns(table: Table): readonly string[] {
  return [
    ...Object.keys(table.indexes).map((index) => `by_${index}`),
    ...listsOf(table).flatMap((list) => [`among_${list}`, `sort_${list}`]),
  ]
}

/** The text of a value in each index; all null for a deleted one. */
function indexTexts(table: Table, value: unknown): readonly (string | null)[] {
  return Object.values(table.indexes).map((textOf) => {
    const text = value === undefined ? undefined : textOf(value)
    return text === undefined ? null : encodeText(text)
  })
}

/**
 * The statement that inserts or replaces a row. Its values are owner, key, JSON and index texts.
 *
 * @param name of the table in the file, if it has yet to take its place
 */
export function insertInto(layer: Layer, table: Table, name = `${layer}_${table.name}`): string {
  const columns = ['value', ...indexColumns(table)]
  const places = columns.map(() => '?').join(', ')
  const changes = columns.map((column) => `${column} = excluded.${column}`).join(', ')
  return `INSERT INTO ${name} (owner, key, ${columns.join(', ')}) VALUES (?, ?, ${places})
    ON CONFLICT (owner, key) DO UPDATE SET ${changes}`
}

/** The parameters of {@link insertInto} for a value. */
export function rowOf(table: Table, row: unknown): (string | null)[] {
  const { owner, key } = writeOf(table, row)
  const places = listsOf(table).flatMap((list) => textsOf(entryOf(table, list, row)))
  return [owner, key, sealed(table.name, row), ...indexTexts(table, row), ...places]
}

function textsOf(entry: Entry | undefined): readonly (string | null)[] {
  return [entry?.among ?? null, entry?.by ?? null]
}

/**
 * Writes changes of a table.
 *
 * A row that keeps its place in a sorted list of the seed is found there, with its new value. Only a row that is new or has moved is filed anew, and
 * only then is the seed's marked. So used-up rows are not in the way, and most changes touch no list.
 */
export function changeWriter(statement: (text: string) => StatementSync, table: Table): (write: Write) => void {
  const lists = listsOf(table).map((list) => ({
    list,
    mark: statement(`UPDATE seed_${table.name} SET ${LEFT}${list} = ? WHERE owner = ? AND key = ?`),
  }))
  const insert = statement(insertInto('changed', table))
  const places = lists.flatMap(({ list }) => [`among_${list}`, `sort_${list}`, `${LEFT}${list}`])
  const look =
    places.length === 0
      ? undefined
      : statement(`SELECT ${places.join(', ')} FROM seed_${table.name} WHERE owner = ? AND key = ?`)
  return ({ owner, key, value }) => {
    const seed = look?.get(owner, key)
    const placed = lists.map(({ list, mark }) => {
      const texts = textsOf(value === undefined ? undefined : entryOf(table, list, value))
      const [among, sort] = [seed?.[`among_${list}`] ?? null, seed?.[`sort_${list}`] ?? null]
      const stays = among === texts[0] && sort === texts[1]
      return { list, mark, texts: stays ? [null, null] : texts, left: Number(among !== null && !stays) }
    })
    const kept = value === undefined ? null : sealed(table.name, value)
    insert.run(owner, key, kept, ...indexTexts(table, value), ...placed.flatMap(({ texts }) => texts))
    for (const { list, mark, left } of placed) {
      if (seed !== undefined && seed[`${LEFT}${list}`] !== left) mark.run(left, owner, key)
    }
  }
}

/** Creates everything that a new file needs besides its tables. Call it in a transaction. */
export function createSchema(database: DatabaseSync, { version }: Format): void {
  database.exec('CREATE TABLE documents (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
  database.exec(`PRAGMA user_version = ${version}`)
}

/** @param name of the table in the file, if it has yet to take its place */
export function createTable(database: DatabaseSync, layer: Layer, table: Table, name = `${layer}_${table.name}`): void {
  const columns = textColumns(table).map((column) => `${column} ${TYPES[column] ?? 'TEXT'}`)
  const left = leftColumns(layer, table).map((column) => `${column} INTEGER NOT NULL DEFAULT 0`)
  database.exec(`CREATE TABLE ${name} (${[...columns, ...left].join(', ')}, UNIQUE (owner, key))`)
}

const TYPES: Readonly<Record<string, string>> = { owner: 'TEXT NOT NULL', key: 'TEXT NOT NULL' }

export function textColumns(table: Table): readonly string[] {
  return ['owner', 'key', 'value', ...indexColumns(table)]
}

/** For each sorted list, whether a change has moved the row away from its place in the seed, or out of the list. */
export function leftColumns(layer: Layer, table: Table): readonly string[] {
  return layer === 'seed' ? listsOf(table).map((list) => `${LEFT}${list}`) : []
}

const LEFT = 'left_'

/** Separate from the table, because filling a table is faster without indexes. */
export function createIndexes(database: DatabaseSync, layer: Layer, table: Table): void {
  const name = `${layer}_${table.name}`
  for (const statement of indexesOf(layer, table, name, name)) database.exec(statement)
}

/**
 * The statements that create the indexes of a table.
 *
 * @param name of the table in the file
 * @param prefix of the names of its indexes
 */
export function indexesOf(layer: Layer, table: Table, name: string, prefix: string): readonly string[] {
  const plain = Object.keys(table.indexes).map(
    (index) => `CREATE INDEX ${prefix}_by_${index} ON ${name} (by_${index}) WHERE by_${index} IS NOT NULL`,
  )
  const sorted = listsOf(table).flatMap((list) => {
    const [among, sort, left] = [`among_${list}`, `sort_${list}`, `${LEFT}${list}`]
    const shown = `${among} IS NOT NULL${layer === 'seed' ? ` AND ${left} = 0` : ''}`
    return [
      `CREATE INDEX ${prefix}_${list}_of_all ON ${name} (${among}, ${sort}, owner, key) WHERE ${shown}`,
      `CREATE INDEX ${prefix}_${list}_of_one ON ${name} (${among}, owner, ${sort}, key) WHERE ${shown}`,
      // For a reset, which brings those rows back.
      ...(layer === 'seed' ? [`CREATE INDEX ${prefix}_${left} ON ${name} (owner) WHERE ${left} = 1`] : []),
    ]
  })
  return [...plain, ...sorted]
}

/** Begins the names of tables that are filled beside the seed, whose place they take once they are complete. */
export const NEXT = 'next_'

/** Drops tables that were to take the place of a seed, and did not. Call it in a transaction, and keep the layout after it. */
export function dropStaged(database: DatabaseSync): void {
  const staged = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, ?) = ?")
  for (const { name } of staged.all(NEXT.length, NEXT)) database.exec(`DROP TABLE ${name}`)
}

export function columnsOf(database: DatabaseSync, name: string): readonly string[] {
  return database
    .prepare(`SELECT name FROM pragma_table_info('${name}')`)
    .all()
    .map((column) => String(column.name))
}

/** Columns of a seed table that record which rows have left their places. */
export function leftColumnsOf(database: DatabaseSync, seed: string): readonly string[] {
  return columnsOf(database, seed).filter((column) => column.startsWith(LEFT))
}

/** The names of all tables with changes in a file, including those of other mocks. */
export function changedTables(database: DatabaseSync): readonly string[] {
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'changed\\_%' ESCAPE '\\'")
    .all()
    .map(({ name }) => String(name))
}

/** Prepares each statement once, by its text. */
export class Statements {
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  of(text: string): StatementSync {
    const known = this.#prepared.get(text)
    if (known) return known
    const prepared = this.#database.prepare(text)
    this.#prepared.set(text, prepared)
    return prepared
  }
}

export class RowsInFile implements StoredRows {
  readonly #statements: Statements

  constructor(statements: Statements) {
    this.#statements = statements
  }

  find({ name }: Table, { owner, key }: Write): unknown {
    const row =
      this.#statements.of(`SELECT value FROM changed_${name} WHERE owner = ? AND key = ?`).get(owner, key) ??
      this.#statements.of(`SELECT value FROM seed_${name} WHERE owner = ? AND key = ?`).get(owner, key)
    return row === undefined || row.value === null ? undefined : unsealed(name, row.value)
  }

  select(table: Table, { owner, index, text }: Selection): readonly unknown[] {
    const column = index === undefined ? undefined : `by_${index}`
    if (column !== undefined && !indexColumns(table).includes(column))
      throw new Error(`${table.name} has no index ${index}`)
    const conditions = [
      ...(column === undefined ? [] : [`${column} = ?`]),
      ...(owner === undefined ? [] : ['owner = ?']),
    ]
    const where = ['value IS NOT NULL', ...conditions].join(' AND ')
    const values = [text, owner].filter((value) => value !== undefined).map(encodeText)
    return this.#statements
      .of(
        `SELECT value FROM changed_${table.name} WHERE ${where}
          UNION ALL SELECT value FROM seed_${table.name} AS seed WHERE ${where} AND NOT EXISTS
            (SELECT 1 FROM changed_${table.name} AS changed WHERE changed.owner = seed.owner AND changed.key = seed.key)`,
      )
      .all(...values, ...values)
      .map(({ value }) => unsealed(table.name, value))
  }

  /** Visits only the changes, since the seed may have a million rows. */
  count({ name }: Table, wanted: string | undefined): number {
    const owner = wanted === undefined ? [] : [encodeText(wanted)]
    const whose = wanted === undefined ? '' : 'WHERE owner = ?'
    const stored = this.#statements
      .of(
        `SELECT (SELECT count(*) FROM seed_${name} ${whose}) + coalesce(sum((value IS NOT NULL) - EXISTS
          (SELECT 1 FROM seed_${name} AS seed WHERE seed.owner = changed.owner AND seed.key = changed.key)), 0) AS count
          FROM changed_${name} AS changed ${whose}`,
      )
      .get(...owner, ...owner)
    return Number(stored?.count)
  }

  page({ name }: Table, list: string, among: string, { owner, after, offset = 0, limit }: Stretch): readonly unknown[] {
    const place = after && encodePlace(after)
    const conditions: [condition: string, ...values: string[]][] = [[`among_${list} = ?`, encodeText(among)]]
    if (owner !== undefined) conditions.push(['owner = ?', encodeText(owner)])
    // Within one merchant's rows the index has no owner between the text to sort by and the key.
    if (place && owner === after?.owner) {
      conditions.push([`(sort_${list}, key) > (?, ?)`, place.by, place.key])
    } else if (place) {
      conditions.push([`(sort_${list}, owner, key) > (?, ?, ?)`, place.by, place.owner, place.key])
    }
    const where = conditions.map(([condition]) => condition).join(' AND ')
    const values = conditions.flatMap(([, ...some]) => some)
    // Only the rows of the page are looked up: the indexes know the places of all. A row in its place in the seed may have another value.
    return this.#statements
      .of(
        `SELECT coalesce(
            (SELECT value FROM changed_${name} AS changed WHERE changed.owner = place.owner AND changed.key = place.key),
            (SELECT value FROM seed_${name} AS seed WHERE seed.owner = place.owner AND seed.key = place.key)) AS value FROM (
          SELECT sort_${list} AS sort, owner, key FROM changed_${name} WHERE ${where}
          UNION ALL SELECT sort_${list}, owner, key FROM seed_${name} WHERE ${where} AND left_${list} = 0
          ORDER BY 1, 2, 3 LIMIT ? OFFSET ?) AS place`,
      )
      .all(...values, ...values, limit, offset)
      .map(({ value }) => unsealed(name, value))
  }

  countAmong({ name }: Table, list: string, among: string, owner: string | undefined): number {
    const where = `among_${list} = ?${owner === undefined ? '' : ' AND owner = ?'}`
    const values = [among, ...(owner === undefined ? [] : [owner])].map(encodeText)
    const stored = this.#statements
      .of(
        `SELECT (SELECT count(*) FROM changed_${name} WHERE ${where})
          + (SELECT count(*) FROM seed_${name} WHERE ${where} AND left_${list} = 0) AS count`,
      )
      .get(...values, ...values)
    return Number(stored?.count)
  }
}
