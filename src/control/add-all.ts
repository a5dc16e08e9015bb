import type { Mock } from '../engine/mock.ts'
import type { Transaction } from '../engine/state/store.ts'
import type { RowDefaults } from '../engine/state/table.ts'
import { placed } from '../world/read-input.ts'

type Add<Json, Made> = (tx: Transaction, json: Json, defaults: RowDefaults) => Promise<Made>

/** Adds one thing or all things of a list; answers one for one and a list for a list. */
export function addAll<Json, Made>(mock: Mock, body: Json | Json[], add: Add<Json, Made>): Promise<Made | Made[]> {
  const defaults = { now: mock.clock.now(), ids: mock.ids, defaultMchid: mock.defaultMerchant.mchid }
  return mock.store.transaction(async (tx) => {
    if (!Array.isArray(body)) return add(tx, body, defaults)
    const made: Made[] = []
    for (const [i, json] of body.entries()) {
      made.push(
        await add(tx, json, defaults).catch((error: unknown) => {
          throw placed(`/${i}`, error)
        }),
      )
    }
    return made
  })
}
