import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Stretch } from '../../engine/state/store.ts'
import type { Table } from '../../engine/state/table.ts'
import type { Selection, StoredRows, Write } from '../draft.ts'
import { encodePlace } from '../sorted.ts'
import { encodeText, parseKept } from '../store-errors.ts'
import { indexColumns } from './schema.ts'

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
    return typeof row?.value === 'string' ? parseKept(row.value) : undefined
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
      .map(({ value }) => parseKept(String(value)))
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
      .map(({ value }) => parseKept(String(value)))
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
