import type { Random } from '../random.ts'
import type { Coupon, Wanted, World } from './ledger.ts'

/** Two direct merchants, and a partner with two sub-merchants; the poor one has little money for refunds. */
export const SHOP = '1900000001'
export const OTHER = '1900000301'
export const PARTNER = '1900000201'
export const SUB = '1900000202'
export const POOR = '1900000203'
export const MERCHANTS = [SHOP, OTHER, PARTNER, SUB, POOR] as const

const SUPPLIER = '1900000401'
const BROKEN = '1900000402'
const STRANGER = '1900000403'

export const WORLD: World = {
  refundable: { [POOR]: 1_500, [PARTNER]: 20_000 },
  ratios: { [SHOP]: 6_000, [POOR]: 10_000 },
  returnable: { [OTHER]: 900, [SUPPLIER]: 0 },
  keepsShares: [PARTNER],
  merchants: MERCHANTS,
  receivers: { [OTHER]: null, [PARTNER]: null, [SUPPLIER]: null, [BROKEN]: 'ACCOUNT_ABNORMAL', oPerson: null },
  codes: { '130000000000000001': 'password', '130000000000000002': 'not_enough' },
  stocks: {
    '100090': { creator: SHOP, owner: OTHER, hasSubsidies: true, fen: 500 },
    '100091': { creator: PARTNER, owner: SUB, hasSubsidies: true, fen: 0, percent: 85 },
    '100092': { creator: SHOP, owner: OTHER, hasSubsidies: false, fen: 500 },
  },
}

/** A coupon that a user has for order number n, and its batch. */
export function voucherOf(n: number, k: number): { readonly code: string; readonly stock: string } {
  const { mchid } = wantedOf(n)[0]
  const stock = k % 8 === 7 ? '100092' : mchid === PARTNER ? '100091' : '100090'
  return { code: `VOUCHER-${n}-${k % 8 === 7 ? 2 : k % 2}`, stock }
}

/** Each again and again, so that parts of them have to be rounded. */
const TOTALS = [1_000, 9_999, 167, 100_000, 1, 2_501, 50, 33_333]
const CODES = ['130000000000000000', ...Object.keys(WORLD.codes)]
/** Steps for each order. */
const EACH = 10

/** The values of order number n, placed in the same way each time. @param code which payment code; @param other with another amount */
export function wantedOf(n: number, code = 0, other = false): readonly [Wanted, ...Wanted[]] {
  const no = `ORDER-${n}`
  const shares = n % 3 !== 2
  const total = (TOTALS[(n * 3 + Math.floor(n / 8)) % TOTALS.length] ?? 1) + (other ? 1 : 0)
  const one = { no, total, shares }
  const together = { shares, kind: n % 2 ? 'JSAPI' : 'NATIVE', combined: `TOGETHER-${n}` } as const
  const [a, b] = [
    { ...together, no: `${no}-A`, total },
    { ...together, no: `${no}-B`, total: 1_234 },
  ]
  const auth = CODES[code] ?? ''
  switch (n % 8) {
    case 0:
      return [{ ...one, mchid: SHOP, kind: 'JSAPI' }]
    case 1:
      return [{ ...one, mchid: SHOP, kind: 'NATIVE' }]
    case 2:
      return [{ ...one, mchid: PARTNER, sub: SUB, kind: 'JSAPI' }]
    case 3:
      return [{ ...one, mchid: PARTNER, sub: POOR, kind: 'NATIVE' }]
    case 4:
      return [
        { ...a, mchid: SHOP },
        { ...b, mchid: OTHER },
      ]
    case 5:
      return [
        { ...a, mchid: PARTNER, sub: SUB },
        { ...b, mchid: PARTNER, sub: POOR },
      ]
    case 6:
      return [{ ...one, mchid: SHOP, kind: 'MICROPAY', code: auth }]
    default:
      return [{ ...one, mchid: PARTNER, sub: SUB, kind: 'MICROPAY', code: auth }]
  }
}

/** Parts are thousandths of what is left; `n` and `which` name an order, `k` the number of a refund, share or return. */
export type Call =
  | { readonly do: 'place'; readonly n: number; readonly code: number; readonly other: boolean }
  | {
      readonly do: 'pay'
      readonly n: number
      readonly which: number
      readonly coupon?: Coupon['type']
      readonly part: number
    }
  | { readonly do: 'associate'; readonly n: number; readonly k: number }
  | { readonly do: 'close' | 'reverse' | 'query' | 'unsplit'; readonly n: number; readonly which: number }
  | { readonly do: 'closeTogether'; readonly n: number }
  | {
      readonly do: 'refund'
      readonly n: number
      readonly which: number
      readonly k: number
      readonly part: number
      readonly wrong: boolean
    }
  | {
      readonly do: 'refundAsPlatform'
      readonly n: number
      readonly which: number
      readonly k: number
      readonly part: number
      readonly wrong: boolean
      /** The source of its money, where the request names one. */
      readonly account: 'NONE' | 'SUB_MERCHANT' | 'PARTNER_ADVANCE'
    }
  /** `wrong`: as if it were of another sub-merchant. */
  | { readonly do: 'returnAdvance'; readonly k: number; readonly wrong: boolean }
  /** Gives a merchant so many fen for further refunds. */
  | { readonly do: 'allow'; readonly mchid: string; readonly more: number }
  | { readonly do: 'letWait'; readonly waits: boolean }
  /** Pays a subsidy for a coupon of the order; sends and uses it first. */
  | {
      readonly do: 'subsidise'
      readonly n: number
      readonly which: number
      readonly k: number
      readonly part: number
      readonly by: Asker
      readonly wrong?: 'payer' | 'payee' | 'order'
    }
  /** `which` subsidy; its order is refunded first. */
  | {
      readonly do: 'returnSubsidy'
      /** The order that gets a subsidy, unless there is one to return. */
      readonly n: number
      readonly which: number
      readonly k: number
      readonly part: number
      readonly by: Asker
    }
  | { readonly do: 'giveVoucherBack'; readonly n: number; readonly k: number; readonly part: number }
  | { readonly do: 'settleRefund'; readonly k: number; readonly outcome: 'SUCCESS' | 'ABNORMAL' | 'CLOSED' }
  | { readonly do: 'sendAnotherWay' | 'queryRefund' | 'queryShare' | 'queryReturn'; readonly k: number }
  | {
      readonly do: 'share'
      readonly n: number
      readonly which: number
      readonly k: number
      readonly to: readonly { readonly account: string; readonly part: number }[]
      readonly unfreezes: boolean
    }
  | { readonly do: 'unfreeze'; readonly n: number; readonly which: number; readonly k: number }
  | { readonly do: 'settleShare'; readonly k: number; readonly account?: string; readonly reason?: 'NO_RELATION' }
  | {
      readonly do: 'giveBack'
      readonly share: number
      readonly k: number
      readonly from: number
      readonly part: number
    }
  | { readonly do: 'settleReturn'; readonly k: number; readonly reason?: 'BALANCE_NOT_ENOUGH' }
  /** Gives a receiver more for giving shares back: of a return that waits for it. */
  | { readonly do: 'fund'; readonly part: number }

/** Which merchant asks, as seen from a batch of coupons. */
type Asker = 'creator' | 'owner' | 'stranger'

export type Bill = 'ALL' | 'SUCCESS' | 'REFUND' | 'BASIC' | 'SHARING' | 'SUB'

export type Step =
  | Call
  | {
      readonly do: 'bill'
      readonly kind: Bill
      readonly by: string
      readonly sub?: string
      readonly day: number
      readonly gzip: boolean
    }
  /** Calls `onTheWay` are made one after the other, each while a callback is out; those that find none are left out. */
  | { readonly do: 'advance'; readonly seconds: number; readonly onTheWay: readonly Call[] }
  | { readonly do: 'setBack'; readonly seconds: number }
  | { readonly do: 'restart' | 'look' }
  /** Calls at the same time; `killAfter` so many milliseconds the process is killed, where it is one of its own. */
  | { readonly do: 'atOnce'; readonly calls: readonly Call[]; readonly killAfter?: number }

export function stepsOf(random: Random, length: number): readonly Step[] {
  return Array.from({ length }, (_, i) => {
    // Most calls are about the three newest orders, so that much happens before their time is over.
    const newest = Math.floor(i / EACH)
    const one = () => (random.chance(80) ? newest + random.below(3) : random.below(newest + 3))
    return random.weighted<() => Step>([
      [100, () => callOf(random, one())],
      [
        7,
        () => ({
          do: 'bill',
          kind: random.pick(['ALL', 'SUCCESS', 'REFUND', 'BASIC', 'BASIC', 'SHARING', 'SUB']),
          by: random.pick(MERCHANTS),
          ...(random.chance(30) && { sub: random.pick([SUB, POOR]) }),
          day: random.between(-1, 6),
          gzip: random.chance(30),
        }),
      ],
      [18, () => ({ do: 'advance', seconds: advance(random), onTheWay: onTheWay(random, one) })],
      [2, () => ({ do: 'setBack', seconds: random.chance(50) ? advance(random) : random.between(1, 7) * 86_400 })],
      [1, () => ({ do: 'restart' })],
      [
        3,
        () => ({
          do: 'atOnce',
          calls: crowd(random, one),
          ...(random.chance(50) && { killAfter: random.between(0, 12) }),
        }),
      ],
      [1, () => ({ do: 'look' })],
    ])()
  })
}

/** Calls of somebody who acts while the clock is moved: mostly about refunds and shares that would end on the way. */
function onTheWay(random: Random, one: () => number): readonly Call[] {
  return Array.from({ length: random.between(0, 4) }, () => {
    const k = random.between(1, 1_000)
    return random.weighted<() => Call>([
      [35, () => ({ do: 'settleRefund', k, outcome: random.pick(['SUCCESS', 'ABNORMAL', 'CLOSED']) })],
      [15, () => ({ do: 'settleShare', k, reason: 'NO_RELATION' })],
      [50, () => callOf(random, one())],
    ])()
  })
}

/** Calls about three orders, so that some get into each other's way. */
function crowd(random: Random, one: () => number): readonly Call[] {
  const orders = [one(), one(), one()]
  return orders.flatMap((n) => Array.from({ length: random.between(1, 3) }, () => callOf(random, n, true)))
}

function callOf(random: Random, n: number, atOnce = false): Call {
  const which = random.below(2)
  // Numbers go with their orders, now and then with another one.
  const k = (random.chance(97) ? n : random.below(n + 1)) * 4 + random.below(4)
  const any = random.below(1_000)
  const part = random.chance(15) ? random.pick([1, 1_000, 1_001]) : random.between(1, 600)
  const account = random.pick([OTHER, PARTNER, SUPPLIER, SUPPLIER, BROKEN, 'oPerson', SHOP, SUB])
  // An order of a platform's sub-merchant, mostly of the one with little money.
  const ofPlatform = random.chance(95) ? n - (n % 8) + random.pick([2, 3, 3, 5]) : n
  // Much has to be done to a coupon, so that only some orders have any.
  const withCoupon = n - (n % 5)
  const asker = () =>
    random.weighted<Asker>([
      [85, 'creator'],
      [11, 'owner'],
      [4, 'stranger'],
    ])
  const calls: readonly (readonly [number, () => Call])[] = [
    [7, () => ({ do: 'place', n, code: random.chance(70) ? 0 : random.below(3), other: random.chance(4) })],
    [
      14,
      () => ({
        do: 'pay',
        n,
        which,
        part,
        ...(random.chance(30) && { coupon: random.pick(['CASH', 'NOCASH'] as const) }),
      }),
    ],
    [1, () => ({ do: 'associate', n, k: k % 4 })],
    [1, () => ({ do: random.pick(['close', 'closeTogether', 'reverse', 'reverse'] as const), n, which })],
    [16, () => ({ do: 'refund', n, which, k, part, wrong: random.chance(4) })],
    [
      14,
      () => ({
        ...{ do: 'refundAsPlatform', n: ofPlatform, which, k: ofPlatform * 4 + (k % 4), part, wrong: random.chance(4) },
        account: random.pick(['NONE', 'SUB_MERCHANT', ...Array(4).fill('PARTNER_ADVANCE')]),
      }),
    ],
    [12, () => ({ do: 'returnAdvance', k: any, wrong: random.chance(6) })],
    [
      24,
      () => ({
        ...{ do: 'subsidise', n: withCoupon, which, k: withCoupon * 4 + random.below(8), part, by: asker() },
        ...(random.chance(6) && { wrong: random.pick(['payer', 'payee', 'order'] as const) }),
      }),
    ],
    [14, () => ({ do: 'returnSubsidy', n: withCoupon, which: any, k, part, by: asker() })],
    [1, () => ({ do: 'giveVoucherBack', n: withCoupon, k, part })],
    [
      18,
      () => ({
        do: 'share',
        n,
        which,
        k,
        to: Array.from({ length: random.between(1, 3) }, () => ({
          account: random.pick([
            account,
            OTHER,
            PARTNER,
            SUPPLIER,
            BROKEN,
            'oPerson',
            ...(random.chance(5) ? [STRANGER] : []),
          ]),
          part: Math.ceil(part / 4),
        })),
        unfreezes: random.chance(20),
      }),
    ],
    [3, () => ({ do: 'unfreeze', n, which, k })],
    [
      16,
      () => ({
        do: 'giveBack',
        share: any,
        k: random.chance(90) ? n * 4 + random.below(4) : k,
        from: random.below(8),
        // Two of them are often more than there is.
        part: random.chance(40) ? random.between(500, 1_000) : part,
      }),
    ],
    [6, () => ({ do: random.pick(['query', 'unsplit'] as const), n, which })],
    [4, () => ({ do: random.pick(['queryRefund', 'queryShare', 'queryReturn'] as const), k: any })],
    [4, () => ({ do: 'sendAnotherWay', k: any })],
  ]
  const byHand: readonly (readonly [number, () => Call])[] = [
    [7, () => ({ do: 'settleRefund', k: any, outcome: random.pick(['SUCCESS', 'ABNORMAL', 'CLOSED'] as const) })],
    [
      5,
      () => ({
        do: 'settleShare',
        k: any,
        ...(random.chance(50) && { account }),
        ...(random.chance(50) && { reason: 'NO_RELATION' as const }),
      }),
    ],
    [3, () => ({ do: 'settleReturn', k: any, ...(random.chance(50) && { reason: 'BALANCE_NOT_ENOUGH' as const }) })],
    [3, () => ({ do: 'fund', part: random.pick([0, 500, 1_000, 2_000]) })],
    [4, () => ({ do: 'allow', mchid: random.pick([POOR, POOR, PARTNER]), more: random.pick([0, 300, 3_000, 30_000]) })],
    [2, () => ({ do: 'letWait', waits: random.chance(50) })],
  ]
  return random.weighted<() => Call>(atOnce ? calls : [...calls, ...byHand])()
}

function advance(random: Random): number {
  return random.weighted([
    [45, random.between(1, 4)],
    [35, random.between(5, 90)],
    [8, random.between(1, 12) * 3_600],
    [8, random.between(8, 40) * 3_600],
    [2, 7 * 86_400],
    [1, 30 * 86_400],
    [1, 90 * 86_400],
  ])
}
