import type { z } from 'zod'
import type { Settings } from '../settings.ts'
import type { TableDefinition } from '../state/table.ts'

/**
 * What an exchange found: the rows that it read, as they were before it changed anything, and the settings that counted. Enough to let the
 * same exchange happen again on another mock.
 */
export interface Found {
  /** `keyMode` is the one of the caller, where it has one of its own. */
  readonly settings: Settings
  /** By the name of their table: those of tables that are `inJournal`. */
  readonly rows: Readonly<Record<string, readonly unknown[]>>
}

/** The state of an exchange that read nothing. */
export function nothingFound(settings: Settings): Found {
  return { settings, rows: {} }
}

/** The rows of a table among those that were found. */
export function rowsIn<Row>(
  { rows }: Found,
  { name }: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
): readonly Row[] {
  // What is kept under the name of a table was read from it.
  return (rows[name] ?? []) as readonly Row[]
}
