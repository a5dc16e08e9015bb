import { z } from 'zod'
import { memberOf } from '../../engine/state/table.ts'
import { restoreFile } from '../../world/restore-world.ts'
import { countWorld, takeSnapshot } from '../../world/snapshot.ts'
import { snapshotJson, worldJson } from '../../world/world-json.ts'
import { defineCall } from '../call.ts'
import { checkMerchantExists } from '../merchants.ts'
import type { Served } from '../served.ts'
import { mchidQuery } from './queries.ts'

/** Maximum size of a world in bytes: room for a few hundred thousand coupons. */
const WORLD_LIMIT = 256 * 1_048_576

export const reset = defineCall({
  summary:
    "Go back to the seed, and with the whole mock clear journal, clock, faults, settings, rates and changes of the platform certificate; or only one merchant's state",
  query: mchidQuery,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'there is nothing under this number' },
  async handle({ query: { mchid } }, { mock }) {
    if (mchid !== undefined) await checkMerchantExists(mock, mchid)
    await mock.reset(mchid)
  },
})

export const world = defineCall({
  summary: 'Take a snapshot in the format of a seed file, of the whole mock or of one merchant',
  query: mchidQuery,
  answer: snapshotOf,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'there is nothing under this number' },
  async handle({ query: { mchid } }, { mock }) {
    if (mchid !== undefined) await checkMerchantExists(mock, mchid)
    return takeSnapshot(mock, mchid)
  },
})

export const worldCounts = defineCall({
  summary: 'How many things of each kind the mock holds',
  answer: countsOf,
  handle: (_, { mock }) => countWorld(mock),
})

export const restore = defineCall({
  summary: 'Replace the whole state by a snapshot or seed file, which becomes the new seed; merchants are added',
  body: worldOf,
  bodyLimit: WORLD_LIMIT,
  refusals: {
    MOCK_MERCHANT_EXISTS: 'a merchant has a number or certificate that is taken',
    MOCK_TENPAY_CERTIFICATE: 'a certificate is one of the real Tenpay CA',
    MOCK_COUPON_STATE: 'state and times of a coupon contradict each other',
    MOCK_STOCK_TIMES: 'a batch ends before it begins',
    MOCK_PROMOTIONS:
      'coupons of WeChat Pay (代金券) take off, or give back, more than there is, or are those of an order that was not paid',
    MOCK_ANSWER: 'a planned answer is of a call that is simulated, or does not fit what its page says',
    MOCK_REFUND_AMOUNT: 'a refund gives back more than the total',
  },
  handle: ({ body }, { mock }) => restoreFile(mock, body),
})

function snapshotOf({ tables }: Served) {
  return snapshotJson(tables)
}

function worldOf({ tables }: Served) {
  return worldJson(tables)
}

/** Number of rows in each table, by its name in seed files. */
function countsOf({ tables }: Served) {
  const count = z.int().min(0)
  const shape: Record<string, z.ZodType<number, number>> = {
    merchants: count.meta({ description: 'that may call, the well-known one too' }),
  }
  for (const table of tables) shape[memberOf(table)] = count
  return z.strictObject(shape).meta({ id: 'WorldCounts', description: 'how many things of each kind a mock holds' })
}
