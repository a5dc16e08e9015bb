import type { Random } from '../random.ts'
import { NOON } from '../references.ts'
import type { WantedBatch, Whose } from './batches.ts'
import { DAY, HOUR, MINUTE, midnightOf, type Period } from './book.ts'
import type { Who } from './holdings.ts'

/** Two partners of one brand, of whom one has another brand too. */
export const PARTNER = '1900000001'
export const RIVAL = '1900000301'
const WHOSE: readonly Whose[] = [
  { by: PARTNER, brand: '40001' },
  { by: RIVAL, brand: '40001' },
  { by: PARTNER, brand: '40002' },
]

/** The first and the last are one person. */
export const USERS: readonly Who[] = [
  { openid: 'oAlice', user: 'union-alice' },
  { openid: 'oBob', user: 'union-bob' },
  { openid: 'oCarol', user: 'union-carol' },
  { openid: 'oAlice2', user: 'union-alice' },
]

/** Paid orders that coupons are used with. */
export const TRANSACTIONS = [0, 1, 2].map((i) => `4200${String(i + 1).padStart(24, '0')}`)

const TODAY = midnightOf(NOON)
const LONG = { from: TODAY - 3 * DAY, until: TODAY + 60 * DAY }

const PERIODS: readonly Period[] = [
  LONG,
  { ...LONG, days: 2 },
  { ...LONG, days: 3, wait: 1 },
  { from: TODAY + DAY + 10 * HOUR, until: TODAY + 20 * DAY },
  { ...LONG, weekly: { days: [1, 3, 4, 5], from: 10 * 3_600, until: 15 * 3_600 - 1 } },
  {
    ...LONG,
    irregular: [
      { from: TODAY + 11 * HOUR, until: TODAY + 14 * HOUR },
      { from: TODAY + 2 * DAY, until: TODAY + 4 * DAY },
    ],
  },
  { ...LONG, seconds: 7_200 },
  { from: TODAY - DAY, until: TODAY + 2 * DAY + 18 * HOUR },
  { from: TODAY + 8 * DAY, until: TODAY + 30 * DAY, days: 2, wait: 2 },
]

/** Product coupon number n: by whom, and how often it can be used. */
export function wantedProduct(n: number) {
  const rounds = [1, 3, 1, 1, 5][n % 5] ?? 1
  return { ...(WHOSE[n % 4] ?? { by: PARTNER, brand: '40001' }), rounds, intervalDays: n % 3 }
}

/** Batch or bundle k of product coupon n, added in the same way each time. */
export function wantedBatch(n: number, k: number): WantedBatch {
  const at = n * 5 + k
  const mode = (['WECHATPAY', 'UPLOAD', 'API_ASSIGN'] as const)[at % 3] ?? 'WECHATPAY'
  const isBundle = wantedProduct(n).rounds > 1
  return {
    mode: isBundle && mode === 'API_ASSIGN' ? 'WECHATPAY' : mode,
    max: 3 + (at % 7),
    ...(at % 4 === 1 && { byDay: 2 }),
    byUser: 1 + (at % 3),
    period: PERIODS[(n * 2 + k) % PERIODS.length] ?? LONG,
  }
}

interface Sending {
  readonly n: number
  readonly k: number
  readonly user: number
  readonly no: number
  readonly code: number
  readonly other: boolean
  /** A single coupon of a bundle, or a code for a batch that takes none. */
  readonly wrong: boolean
}

type Deed = 'confirm' | 'use' | 'giveBack' | 'end' | 'endTogether'

type Offer = Sending & { readonly do: 'offer' }

/** `n` and `k` name a product coupon and a batch of it, `which` one of the coupons sent so far, and `no` a request number. `other`: with other values. */
export type Call =
  | { readonly do: 'create'; readonly n: number; readonly other: boolean }
  | { readonly do: 'add'; readonly n: number; readonly k: number; readonly other: boolean; readonly wrong: boolean }
  | { readonly do: 'endProduct'; readonly n: number; readonly no: number }
  | { readonly do: 'endBatch'; readonly n: number; readonly k: number; readonly round: number; readonly no: number }
  | {
      readonly do: 'budget'
      readonly n: number
      readonly k: number
      readonly no: number
      readonly byDay: boolean
      readonly more: number
      /** With another present value, or as if the batch were in a bundle, or in none. */
      readonly wrong?: 'current' | 'bundle'
    }
  | {
      readonly do: 'upload'
      readonly n: number
      readonly k: number
      readonly round: number
      readonly no: number
      readonly other: boolean
    }
  | (Sending & { readonly do: 'send' })
  /** Gives a token only, with which the user takes it. */
  | Offer
  | {
      readonly do: Deed
      readonly which: number
      /** In place of `which`: a coupon of the bundle that was sent last of a product coupon. */
      readonly of?: { readonly n: number; readonly index: number }
      readonly no: number
      readonly user?: number
      readonly other: boolean
    }
  /** Has a partner told of its coupons from now on. */
  | { readonly do: 'setAddress'; readonly whose: number }
  | { readonly do: 'pause'; readonly n: number; readonly k: number; readonly round: number; readonly isPaused: boolean }
  /** In the wallet. */
  | { readonly do: 'remove'; readonly which: number }
  | { readonly do: 'takeElsewhere'; readonly n: number; readonly k: number; readonly user: number }
  /** One of the latest tokens; without a good one an offer is made first. */
  | { readonly do: 'takeToken'; readonly which: number; readonly offer: Offer }
  | { readonly do: 'query'; readonly which: number; readonly user?: number }
  | { readonly do: 'queryBatch'; readonly n: number; readonly k: number; readonly round: number; readonly by: number }

export type Step =
  | Call
  | { readonly do: 'withdraw'; readonly whose: number; readonly authorized: boolean }
  | {
      readonly do: 'list'
      readonly whose: number
      readonly user: number
      readonly size: number
      readonly state?: string
    }
  | { readonly do: 'listBatches'; readonly n: number; readonly size: number; readonly state?: string }
  | { readonly do: 'advance' | 'setBack'; readonly seconds: number }
  | { readonly do: 'restart' | 'look' }
  | { readonly do: 'atOnce'; readonly calls: readonly Call[] }

export const whoseOf = (i: number): Whose => WHOSE[i % WHOSE.length] ?? { by: PARTNER, brand: '40001' }
export const userOf = (i: number): Who => USERS[i % USERS.length] ?? { openid: 'oBob', user: 'union-bob' }

const COUPON_STATES = ['CONFIRMING', 'PENDING', 'EFFECTIVE', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED']
/** Steps for each product coupon. */
const EACH = 25

export function stepsOf(random: Random, length: number): readonly Step[] {
  const steps: Step[] = []
  for (let i = 0; i < length; i += 1) {
    const last = steps.at(-1)
    // Many calls are made again at once.
    if (last && random.chance(8)) {
      steps.push(last)
      continue
    }
    const newest = Math.floor(i / EACH)
    if (random.chance(2)) {
      steps.push(...storyOf(random, random.below(newest + 2)))
      continue
    }
    // Most calls are about the newest product coupons, so that much happens to a coupon before its time is over.
    const one = () => (random.chance(85) ? Math.max(0, newest - random.below(3)) : random.below(newest + 2))
    const step = random.weighted<() => Step>([
      [100, () => callOf(random, one())],
      [18, () => ({ do: 'advance', seconds: advance(random) })],
      [2, () => ({ do: 'setBack', seconds: advance(random) })],
      [4, () => ({ do: 'withdraw', whose: random.below(3), authorized: random.chance(85) })],
      [
        6,
        () => ({
          ...{ do: 'list', whose: random.below(3), user: random.below(4), size: random.between(1, 5) },
          ...(random.chance(60) && { state: random.pick(COUPON_STATES) }),
        }),
      ],
      [
        3,
        () => ({
          ...{ do: 'listBatches', n: one(), size: random.between(1, 4) },
          ...(random.chance(50) && { state: random.pick(['SENDING', 'STOPPED', 'DEACTIVATED']) }),
        }),
      ],
      [1, () => ({ do: 'restart' })],
      [1, () => ({ do: 'look' })],
      [5, () => ({ do: 'atOnce', calls: crowd(random, one()) })],
    ])()
    steps.push(step)
  }
  return steps
}

/**
 * Plays with the coupons of a bundle: one after the other and at the same time, given back and used anew, with some of them ended. Now and
 * then a step is left out or made twice.
 */
function storyOf(random: Random, number: number): readonly Step[] {
  const n = Math.floor(number / 5) * 5 + random.pick([1, 4])
  // Its codes are not the merchant's own.
  const k = [0, 1].find((one) => (n * 5 + one) % 3 !== 1) ?? 0
  const deed = (kind: Deed, index: number, no: number): Call => ({
    ...{ do: kind, which: 0, of: { n, index }, no, other: false },
  })
  const crowd = (kinds: readonly Deed[]): Step => ({
    do: 'atOnce',
    calls: kinds.flatMap((kind) => [0, 1].map((index) => deed(kind, index, random.below(2)))),
  })
  const days = (many: number): Step => ({ do: 'advance', seconds: many * 86_400 })
  const steps: readonly Step[] = [
    { do: 'create', n, other: false },
    ...(k > 0 ? [{ do: 'add', n, k, other: false, wrong: false } as const] : []),
    { ...sendOf(random, n, 'send'), k, wrong: false, no: 8 + random.below(8) },
    ...[0, 1, 2].map((index) => deed('confirm', index, 0)),
    random.pick([crowd(['use']), deed('use', 0, 0)]),
    deed('use', 1, 0),
    days(wantedProduct(n).intervalDays),
    random.pick([crowd(['use']), crowd(['use', 'giveBack']), deed('use', 1, 0)]),
    deed('giveBack', 0, 0),
    deed('giveBack', 1, 0),
    deed('use', 1, 1),
    ...(random.chance(40) ? [crowd(['endTogether', 'use'])] : [deed('use', 1, 0)]),
    random.chance(50) ? deed('endTogether', 0, 0) : deed('use', 2, 0),
    deed('giveBack', 1, 1),
    deed('use', 1, 2),
    ...(random.chance(30) ? [{ do: 'setBack', seconds: 3_600 } as const] : []),
    { do: 'look' },
  ]
  return steps.flatMap((step) => (random.chance(10) ? [] : random.chance(15) ? [step, step] : [step]))
}

/** Calls that get into each other's way: sends of one batch, or what is done to one coupon. */
function crowd(random: Random, n: number): readonly Call[] {
  const k = random.below(3)
  const which = random.below(8)
  const count = random.between(2, 4)
  if (random.chance(50)) {
    return Array.from({ length: count }, () => {
      const sent = sendOf(random, n, 'send')
      if (random.chance(20)) return { do: 'takeToken', which: 0, offer: sendOf(random, n, 'offer') }
      return random.chance(15) ? { do: 'endBatch', n, k, round: 0, no: 0 } : { ...sent, k, user: random.below(2) }
    })
  }
  const deeds = ['confirm', 'use', 'use', 'giveBack', 'giveBack', 'end', 'endTogether'] as const
  return Array.from({ length: count }, () => ({
    ...{ do: random.pick(deeds), which, no: random.below(3), other: random.chance(10) },
  }))
}

function sendOf<Kind extends 'send' | 'offer'>(random: Random, n: number, kind: Kind) {
  const no = random.below(8)
  return {
    ...{ do: kind, n, k: random.below(4), user: random.below(4), no },
    ...{ code: random.chance(85) ? no : random.below(8), other: random.chance(5), wrong: random.chance(3) },
  }
}

function callOf(random: Random, n: number): Call {
  const k = random.below(4)
  const round = random.chance(60) ? 0 : random.below(5)
  const which = random.below(1_000)
  const no = random.below(4)
  const deed = (kind: 'confirm' | 'use' | 'giveBack' | 'end' | 'endTogether') => () => ({
    ...{ do: kind, which, no: random.below(3), other: random.chance(5) },
    ...(random.chance(6) && { user: random.below(4) }),
  })
  return random.weighted<() => Call>([
    [7, () => ({ do: 'create', n, other: random.chance(5) })],
    [9, () => ({ do: 'add', n, k: random.between(1, 3), other: random.chance(5), wrong: random.chance(3) })],
    [1, () => ({ do: 'endProduct', n, no: random.below(2) })],
    [2, () => ({ do: 'endBatch', n, k, round, no: random.below(2) })],
    [
      6,
      () => ({
        ...{ do: 'budget', n, k, no, byDay: random.chance(30), more: random.between(-4, 8) },
        ...(random.chance(8) && { wrong: random.pick(['current', 'bundle'] as const) }),
      }),
    ],
    [12, () => ({ do: 'upload', n, k, round, no: random.below(6), other: random.chance(5) })],
    [34, () => sendOf(random, n, 'send')],
    [5, () => sendOf(random, n, 'offer')],
    [8, () => ({ do: 'takeToken', which: random.below(4), offer: sendOf(random, n, 'offer') })],
    [5, () => ({ do: 'takeElsewhere', n, k, user: random.below(4) })],
    [2, () => ({ do: 'remove', which })],
    [1, () => ({ do: 'setAddress', whose: random.below(2) })],
    [2, () => ({ do: 'pause', n, k, round, isPaused: random.chance(45) })],
    [18, deed('confirm')],
    [24, deed('use')],
    [12, deed('giveBack')],
    [3, deed('end')],
    [1, deed('endTogether')],
    [8, () => ({ do: 'query', which, ...(random.chance(15) && { user: random.below(4) }) })],
    [4, () => ({ do: 'queryBatch', n, k, round, by: random.chance(85) ? -1 : random.below(3) })],
  ])()
}

function advance(random: Random): number {
  return random.weighted([
    [50, random.between(1, 10) * 60],
    [25, random.between(1, 8) * 3_600],
    [12, random.between(6, 30) * 3_600],
    // Up to a minute after the next midnight, as seconds count there.
    [6, (DAY - (NOON % DAY)) / 1_000 / 4 + random.between(0, MINUTE / 1_000)],
    [1, 6 * 86_400],
    [1, 20 * 86_400],
  ])
}
