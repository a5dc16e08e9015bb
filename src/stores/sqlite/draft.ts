import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { keyOf, type Repository, TABLE_NAMES, type TableName, type Transaction } from '../../engine/state/store.ts'
import { encodeText } from '../encode-text.ts'
import { parseKept } from '../parse-kept.ts'
import { definitionOf, indexColumns, indexTexts, insertInto } from './schema.ts'

/** Statements by their text, each prepared once. */
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

/** A row that a transaction has written; without a value it is gone. Owner and key as they are stored. */
interface Written {
  readonly owner: string
  readonly key: string
  readonly value: unknown
}

/** The rows that a transaction has written in one table, by owner and key. */
type WrittenRows = Map<string, Written>

/** One transaction's view of the file: what is in it, and over that its own writes, which reach it at the end only. */
export class Draft {
  readonly #statements: Statements
  readonly #written = new Map<TableName, WrittenRows>()
  readonly transaction: Transaction

  constructor(statements: Statements) {
    this.#statements = statements
    this.transaction = Object.fromEntries(TABLE_NAMES.map((name) => [name, this.#repository(name)])) as Transaction
  }

  get isEmpty(): boolean {
    return this.#written.size === 0
  }

  /** Writes what was written into the file, in the transaction of SQLite that is open. */
  keep(): void {
    for (const [name, rows] of this.#written) {
      const insert = this.#statements.of(insertInto('changed', name))
      for (const { owner, key, value } of rows.values()) {
        insert.run(owner, key, value === undefined ? null : JSON.stringify(value), ...indexTexts(name, value))
      }
    }
  }

  #repository(name: TableName): Repository<unknown, readonly string[], string> {
    const definition = definitionOf(name)
    return {
      find: (owner, ...parts) => this.#find(name, encodeText(owner), encodeText(keyOf(parts))),
      where: (index, text, owner) => {
        const textOf = definition.indexes[index]
        return this.#select(name, { owner, index, text }, ({ value }) => textOf?.(value) === text)
      },
      list: (owner) => this.#select(name, { owner }, () => true),
      count: (owner) => this.#count(name, owner),
      save: (value) => {
        const key = encodeText(keyOf(definition.key(value)))
        this.#write(name, { owner: encodeText(definition.owner(value)), key, value })
      },
      delete: (owner, ...parts) =>
        this.#write(name, { owner: encodeText(owner), key: encodeText(keyOf(parts)), value: undefined }),
    }
  }

  #write(name: TableName, row: Written): void {
    const rows: WrittenRows = this.#written.get(name) ?? new Map()
    this.#written.set(name, rows)
    rows.set(idOf(row.owner, row.key), row)
  }

  #find(name: TableName, owner: string, key: string): unknown {
    const written = this.#written.get(name)?.get(idOf(owner, key))
    if (written) return written.value
    const value = this.#stored(name, owner, key)
    return value === undefined ? undefined : parseKept(value)
  }

  /** The JSON that the file has under a key. */
  #stored(name: TableName, owner: string, key: string): string | undefined {
    const row =
      this.#statements.of(`SELECT value FROM changed_${name} WHERE owner = ? AND key = ?`).get(owner, key) ??
      this.#statements.of(`SELECT value FROM seed_${name} WHERE owner = ? AND key = ?`).get(owner, key)
    return typeof row?.value === 'string' ? row.value : undefined
  }

  /** Looks at the changes only, as there may be a million rows in the seed. */
  #count(name: TableName, wanted: string | undefined): number {
    const owner = wanted === undefined ? undefined : encodeText(wanted)
    const whose = owner === undefined ? '' : 'WHERE owner = ?'
    const stored = this.#statements
      .of(
        `SELECT (SELECT count(*) FROM seed_${name} ${whose}) + coalesce(sum((value IS NOT NULL) - EXISTS
          (SELECT 1 FROM seed_${name} AS seed WHERE seed.owner = changed.owner AND seed.key = changed.key)), 0) AS count
          FROM changed_${name} AS changed ${whose}`,
      )
      .get(...(owner === undefined ? [] : [owner, owner]))
    const own = [...(this.#written.get(name)?.values() ?? [])].filter(
      (row) => owner === undefined || row.owner === owner,
    )
    const more = own.map(
      ({ owner, key, value }) => Number(value !== undefined) - Number(this.#stored(name, owner, key) !== undefined),
    )
    return more.reduce((sum, one) => sum + one, Number(stored?.count))
  }

  #select(name: TableName, by: Selection, fits: (written: Written) => boolean): readonly unknown[] {
    const { text, values } = selection(name, by)
    const written = this.#written.get(name)
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

/** Which rows of a table are wanted. */
interface Selection {
  readonly owner: string | undefined
  readonly index?: string
  readonly text?: string
}

/** The statement for a selection, and the values that it takes twice: once for each layer. */
function selection(name: TableName, { owner, index, text }: Selection): { text: string; values: readonly string[] } {
  const column = index === undefined ? undefined : `by_${index}`
  if (column !== undefined && !indexColumns(name).includes(column)) throw new Error(`${name} has no index ${index}`)
  const conditions = [...(column === undefined ? [] : [`${column} = ?`]), ...(owner === undefined ? [] : ['owner = ?'])]
  const where = ['value IS NOT NULL', ...conditions].join(' AND ')
  return {
    text: `SELECT owner, key, value FROM changed_${name} WHERE ${where}
      UNION ALL SELECT owner, key, value FROM seed_${name} AS seed WHERE ${where}
        AND NOT EXISTS (SELECT 1 FROM changed_${name} AS changed WHERE changed.owner = seed.owner AND changed.key = seed.key)`,
    values: [text, owner].filter((value) => value !== undefined).map(encodeText),
  }
}

/** Encoded texts have no control characters in them. */
function idOf(owner: string, key: string): string {
  return `${owner}\n${key}`
}
