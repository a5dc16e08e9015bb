import type { z } from 'zod'
import type { Settings } from '../settings.ts'
import { keyOf, type Table, type TableDefinition } from '../state/table.ts'

/** How many rows of a table are kept: a code may exist in any number of batches. */
const KEPT_ROWS = 8

/** Records the rows that an exchange reads and the rows that it changes. */
export class FoundState implements Found {
  settings: Settings
  rows: Record<string, unknown[]> = {}
  /** Rows as the exchange left them, by the name of their table. */
  readonly changed: Record<string, unknown[]> = {}
  /** The merchant whose rows come first if an index finds many. */
  mchid = ''

  constructor(settings: Settings) {
    this.settings = settings
  }

  /** The part to keep in the journal. */
  get kept(): Found {
    return { settings: this.settings, rows: this.rows }
  }

  /** Forgets the rows, because a transaction runs again. */
  clear(): void {
    this.rows = {}
  }

  /**
   * Notes a row that was read, if any, and returns it. Rows are immutable, so it is not copied. A row that is read again after a change
   * stays noted as it was before.
   */
  note(table: Table, row: unknown): unknown {
    if (row === undefined) return row
    this.rows[table.name] ??= []
    const known = this.rows[table.name]
    if (known && known.length < KEPT_ROWS && !known.some((other) => isSame(table, other, row))) known.push(row)
    return row
  }

  /** Notes a row that was saved; if it was saved twice, the latest version. */
  noteChanged(table: Table, row: unknown): void {
    const others = (this.changed[table.name] ?? []).filter((other) => !isSame(table, other, row))
    if (others.length < KEPT_ROWS) this.changed[table.name] = [...others, row]
  }

  /** Notes the first of many rows, the merchant's own before others, and returns them all. */
  noteSome(table: Table, rows: readonly unknown[]): readonly unknown[] {
    const own = rows.filter((row) => table.owner(row) === this.mchid)
    for (const row of [...own, ...rows].slice(0, KEPT_ROWS)) this.note(table, row)
    return rows
  }
}

/** Whether two rows have the same identity, possibly as versions of different times. */
function isSame(table: Table, one: unknown, other: unknown): boolean {
  if (one === other) return true
  return table.owner(one) === table.owner(other) && keyOf(table.key(one)) === keyOf(table.key(other))
}

/**
 * The state that an exchange found: the rows it read, as they were before it changed anything, and the settings in force. Enough to repeat the
 * exchange on another mock.
 */
export interface Found {
  /** `keyMode` is the caller's, if it has its own. */
  readonly settings: Settings
  /** Rows of tables that are `inJournal`, by the name of their table. */
  readonly rows: Readonly<Record<string, readonly unknown[]>>
}

export function nothingFound(settings: Settings): Found {
  return { settings, rows: {} }
}

export function rowsIn<Row>(
  { rows }: Found,
  { name }: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
): readonly Row[] {
  // Rows kept under the name of a table were read from that table.
  return (rows[name] ?? []) as readonly Row[]
}
