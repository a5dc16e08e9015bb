import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { LazyTransaction } from '../../engine/state/lazy-transaction.ts'
import type { AnyRepository, Transaction } from '../../engine/state/store.ts'
import { keyOf, type Table } from '../../engine/state/table.ts'
import { encodeText } from '../encode-text.ts'
import { parseKept } from '../parse-kept.ts'
import { indexColumns, indexTexts, insertInto } from './schema.ts'

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

/** A row that a transaction has written, or deleted if it has no value. Owner and key are encoded as stored. */
interface Written {
  readonly owner: string
  readonly key: string
  readonly value: unknown
}

/** The rows that a transaction has written in one table, by owner and key. */
type WrittenRows = Map<string, Written>

/** One transaction's view of the file, overlaid with its own writes, which reach the file only at the end. */
export class Draft {
  readonly #statements: Statements
  readonly #written = new Map<Table, WrittenRows>()
  readonly transaction: Transaction

  constructor(statements: Statements) {
    this.#statements = statements
    this.transaction = new LazyTransaction((table) => this.#repository(table))
  }

  get isEmpty(): boolean {
    return this.#written.size === 0
  }

  /** Flushes the writes to the file, within the open transaction of SQLite. */
  keep(): void {
    for (const [table, rows] of this.#written) {
      const insert = this.#statements.of(insertInto('changed', table))
      for (const { owner, key, value } of rows.values()) {
        insert.run(owner, key, value === undefined ? null : JSON.stringify(value), ...indexTexts(table, value))
      }
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
      save: (value) => {
        const key = encodeText(keyOf(table.key(value)))
        this.#write(table, { owner: encodeText(table.owner(value)), key, value })
      },
      delete: (owner, ...parts) =>
        this.#write(table, { owner: encodeText(owner), key: encodeText(keyOf(parts)), value: undefined }),
    }
  }

  #write(table: Table, row: Written): void {
    const rows: WrittenRows = this.#written.get(table) ?? new Map()
    this.#written.set(table, rows)
    rows.set(idOf(row.owner, row.key), row)
  }

  #find(table: Table, owner: string, key: string): unknown {
    const written = this.#written.get(table)?.get(idOf(owner, key))
    if (written) return written.value
    const value = this.#stored(table, owner, key)
    return value === undefined ? undefined : parseKept(value)
  }

  /** The JSON in the file under a key. */
  #stored(table: Table, owner: string, key: string): string | undefined {
    const row =
      this.#statements.of(`SELECT value FROM changed_${table.name} WHERE owner = ? AND key = ?`).get(owner, key) ??
      this.#statements.of(`SELECT value FROM seed_${table.name} WHERE owner = ? AND key = ?`).get(owner, key)
    return typeof row?.value === 'string' ? row.value : undefined
  }

  /** Visits only the changes, since the seed may have a million rows. */
  #count(table: Table, wanted: string | undefined): number {
    const owner = wanted === undefined ? undefined : encodeText(wanted)
    const whose = owner === undefined ? '' : 'WHERE owner = ?'
    const stored = this.#statements
      .of(
        `SELECT (SELECT count(*) FROM seed_${table.name} ${whose}) + coalesce(sum((value IS NOT NULL) - EXISTS
          (SELECT 1 FROM seed_${table.name} AS seed WHERE seed.owner = changed.owner AND seed.key = changed.key)), 0) AS count
          FROM changed_${table.name} AS changed ${whose}`,
      )
      .get(...(owner === undefined ? [] : [owner, owner]))
    const own = [...(this.#written.get(table)?.values() ?? [])].filter(
      (row) => owner === undefined || row.owner === owner,
    )
    const more = own.map(
      ({ owner, key, value }) => Number(value !== undefined) - Number(this.#stored(table, owner, key) !== undefined),
    )
    return more.reduce((sum, one) => sum + one, Number(stored?.count))
  }

  #select(table: Table, by: Selection, fits: (written: Written) => boolean): readonly unknown[] {
    const { text, values } = selection(table, by)
    const written = this.#written.get(table)
    const stored = this.#statements.of(text).all(...values, ...values)
    const untouched = written
      ? stored.filter(({ owner, key }) => !written.has(idOf(String(owner), String(key))))
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

/** Encoded texts contain no control characters. */
function idOf(owner: string, key: string): string {
  return `${owner}\n${key}`
}
