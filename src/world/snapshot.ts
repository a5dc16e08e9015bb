import type { Merchant } from '../engine/keys/merchants.ts'
import type { Mock } from '../engine/mock.ts'
import { memberOf, type Table } from '../engine/state/table.ts'
import { exactTime } from '../protocol/instant.ts'
import { piecesOf } from '../shared/pieces.ts'
import { describeMerchant } from './merchant-json.ts'
import type { AnySnapshotJson } from './world-json.ts'

/** The whole state of a mock, of one merchant or of all, in the format of a seed file. */
export async function takeSnapshot(mock: Mock, mchid?: string): Promise<AnySnapshotJson> {
  const now = mock.clock.now()
  const taken = await mock.store.transaction(async (tx) => {
    const found: [table: Table, rows: readonly unknown[]][] = []
    for (const table of mock.tables) found.push([table, await tx.in(table).list(mchid)])
    return found
  })
  // Rows do not change once they are read, so other calls get a turn while they are described.
  const rows: [member: string, rows: unknown[]][] = []
  for (const [table, found] of taken) rows.push([memberOf(table), await describeAll(table, found, now)])
  const isWanted = (merchant: Merchant) =>
    !mock.merchants.isBuiltIn(merchant) && (mchid === undefined || merchant.mchid === mchid)
  return {
    taken_at: exactTime(now),
    merchants: mock.merchants.all.filter(isWanted).map(describeMerchant),
    ...Object.fromEntries(rows),
  }
}

async function describeAll(table: Table, rows: readonly unknown[], now: number): Promise<unknown[]> {
  const described: unknown[] = []
  for await (const some of piecesOf(rows)) described.push(...some.map((row) => table.toJson(row, now)))
  return described
}

/** The number of rows in each table of a mock, and of merchants that may call it. */
export function countWorld(mock: Mock): Promise<Record<string, number>> {
  return mock.store.transaction(async (tx) => {
    const counts: Record<string, number> = { merchants: mock.merchants.all.length }
    for (const table of mock.tables) counts[memberOf(table)] = await tx.in(table).count()
    return counts
  })
}
