import type { Merchant } from '../engine/keys/merchants.ts'
import type { Mock } from '../engine/mock.ts'
import { memberOf } from '../engine/state/table.ts'
import { exactTime } from '../protocol/instant.ts'
import { describeMerchant } from './merchant-json.ts'
import type { AnySnapshotJson } from './world-json.ts'

/** The whole state of a mock, of one merchant or of all, in the format of a seed file. */
export async function takeSnapshot(mock: Mock, mchid?: string): Promise<AnySnapshotJson> {
  const now = mock.clock.now()
  const rows = await mock.store.transaction(async (tx) => {
    const taken: [member: string, rows: unknown[]][] = []
    for (const table of mock.tables) {
      const found = await tx.in(table).list(mchid)
      taken.push([memberOf(table), found.map((row) => table.toJson(row, now))])
    }
    return taken
  })
  const isWanted = (merchant: Merchant) =>
    !mock.merchants.isBuiltIn(merchant) && (mchid === undefined || merchant.mchid === mchid)
  return {
    taken_at: exactTime(now),
    merchants: mock.merchants.all.filter(isWanted).map(describeMerchant),
    ...Object.fromEntries(rows),
  }
}

/** The number of rows in each table of a mock, and of merchants that may call it. */
export function countWorld(mock: Mock): Promise<Record<string, number>> {
  return mock.store.transaction(async (tx) => {
    const counts: Record<string, number> = { merchants: mock.merchants.all.length }
    for (const table of mock.tables) counts[memberOf(table)] = await tx.in(table).count()
    return counts
  })
}
