import type { z } from 'zod'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { Stretch } from './store.ts'
import { type Place, placeOf, type TableDefinition } from './table.ts'

/** How many rows are read at first, and how many times as many each time that none of them is beyond. */
const FIRST_PAGE = 8
const GROWTH = 4

/**
 * Reads a sorted list up to the first row that is beyond a bound. Hardly more than the rows before it are read, few or many: thousands may stand behind it.
 *
 * @param read reads a stretch of it
 * @param isBeyond false for the rows before the bound, which all come first
 * @param from where to begin; at the start if left out
 * @returns the rows before the bound, then some of those beyond it, unless there are none
 */
export async function readUntil<Row, Sorted extends string>(
  table: TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType, boolean, Sorted>,
  list: Sorted,
  read: (stretch: Stretch) => Awaitable<readonly Row[]>,
  isBeyond: (row: Row) => boolean,
  from?: Place,
): Promise<readonly Row[]> {
  const all: Row[] = []
  for (let limit = FIRST_PAGE; ; limit *= GROWTH) {
    const last = all.at(-1)
    const page = await read({ after: last === undefined ? from : placeOf(table, list, last), limit })
    for (const row of page) all.push(row)
    if (page.length < limit || page.some(isBeyond)) return all
  }
}
