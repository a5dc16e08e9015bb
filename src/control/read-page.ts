import { z } from 'zod'
import type { Mock } from '../engine/mock.ts'
import { inPieces, type Stretch } from '../engine/state/store.ts'
import { ALL, type Place, placeOf, type TableDefinition } from '../engine/state/table.ts'
import { giveWay } from '../shared/pieces.ts'
import { type Page, readCursor, USUAL_LENGTH, writeCursor } from './formats/page.ts'

/** A table whose rows are shown page by page, newest first. */
type Paged<Row> = TableDefinition<string, Row, readonly string[], string, z.ZodType, z.ZodType, boolean, 'newest'>

/** Selects rows, and the place to start from. */
interface Wanted<Row> {
  /** Owner of the rows. Default: all owners. */
  readonly owner?: string | undefined
  /** Default: all rows fit, so that only rows on the page are read. */
  readonly fits?: ((row: Row) => boolean) | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

const placeJson = z.strictObject({ by: z.string(), owner: z.string(), key: z.string() })

/**
 * A page of a table. A cursor names a place rather than a number, so that new rows at the front shift nothing.
 *
 * With a filter, other calls are answered between pieces: a row that changes meanwhile counts in its old or its new state, and never twice.
 *
 * @throws UsageError `MOCK_INPUT` for a cursor that is not from a page
 */
export async function readPage<Row>(
  mock: Mock,
  table: Paged<Row>,
  { owner, fits, cursor, limit = USUAL_LENGTH }: Wanted<Row>,
): Promise<Page<Row>> {
  const after = cursor === undefined ? undefined : readCursor(cursor, placeJson)
  if (!fits) {
    return mock.store.transaction(async (tx) => {
      const rows = await tx.in(table).page('newest', ALL, { owner, after, limit: limit + 1 })
      return pageFrom(table, rows, limit, await tx.in(table).countAmong('newest', ALL, owner))
    })
  }
  const items: Row[] = []
  let total = 0
  for await (const rows of allRows(mock, table, owner)) {
    const fitting = rows.filter(fits)
    total += fitting.length
    if (after === undefined && items.length <= limit) items.push(...fitting)
  }
  if (after !== undefined) {
    for await (const rows of allRows(mock, table, owner, after)) {
      items.push(...rows.filter(fits))
      if (items.length > limit) break
    }
  }
  return pageFrom(table, items, limit, total)
}

/** Every row of a table in pieces, newest first. Other calls are answered between pieces. */
export async function* allRows<Row>(
  { store }: Mock,
  table: Paged<Row>,
  owner: string | undefined,
  from?: Place,
): AsyncGenerator<readonly Row[], void> {
  const read = (stretch: Stretch) => store.transaction((tx) => tx.in(table).page('newest', ALL, { ...stretch, owner }))
  for await (const rows of inPieces(table, 'newest', read, from)) {
    yield rows
    await giveWay()
  }
}

/** @param rows of the page, plus more if another page follows */
function pageFrom<Row>(table: Paged<Row>, rows: readonly Row[], limit: number, total: number): Page<Row> {
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items, ...(last !== undefined && { next: writeCursor(placeOf(table, 'newest', last)) }), total }
}
