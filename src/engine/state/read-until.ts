import type { z } from 'zod'
import type { Awaitable } from '../../shared/awaitable.ts'
import type { Stretch } from './store.ts'
import { type Place, placeOf, type TableDefinition } from './table.ts'

/** How many rows are read at first, and the growth factor for each further read. */
const FIRST_PAGE = 8
const GROWTH = 4

/**
 * Reads a sorted list up to the first row that is beyond a bound. Reads few rows beyond that: thousands may follow.
 *
 * @param read reads a stretch of it
 * @param isBeyond false for the rows before the bound, which all come first
 * @param from where to begin. Default: at the start
 * @returns the rows before the bound, then some of those beyond it, if any
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
