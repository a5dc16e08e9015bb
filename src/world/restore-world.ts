import type { Merchant } from '../engine/keys/merchants.ts'
import type { Mock } from '../engine/mock.ts'
import type { DocumentsChange } from '../engine/state/documents.ts'
import { createMerchant } from '../identity/create-merchant.ts'
import { UsageError } from '../protocol/errors.ts'
import { checkAnswers, loadFile, type WorldFile } from './load-world.ts'
import { type MerchantJson, merchantRequest } from './merchant-json.ts'
import { at, placed, readInput } from './read-input.ts'
import { worldJson } from './world-json.ts'

/**
 * Makes a seed file or snapshot the state and the seed of a mock, and adds its merchants: all or nothing.
 *
 * @param along a change of documents in the same step
 * @throws UsageError `MOCK_INPUT`, or an error from making a row or a merchant, with its place in the file
 */
export async function restoreWorld(mock: Mock, json: unknown, along?: DocumentsChange): Promise<void> {
  await restoreFile(mock, readInput(worldJson(mock.tables), json), along)
}

/** The same for a file that was read. */
export async function restoreFile(mock: Mock, file: WorldFile, along?: DocumentsChange): Promise<void> {
  const { merchants, world } = loadFile(file, mock.tables, {
    now: mock.clock.now(),
    ids: mock.ids,
    defaultMchid: mock.defaultMerchant.mchid,
  })
  checkAnswers(world, () => mock.router)
  const wanted = await Promise.all(merchants.map((merchant, i) => toMerchant(mock, merchant, `/merchants/${i}`)))
  await mock.restore(world, (draft) => {
    mock.merchants.restoreIn(
      draft,
      wanted.filter(({ exists }) => exists).map(({ merchant }) => merchant),
    )
    for (const { place, merchant } of wanted.filter(({ exists }) => !exists)) {
      at(place, () => mock.merchants.addIn(draft, merchant))
    }
    along?.(draft)
  })
}

interface WantedMerchant {
  readonly place: string
  readonly merchant: Merchant
  /** Whether the mock has it, possibly with another standing. */
  readonly exists: boolean
}

/** A merchant of the file, in the state that the mock is to have it in. */
async function toMerchant(mock: Mock, json: MerchantJson, place: string): Promise<WantedMerchant> {
  const existing = json.mchid === undefined ? undefined : mock.merchants.original(json.mchid)
  const request = merchantRequest(json)
  if (existing && request.certificate === undefined && request.privateKey === undefined) {
    return { place, exists: true, merchant: { ...existing, standing: request.standing } }
  }
  const made = await createMerchant(request, mock.platform, mock.ids).catch((error: unknown) => {
    throw placed(place, error)
  })
  if (!existing) return { place, exists: false, merchant: made }
  if (haveSameOwner(existing, made)) {
    const { serialNo, publicKey, certificate, privateKey, standing } = made
    return { place, exists: true, merchant: { ...existing, serialNo, publicKey, certificate, privateKey, standing } }
  }
  throw new UsageError(
    'MOCK_MERCHANT_EXISTS',
    {
      en: `Merchant ${made.mchid} exists already, with another certificate: leave its keys out, or give it another number.`,
      zh: `商户 ${made.mchid} 已存在，且证书不同：请去掉它的证书和密钥，或换一个商户号。`,
    },
    { path: `${place}/mchid` },
  )
}

/** Whether two merchants with one number have the same certificate, or one has the other's next. */
function haveSameOwner(one: Merchant, other: Merchant): boolean {
  if (one.serialNo === other.serialNo) return one.publicKey.equals(other.publicKey)
  return isAfter(one, other) || isAfter(other, one)
}

function isAfter({ standing }: Merchant, { serialNo }: Merchant): boolean {
  return standing.replacedSerials.includes(serialNo.toUpperCase())
}
