import { z } from 'zod'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { Transaction } from './store.ts'
import type { TableDefinition } from './table.ts'

/** A member of rows that time ends. Left out until the clock is set back to before the end: until then the end follows from the instant. */
export const over = z
  .literal(true)
  .optional()
  .describe('time has ended it, and the clock was set back since; left out if its times say so')

/** Saves the rows of a table that `ended` returns with the end that time has brought them, and leaves out the others. */
export async function keepEnded<Row>(
  tx: Transaction,
  table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType>,
  rows: Awaitable<readonly Row[]>,
  ended: (row: Row) => Row | undefined,
): Promise<void> {
  for (const row of await rows) {
    const kept = ended(row)
    if (kept !== undefined) await tx.in(table).save(kept)
  }
}
