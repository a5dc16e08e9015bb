import type { z } from 'zod'
import type { Settings } from '../settings.ts'
import type { TableDefinition } from '../state/table.ts'

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

/** Result for an exchange that read nothing. */
export function nothingFound(settings: Settings): Found {
  return { settings, rows: {} }
}

/** The rows of a table that an exchange found. */
export function rowsIn<Row>(
  { rows }: Found,
  { name }: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
): readonly Row[] {
  // Rows kept under the name of a table were read from that table.
  return (rows[name] ?? []) as readonly Row[]
}
