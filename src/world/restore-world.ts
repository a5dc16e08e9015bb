import type { Merchant } from '../engine/keys/merchants.ts'
import type { Mock } from '../engine/mock.ts'
import type { DocumentsChange } from '../engine/state/documents.ts'
import { createMerchant } from '../identity/create-merchant.ts'
import { UsageError } from '../protocol/errors.ts'
import { loadWorld } from './load-world.ts'
import { type MerchantJson, merchantRequest } from './merchant-json.ts'
import { at, placed } from './read-input.ts'

/**
 * Makes a seed file or snapshot the state and the seed of a mock, and adds its merchants: all or nothing.
 *
 * @param along a change of documents in the same step
 * @throws UsageError `MOCK_INPUT`, or what making a row or a merchant throws, with its place in the file
 */
export async function restoreWorld(mock: Mock, json: unknown, along?: DocumentsChange): Promise<void> {
  const { merchants, world } = loadWorld(json, mock.tables, {
    now: mock.clock.now(),
    ids: mock.ids,
    defaultMchid: mock.defaultMerchant.mchid,
  })
  const wanted = await Promise.all(merchants.map((merchant, i) => toMerchant(mock, merchant, `/merchants/${i}`)))
  await mock.restore(world, (draft) => {
    for (const { place, merchant } of wanted.filter((one) => one !== undefined)) {
      at(place, () => mock.merchants.addIn(draft, merchant))
    }
    along?.(draft)
  })
}

interface WantedMerchant {
  readonly place: string
  readonly merchant: Merchant
}

/** The merchant to add; `undefined` if the mock already has it. */
async function toMerchant(mock: Mock, json: MerchantJson, place: string): Promise<WantedMerchant | undefined> {
  const existing = json.mchid === undefined ? undefined : mock.merchants.find(json.mchid)
  if (existing && json.merchant_certificate === undefined && json.merchant_private_key === undefined) return undefined
  const made = await createMerchant(merchantRequest(json), mock.platform, mock.ids).catch((error: unknown) => {
    throw placed(place, error)
  })
  if (!existing) return { place, merchant: made }
  if (existing.serialNo === made.serialNo && existing.publicKey.equals(made.publicKey)) return undefined
  throw new UsageError(
    'MOCK_MERCHANT_EXISTS',
    `Merchant ${made.mchid} exists already, with another certificate: leave its keys out, or give it another number.`,
    { path: `${place}/mchid` },
  )
}
