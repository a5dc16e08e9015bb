import { z } from 'zod'
import type { Mock } from '../engine/mock.ts'
import { inPieces, type Stretch } from '../engine/state/store.ts'
import { ALL, type Place, placeOf, type SortedTable } from '../engine/state/table.ts'
import { giveWay } from '../wire/shared/pieces.ts'
import { type Page, readCursor, USUAL_LENGTH, writeCursor } from './formats/page.ts'

type Paged<Row> = SortedTable<Row, 'newest'>

interface Wanted<Row> {
  /** Owner of the rows. Default: all owners. */
  readonly owner?: string | undefined
  /** Default: all rows fit, so that only rows on the page are read. */
  readonly fits?: ((row: Row) => boolean) | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
  /** Aborted when the client goes away. */
  readonly left?: AbortSignal | undefined
}

/** @throws UsageError `MOCK_INPUT` for a cursor that is not from a page */
export function readPage<Row>(mock: Mock, table: Paged<Row>, wanted: Wanted<Row>): Promise<Page<Row>> {
  return readLists(mock, table, { name: 'newest', among: [ALL] }, wanted)
}

const placeJson = z.strictObject({ part: z.int().min(0), by: z.string(), owner: z.string(), key: z.string() })

/**
 * A page of the rows under some texts of a sorted list: those under the first, then those under the next. A cursor names a place rather than a number,
 * so that new rows at the front shift nothing.
 *
 * With a filter, other calls are answered between pieces: a row that changes meanwhile counts in its old or its new state, and never twice.
 *
 * @throws UsageError `MOCK_INPUT` for a cursor that is not from a page
 */
export async function readLists<Row, Sorted extends string>(
  mock: Mock,
  table: SortedTable<Row, Sorted>,
  { name, among }: { readonly name: Sorted; readonly among: readonly string[] },
  { owner, fits, cursor, limit = USUAL_LENGTH, left }: Wanted<Row>,
): Promise<Page<Row>> {
  const from = cursor === undefined ? undefined : readCursor(cursor, placeJson)
  const found: { readonly row: Row; readonly part: number }[] = []
  let total = 0
  for (const [part, text] of among.entries()) {
    const after = from?.part === part ? from : undefined
    const isBehind = from === undefined || part >= from.part
    const take = (rows: readonly Row[]) => {
      if (isBehind && found.length <= limit) found.push(...rows.map((row) => ({ row, part })))
    }
    if (!fits) {
      await mock.store.transaction(async (tx) => {
        total += await tx.in(table).countAmong(name, text, owner)
        const left = limit + 1 - found.length
        if (isBehind && left > 0) take(await tx.in(table).page(name, text, { owner, after, limit: left }))
      })
      continue
    }
    for await (const rows of allUnder(mock, table, { name, text, owner, left })) {
      const fitting = rows.filter(fits)
      total += fitting.length
      if (!after) take(fitting)
    }
    if (!after) continue
    for await (const rows of allUnder(mock, table, { name, text, owner, left }, after)) {
      take(rows.filter(fits))
      if (found.length > limit) break
    }
  }
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return {
    items: page.map(({ row }) => row),
    ...(last && { next: writeCursor({ part: last.part, ...placeOf(table, name, last.row) }) }),
    total,
  }
}

/** Every row of a table in pieces, newest first. Other calls are answered between pieces. */
export function allRows<Row>(mock: Mock, table: Paged<Row>, { owner, left }: Pick<Wanted<Row>, 'owner' | 'left'>) {
  return allUnder(mock, table, { name: 'newest', text: ALL, owner, left })
}

async function* allUnder<Row, Sorted extends string>(
  { store }: Mock,
  table: SortedTable<Row, Sorted>,
  { name, text, owner, left }: { readonly name: Sorted; readonly text: string } & Pick<Wanted<Row>, 'owner' | 'left'>,
  from?: Place,
): AsyncGenerator<readonly Row[], void> {
  const read = (stretch: Stretch) => store.transaction((tx) => tx.in(table).page(name, text, { ...stretch, owner }))
  for await (const rows of inPieces(table, name, read, from)) {
    yield rows
    await giveWay(left)
  }
}
