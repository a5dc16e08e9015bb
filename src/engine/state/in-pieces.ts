import type { z } from 'zod'
import type { Awaitable } from '../../shared/awaitable.ts'
import { PIECE } from '../../shared/pieces.ts'
import type { Stretch } from './store.ts'
import { type Place, placeOf, type TableDefinition } from './table.ts'

/**
 * Reads a sorted list to its end, piece by piece.
 *
 * @param read reads a stretch of it: all in one transaction if they must show one state, or each in its own, so that other calls get a turn in
 * between
 * @param from where to begin. Default: at the start
 */
export async function* inPieces<Row, Sorted extends string>(
  table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType, boolean, Sorted>,
  list: Sorted,
  read: (stretch: Stretch) => Awaitable<readonly Row[]>,
  from?: Place,
): AsyncGenerator<readonly Row[], void> {
  let after = from
  for (;;) {
    const rows = await read({ after, limit: PIECE })
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PIECE) return
    after = placeOf(table, list, last)
  }
}
