import { copyFile, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { openMock, type WechatPayMock } from '../../src/index.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { Random } from '../model/random.ts'

const PAGE = 4_096
const SECTOR = 512

/** Suffixes of the files that a crash leaves. */
const PARTS = ['', '-wal'] as const
export type Part = (typeof PARTS)[number]

type Spoil = (path: string, random: Random) => Promise<void>

/** Damage of a file, as disks, copies and other programs do it. */
const KINDS = {
  'one bit': (path, random) =>
    change(path, (bytes) => {
      const at = random.below(bytes.length)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    }),
  'some bytes': (path, random) =>
    change(path, (bytes) => {
      const at = random.below(bytes.length)
      for (let i = at; i < Math.min(at + random.between(2, 64), bytes.length); i++) bytes[i] = random.below(256)
    }),
  'a digit': (path, random) =>
    change(path, (bytes) => {
      const digits = [...bytes.keys()].filter((at) => isDigit(bytes[at]))
      const at = random.pick(digits)
      bytes[at] = 0x30 + (((bytes[at] ?? 0) - 0x30 + random.between(1, 9)) % 10)
    }),
  /** Only what is in a row, wherever SQLite has left copies of it. */
  'a row': (path) =>
    change(path, (bytes) => replace(bytes, '"coupon_code":"COUPON-100"', '"coupon_code":"COUPON-999"')),
  /** The same in the indexes, and in the columns that they are made of. */
  'an index': (path) =>
    change(path, (bytes) => {
      replace(bytes, '"coupon_code":"COUPON-100"', '"coupon_code":"a coupon 1"')
      replace(bytes, 'COUPON-100', 'COUPON-999')
      replace(bytes, '"coupon_code":"a coupon 1"', '"coupon_code":"COUPON-100"')
    }),
  'a sector of zeros': (path, random) =>
    change(path, (bytes) => {
      const from = random.below(Math.ceil(bytes.length / SECTOR)) * SECTOR
      bytes.fill(0, from, from + SECTOR)
    }),
  'a page of 0xff': (path, random) =>
    change(path, (bytes) => {
      const from = random.below(Math.ceil(bytes.length / PAGE)) * PAGE
      bytes.fill(0xff, from, from + PAGE)
    }),
  'two pages swapped': (path, random) =>
    change(path, (bytes) => {
      const pages = Math.floor(bytes.length / PAGE)
      const [one, other] = [random.below(pages) * PAGE, random.below(pages) * PAGE]
      const kept = Buffer.from(bytes.subarray(one, one + PAGE))
      bytes.copyWithin(one, other, other + PAGE)
      kept.copy(bytes, other)
    }),
  'a page in place of another': (path, random) =>
    change(path, (bytes) => {
      const pages = Math.floor(bytes.length / PAGE)
      const [from, to] = [random.below(pages) * PAGE, random.below(pages) * PAGE]
      bytes.copyWithin(to, from, from + PAGE)
    }),
  'the end cut off': async (path, random) => truncate(path, random.below((await stat(path)).size)),
  'whole pages cut off': async (path, random) =>
    truncate(path, random.below(Math.ceil((await stat(path)).size / PAGE)) * PAGE),
  'no bytes': (path) => truncate(path, 0),
  'more bytes': async (path, random) => {
    const handle = await open(path, 'a')
    await handle.write(Buffer.from(Array.from({ length: random.between(1, 2 * PAGE) }, () => random.below(256))))
    await handle.close()
  },
  gone: (path) => rm(path),
} as const satisfies Readonly<Record<string, Spoil>>

export type Kind = keyof typeof KINDS
export const kinds = Object.keys(KINDS) as readonly Kind[]

async function change(path: string, work: (bytes: Buffer) => void): Promise<void> {
  const bytes = await readFile(path)
  work(bytes)
  await writeFile(path, bytes)
}

function replace(bytes: Buffer, text: string, by: string): void {
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) bytes.write(by, at)
}

function isDigit(byte = 0): boolean {
  return byte >= 0x30 && byte <= 0x39
}

/** Damages one of the files of a state. */
export function spoil(file: string, part: Part, kind: Kind, seed: number): Promise<void> {
  return KINDS[kind](file + part, new Random(seed))
}

/** A data file with a state of some size, as a crash leaves it or as it is after it was closed, and the state in it. */
export interface Prepared {
  readonly parts: readonly Part[]
  readonly state: unknown
  /** Lays it out anew as another file. */
  copyTo(file: string): Promise<void>
}

const FROZEN = { now: Date.parse('2026-03-01T10:00:00+08:00'), frozen: true }
const COUPONS = 300
const ORDERS = 60

/** @param file a path without a file; more files are made beside it */
export async function prepare(file: string, end: 'closed' | 'killed'): Promise<Prepared> {
  await (await openMock({ data: file, clockStart: FROZEN, seed: world() })).close()
  const mock = await openMock({ data: file })
  const { control } = mock
  for (let i = 0; i < ORDERS; i += 2) await control.payOrder(`ORDER-${i}`)
  for (let i = 0; i < COUPONS; i += 3) await control.patchCoupon('BATCH', `COUPON-${i}`, { state: 'USED' })
  const state = await stateOf(mock)
  const parts = end === 'closed' ? ([''] as const) : PARTS
  if (end === 'closed') await mock.close()
  // A copy of an open file and its log is all that the operating system has after a crash.
  for (const part of parts) await copyFile(file + part, `${file}-kept${part}`)
  if (end === 'killed') await mock.close()
  return {
    parts,
    state,
    async copyTo(other) {
      for (const part of PARTS) await rm(other + part, { force: true })
      for (const part of parts) await copyFile(`${file}-kept${part}`, other + part)
    },
  }
}

function world() {
  return {
    stocks: [{ stock_id: 'BATCH', stock_send_rule: { max_coupons: 1_000_000, max_coupons_per_user: 10 } }],
    coupons: Array.from({ length: COUPONS }, (_, i) => ({ stock_id: 'BATCH', coupon_code: `COUPON-${i}` })),
    orders: Array.from({ length: ORDERS }, (_, i) => ({ out_trade_no: `ORDER-${i}`, state: 'NOTPAY' as const })),
  }
}

/** Everything that a mock holds, found in each way there is: as a whole, by number, and in lists. */
async function stateOf({ control }: WechatPayMock): Promise<unknown> {
  const { taken_at: _, ...whole } = await control.world()
  const orders = []
  for (const { out_trade_no } of whole.orders) orders.push(await control.order(out_trade_no))
  const coupons = []
  for (const { stock_id, coupon_code } of whole.coupons) coupons.push(await control.coupon(stock_id, coupon_code))
  const lists = [await control.thingPage('coupons', { limit: 100 }), await control.thingPage('orders', { limit: 100 })]
  return { whole, orders, coupons, lists, clock: await control.clock(), settings: await control.settings() }
}

/**
 * The outcome of opening a damaged file:
 *
 * - `refused`, with the file or its log named
 * - `told`: used with another state, and a warning
 * - `same`: used, with the whole state
 * - `unnoticed`: used with another state, without a word
 * - `bug`: an error that names neither the file nor what to do
 */
export type Outcome = 'refused' | 'told' | 'same' | 'unnoticed' | 'bug'

export async function outcomeOf(file: string, state: unknown): Promise<{ outcome: Outcome; says: string }> {
  const warnings: string[] = []
  let mock: WechatPayMock | undefined
  try {
    mock = await openMock({
      data: file,
      clockStart: FROZEN,
      seed: world(),
      onWarning: (one) => warnings.push(one.message),
    })
    if (isDeepStrictEqual(await stateOf(mock), state)) return { outcome: 'same', says: '' }
    return { outcome: warnings.length > 0 ? 'told' : 'unnoticed', says: warnings.join(' ') }
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    const isRefusal = error instanceof UsageError && /^MOCK_(?:DATA|STORE_UNAVAILABLE)$/.test(error.code)
    return { outcome: isRefusal && says.includes(file) ? 'refused' : 'bug', says }
  } finally {
    await mock?.close()
  }
}
