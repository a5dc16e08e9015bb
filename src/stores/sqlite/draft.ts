import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type AnyRepository, type Stretch, type Transaction, transactionOver } from '../../engine/state/store.ts'
import { keyOf, type Table } from '../../engine/state/table.ts'
import type { Awaitable } from '../../shared/pieces.ts'
import { countWithWrites, encodePlace, entryOf, idOf, type OwnWrite, pageWithWrites } from '../sorted.ts'
import { encodeText, parseKept } from '../store-errors.ts'
import { changeWriter, indexColumns } from './schema.ts'

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

/** The rows that a transaction has written in one table, by owner and key. */
type WrittenRows = Map<string, OwnWrite>

/** One transaction's view of the file, overlaid with its own writes, which reach the file only at the end. */
export class Draft {
  readonly #statements: Statements
  readonly #written = new Map<Table, WrittenRows>()
  readonly transaction: Transaction

  constructor(statements: Statements) {
    this.#statements = statements
    this.transaction = transactionOver((table) => this.#repository(table))
  }

  get isEmpty(): boolean {
    return this.#written.size === 0
  }

  /** Flushes the writes to the file, within the open transaction of SQLite. */
  keep(): void {
    for (const [table, rows] of this.#written) {
      const write = changeWriter((text) => this.#statements.of(text), table)
      for (const { owner, key, value } of rows.values()) write(owner, key, value)
    }
  }

  #repository(table: Table): AnyRepository {
    return {
      find: (owner, ...parts) => this.#find(table, encodeText(owner), encodeText(keyOf(parts))),
      where: (index, text, owner) => {
        const textOf = table.indexes[index]
        return this.#select(table, { owner, index, text }, ({ value }) => textOf?.(value) === text)
      },
      list: (owner) => this.#select(table, { owner }, () => true),
      count: (owner) => this.#count(table, owner),
      page: (list, among, stretch) => this.#page(table, list, among, stretch),
      countAmong: (list, among, owner) => this.#countAmong(table, list, among, owner),
      save: (value) => {
        const key = encodeText(keyOf(table.key(value)))
        this.#write(table, { owner: encodeText(table.owner(value)), key, value })
      },
      delete: (owner, ...parts) =>
        this.#write(table, { owner: encodeText(owner), key: encodeText(keyOf(parts)), value: undefined }),
    }
  }

  #write(table: Table, row: OwnWrite): void {
    const rows: WrittenRows = this.#written.get(table) ?? new Map()
    this.#written.set(table, rows)
    rows.set(idOf(row), row)
  }

  #find(table: Table, owner: string, key: string): unknown {
    const written = this.#written.get(table)?.get(idOf({ owner, key }))
    if (written) return written.value
    const value = this.#stored(table, owner, key)
    return value === undefined ? undefined : parseKept(value)
  }

  /** The stored JSON under a key. */
  #stored(table: Table, owner: string, key: string): string | undefined {
    const row =
      this.#statements.of(`SELECT value FROM changed_${table.name} WHERE owner = ? AND key = ?`).get(owner, key) ??
      this.#statements.of(`SELECT value FROM seed_${table.name} WHERE owner = ? AND key = ?`).get(owner, key)
    return typeof row?.value === 'string' ? row.value : undefined
  }

  /** Visits only the changes, since the seed may have a million rows. */
  async #count(table: Table, wanted: string | undefined): Promise<number> {
    const owner = wanted === undefined ? [] : [encodeText(wanted)]
    const whose = wanted === undefined ? '' : 'WHERE owner = ?'
    const stored = this.#statements
      .of(
        `SELECT (SELECT count(*) FROM seed_${table.name} ${whose}) + coalesce(sum((value IS NOT NULL) - EXISTS
          (SELECT 1 FROM seed_${table.name} AS seed WHERE seed.owner = changed.owner AND seed.key = changed.key)), 0) AS count
          FROM changed_${table.name} AS changed ${whose}`,
      )
      .get(...owner, ...owner)
    return countWithWrites(Number(stored?.count), this.#writes(table, wanted), {
      isCounted: (row) => row !== undefined,
      before: (write) => this.#before(table, write),
    })
  }

  /** The rows that the transaction has written, of one merchant or of all. */
  #writes(table: Table, owner: string | undefined): readonly OwnWrite[] {
    const all = [...(this.#written.get(table)?.values() ?? [])]
    return owner === undefined ? all : all.filter((write) => write.owner === encodeText(owner))
  }

  /** The row in the file that a write replaces. */
  #before(table: Table, { owner, key }: OwnWrite): unknown {
    const value = this.#stored(table, owner, key)
    return value === undefined ? undefined : parseKept(value)
  }

  #page(table: Table, list: string, among: string, stretch: Stretch): Awaitable<readonly unknown[]> {
    const writes = this.#writes(table, stretch.owner)
    if (writes.length === 0) return this.#storedPage(table, list, among, stretch)
    return pageWithWrites(table, list, among, stretch, writes, (limit) =>
      this.#storedPage(table, list, among, { owner: stretch.owner, after: stretch.after, limit }),
    )
  }

  #storedPage(
    table: Table,
    list: string,
    among: string,
    { owner, after, offset = 0, limit }: Stretch,
  ): readonly unknown[] {
    const { name } = table
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
      .map(({ value }) => parseKept(String(value)))
  }

  #countAmong(table: Table, list: string, among: string, owner: string | undefined): Awaitable<number> {
    const whose = owner === undefined ? '' : ' AND owner = ?'
    const where = `among_${list} = ?${whose}`
    const values = [among, ...(owner === undefined ? [] : [owner])].map(encodeText)
    const stored = this.#statements
      .of(
        `SELECT (SELECT count(*) FROM changed_${table.name} WHERE ${where})
          + (SELECT count(*) FROM seed_${table.name} WHERE ${where} AND left_${list} = 0) AS count`,
      )
      .get(...values, ...values)
    return countWithWrites(Number(stored?.count), this.#writes(table, owner), {
      isCounted: (row) => row !== undefined && entryOf(table, list, row)?.among === encodeText(among),
      before: (write) => this.#before(table, write),
    })
  }

  #select(table: Table, by: Selection, fits: (written: OwnWrite) => boolean): readonly unknown[] {
    const { text, values } = selection(table, by)
    const written = this.#written.get(table)
    const stored = this.#statements.of(text).all(...values, ...values)
    const untouched = written
      ? stored.filter(({ owner, key }) => !written.has(idOf({ owner: String(owner), key: String(key) })))
      : stored
    const found = untouched.map(({ value }) => parseKept(String(value)))
    if (!written) return found
    const owner = by.owner === undefined ? undefined : encodeText(by.owner)
    const own = [...written.values()].filter(
      (row) => row.value !== undefined && (owner === undefined || row.owner === owner) && fits(row),
    )
    return [...found, ...own.map(({ value }) => value)]
  }
}

/** Selects rows of a table. */
interface Selection {
  readonly owner: string | undefined
  readonly index?: string
  readonly text?: string
}

/** The statement for a selection and its values, which it takes twice: once for each layer. */
function selection(table: Table, { owner, index, text }: Selection): { text: string; values: readonly string[] } {
  const column = index === undefined ? undefined : `by_${index}`
  if (column !== undefined && !indexColumns(table).includes(column))
    throw new Error(`${table.name} has no index ${index}`)
  const conditions = [...(column === undefined ? [] : [`${column} = ?`]), ...(owner === undefined ? [] : ['owner = ?'])]
  const where = ['value IS NOT NULL', ...conditions].join(' AND ')
  return {
    text: `SELECT owner, key, value FROM changed_${table.name} WHERE ${where}
      UNION ALL SELECT owner, key, value FROM seed_${table.name} AS seed WHERE ${where}
        AND NOT EXISTS (SELECT 1 FROM changed_${table.name} AS changed WHERE changed.owner = seed.owner AND changed.key = seed.key)`,
    values: [text, owner].filter((value) => value !== undefined).map(encodeText),
  }
}
