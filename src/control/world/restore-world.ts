import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import type { DocumentsChange } from '../../engine/state/documents.ts'
import { memberOf, type Table } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import { giveWay, inPauses, PIECE } from '../../wire/shared/pieces.ts'
import { createMerchant } from '../identity/create-merchant.ts'
import { loading, type WorldFile, worldJson } from './load-world.ts'
import { describeMerchant, type MerchantJson, merchantRequest } from './merchant-json.ts'
import { at, type Given, partsOf, placed, readInPieces } from './read-input.ts'

/**
 * Makes a seed file or snapshot the state and the seed of a mock, and adds its merchants: all or nothing.
 *
 * @param along a change of documents in the same step
 * @throws UsageError `MOCK_INPUT`, or an error from making a row or a merchant, with its place in the file
 */
export async function restoreWorld(mock: Mock, json: unknown, along?: DocumentsChange): Promise<void> {
  await restoreParts(mock, partsOf(json), along)
}

/** The same for a file in parts. */
export async function restoreParts(mock: Mock, file: Given, along?: DocumentsChange): Promise<void> {
  await restoreFile(mock, await readInPieces(worldJson(mock.tables), file), along)
}

/** The same for a file that was read. */
export async function restoreFile(mock: Mock, file: WorldFile, along?: DocumentsChange): Promise<void> {
  const defaults = { now: mock.clock.now(), ids: mock.ids, defaultMchid: mock.defaultMerchant.mchid }
  const { merchants, world } = await inPauses(loading(file, mock.tables, defaults, () => mock.router))
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
    return { place, exists: true, merchant: { ...existing, ...choicesIn(request) } }
  }
  const made = await createMerchant(request, mock.platform, mock.ids).catch((error: unknown) => {
    throw placed(place, error)
  })
  if (!existing) return { place, exists: false, merchant: made }
  if (haveSameOwner(existing, made)) {
    const { privateKey: known, ...rest } = existing
    const { serialNo, publicKey, certificate } = made
    const privateKey = made.privateKey ?? (serialNo === existing.serialNo ? known : undefined)
    const keys = { serialNo, publicKey, certificate, ...(privateKey !== undefined && { privateKey }) }
    return { place, exists: true, merchant: { ...rest, ...keys, ...choicesIn(request) } }
  }
  throw refusalAt(`${place}/mchid`, 'MOCK_MERCHANT_EXISTS', {
    en: `Merchant ${made.mchid} exists already, with another certificate: leave its keys out, or give it another number.`,
    zh: `商户 ${made.mchid} 已存在，且证书不同：请去掉它的证书和密钥，或换一个商户号。`,
  })
}

/** Members of a merchant that may differ from one state of the world to another; those that are left out stay as they are. */
function choicesIn({
  appids,
  partners,
  unopenedProducts,
  refundableFen,
  standing,
}: ReturnType<typeof merchantRequest>) {
  return {
    standing,
    ...(appids && { appids }),
    ...(partners && { partners }),
    ...(unopenedProducts && { unopenedProducts }),
    ...(refundableFen !== undefined && { refundableFen }),
  }
}

/** Whether two merchants with one number have the same certificate, or one has the other's next. */
function haveSameOwner(one: Merchant, other: Merchant): boolean {
  if (one.serialNo === other.serialNo) return one.publicKey.equals(other.publicKey)
  return isAfter(one, other) || isAfter(other, one)
}

function isAfter({ standing }: Merchant, { serialNo }: Merchant): boolean {
  return standing.replacedSerials.includes(serialNo.toUpperCase())
}

/** The state of a mock at one instant. */
interface Snapshot {
  /** RFC 3339, on the mock's clock. */
  readonly taken_at: string
  /** Its JSON, in the format of a seed file: pieces of a few hundred rows, each made when it is asked for. */
  text(): AsyncGenerator<string, void>
}

/**
 * Takes a snapshot, of one merchant or of all. It holds the rows themselves, which do not change once they are read: however many are described, and
 * however slowly, other calls get a turn meanwhile and change nothing of it.
 */
export async function takeSnapshot(mock: Mock, mchid?: string): Promise<Snapshot> {
  const { found, now, merchants } = await mock.inTurn(async (tx, now) => {
    const found: [table: Table, rows: readonly unknown[]][] = []
    for (const table of mock.tables) found.push([table, await tx.in(table).list(mchid)])
    const merchants = mock.merchants.all.filter(
      (merchant) => !mock.merchants.isBuiltIn(merchant) && (mchid === undefined || merchant.mchid === mchid),
    )
    return { found, now, merchants }
  })
  const taken_at = exactTime(now)
  return {
    taken_at,
    async *text() {
      yield `{"taken_at":${JSON.stringify(taken_at)}`
      yield* listText('merchants', merchants, describeMerchant)
      for (const [table, rows] of found) yield* listText(memberOf(table), rows, (row) => table.toJson(row, now))
      yield '}'
    },
  }
}

async function* listText<Item>(
  member: string,
  list: readonly Item[],
  describe: (item: Item) => unknown,
): AsyncGenerator<string, void> {
  let before = `,${JSON.stringify(member)}:[`
  for (let from = 0; from < list.length; from += PIECE) {
    if (from > 0) await giveWay()
    yield before + JSON.stringify(list.slice(from, from + PIECE).map(describe)).slice(1, -1)
    before = ','
  }
  yield list.length === 0 ? `${before}]` : ']'
}

/** The number of rows in each table of a mock, and of merchants that may call it. */
export function countWorld(mock: Mock): Promise<Record<string, number>> {
  return mock.store.transaction(async (tx) => {
    const counts: Record<string, number> = { merchants: mock.merchants.all.length }
    for (const table of mock.tables) counts[memberOf(table)] = await tx.in(table).count()
    return counts
  })
}
