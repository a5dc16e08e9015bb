import { expect, test } from 'vitest'
import { createMock } from '../../src/mock.ts'
import type { SnapshotJson, WorldJson } from '../../src/products/json.ts'
import { invariantFaults, type LoggedCall } from './invariants.ts'
import { NOON } from './references.ts'

/** Each invariant has to notice when it is broken: here everything is in order but for one thing. */

const MCHID = '1900000001'
const stock = {
  stock_id: '100088',
  coupon_code_mode: 'MERCHANT_UPLOAD',
  stock_send_rule: { max_coupons: 3, max_coupons_per_user: 2, max_coupons_by_day: 2 },
} as const
const coupon = { stock_id: '100088', openid: 'oUser-A', receive_time: '2026-11-25T10:00:00+08:00' } as const
const TRANSACTION = '4200000000000000000000000001'
const RECEIPT = '1120200119165100000000000001'
const parties = {
  mchid: MCHID,
  stock_id: '100088',
  coupon_code: 'A',
  transaction_id: TRANSACTION,
  payer_merchant: MCHID,
  payee_merchant: MCHID,
  description: '补差',
  create_time: '2026-11-25T11:00:00+08:00',
}
const refund = {
  refund_id: '50000000000000000000000000001',
  out_refund_no: 'F-1',
  out_trade_no: 'ORDER-1',
  transaction_id: TRANSACTION,
  refund: 60,
  total: 100,
  create_time: '2026-11-25T11:00:00+08:00',
  settle_time: '2026-11-25T11:00:00+08:00',
  outcome: 'SUCCESS',
} as const

const WORLD: WorldJson = {
  stocks: [stock],
  coupons: ['A', 'B'].map((coupon_code) => ({ ...coupon, coupon_code })),
  codes: ['A', 'B'].map((code) => ({ stock_id: '100088', code, dispatched_time: coupon.receive_time })),
  orders: [{ out_trade_no: 'ORDER-1', total: 100, transaction_id: TRANSACTION }],
  refunds: [refund],
  subsidies: [
    { ...parties, amount: 50, out_subsidy_no: 'Y-1', subsidy_receipt_id: RECEIPT, stock_creator: MCHID, returned: 30 },
  ],
  subsidy_returns: [
    {
      ...parties,
      amount: 30,
      out_subsidy_return_no: 'Z-1',
      subsidy_return_receipt_id: `2${RECEIPT.slice(1)}`,
      subsidy_receipt_id: RECEIPT,
      refund_id: refund.refund_id,
    },
  ],
}

async function intact(): Promise<SnapshotJson> {
  return createMock({ seed: WORLD, clock: { now: () => NOON } }).control.world()
}

const faults = (world: SnapshotJson, log: readonly LoggedCall[] = []) => [...invariantFaults(world, log)]

test('a world in order breaks no invariant', async () => {
  expect(faults(await intact())).toEqual([])
})

type Change = (world: SnapshotJson) => SnapshotJson
const history = (...events: readonly string[]) =>
  ((world) => ({
    ...world,
    coupons: world.coupons.map((held, index) =>
      index === 0
        ? { ...held, state: 'USED' as const, history: events.map((event) => ({ event, time: coupon.receive_time })) }
        : held,
    ) as SnapshotJson['coupons'],
  })) satisfies Change
const rule = (change: Partial<(typeof stock)['stock_send_rule']> | Record<string, number>): Change => {
  return (world) => ({
    ...world,
    stocks: world.stocks.map((held) => ({ ...held, stock_send_rule: { ...held.stock_send_rule, ...change } })),
  })
}

const BROKEN: Readonly<Record<string, readonly [change: Change, notice: RegExp]>> = {
  'more coupons than the batch has': [rule({ max_coupons: 1 }), /has sent 2 coupons of 1$/],
  'more coupons than a user may have': [rule({ max_coupons_per_user: 1 }), /has given oUser-A 2 coupons of 1$/],
  'more coupons than a day may have': [rule({ max_coupons_by_day: 1 }), /has sent 2 coupons of 1 on the day/],
  'a count that is not the number of coupons': [
    (world) => ({ ...world, stocks: world.stocks.map((held) => ({ ...held, sent: { ...held.sent, total: 1 } })) }),
    /counts 1 coupons, but there are 2$/,
  ],
  "a day's count that is not the day's number": [
    (world) => ({ ...world, stocks: world.stocks.map((held) => ({ ...held, sent: { ...held.sent, today: 0 } })) }),
    /counts 0 coupons today, but there are 2$/,
  ],
  'a code given to two users': [
    (world) => ({ ...world, coupons: world.coupons.map((held) => ({ ...held, coupon_code: 'A' })) }),
    /was handed out 2 times/,
  ],
  'a code that was not uploaded': [
    (world) => ({ ...world, codes: world.codes.slice(1) }),
    /has a code that was not uploaded$/,
  ],
  'a code that is with no user and dispatched': [
    (world) => ({ ...world, coupons: world.coupons.slice(1) }),
    /is with no user and held as the other$/,
  ],
  'two redemptions without a return': [history('sent', 'used', 'used'), /was redeemed twice$/],
  'a return without a redemption': [history('sent', 'returned', 'used'), /without having been redeemed$/],
  'a state that the history is not': [history('sent', 'used', 'returned'), /is USED, which its history is not$/],
  'a link that is gone': [
    (world) => ({
      ...world,
      coupons: world.coupons.map((held) => ({
        ...held,
        history: [
          ...held.history,
          { event: 'associated' as const, time: coupon.receive_time, out_trade_no: 'ORDER-1' },
        ],
      })),
    }),
    /has lost its link to ORDER-1$/,
  ],
  'refunds of more than the order': [
    (world) => ({
      ...world,
      refunds: [refund, { ...refund, out_refund_no: 'F-2', refund_id: `6${RECEIPT}` }].map((held) => ({
        ...held,
        mchid: MCHID,
        currency: 'CNY',
        request: [],
      })),
    }),
    /of 100 was refunded 120$/,
  ],
  'returns of more than the subsidy': [
    (world) => ({ ...world, subsidies: world.subsidies.map((held) => ({ ...held, amount: 20 })) }),
    /of 20 was returned 30$/,
  ],
  'a subsidy that counts other returns': [
    (world) => ({ ...world, subsidies: world.subsidies.map((held) => ({ ...held, returned: 10 })) }),
    /counts 10 as returned/,
  ],
  'two things with one id': [
    (world) => ({ ...world, subsidies: [...world.subsidies, ...world.subsidies] }),
    /there are 2 of the receipt/,
  ],
}

test.for(Object.entries(BROKEN))('%s is noticed', async ([, [change, notice]]) => {
  const found = faults(change(await intact()))
  expect(
    found.some((fault) => notice.test(fault)),
    found.join('\n'),
  ).toBe(true)
})

const used = (use_request_no: string, time: string): LoggedCall => ({
  kind: 'useCoupon',
  by: MCHID,
  input: { stock_id: '100088', coupon_code: 'A', use_request_no },
  answer: { status: 200, body: { wechatpay_use_time: time } },
  at: NOON,
})

test.for<[what: string, log: readonly LoggedCall[], notice: RegExp]>([
  ['a number answered twice differently', [used('U-1', '12:00'), used('U-1', '13:00')], /then/],
  ['two redemptions answered without a return', [used('U-1', '12:00'), used('U-2', '13:00')], /was redeemed 2 times/],
  [
    'a number that takes other values as well',
    ['A', 'B'].map((coupon_code) => ({
      ...used('', '12:00'),
      kind: 'deactivateCoupon' as const,
      input: { stock_id: '100088', coupon_code, deactivate_request_no: 'V-1' },
    })),
    /took/,
  ],
  [
    'a number that created two batches',
    ['1', '2'].map((stock_id) => ({
      ...used('', ''),
      kind: 'createStock' as const,
      input: { out_request_no: 'B-1' },
      answer: { status: 200, body: { stock_id } },
    })),
    /has created 2 batches/,
  ],
])('%s is noticed', async ([, log, notice]) => {
  const found = faults(await intact(), log)
  expect(
    found.some((fault) => notice.test(fault)),
    found.join('\n'),
  ).toBe(true)
})

test('two callers may return a coupon under the same number', async () => {
  const returned = (by: string): LoggedCall => ({
    ...used('', ''),
    kind: 'returnCoupon',
    by,
    input: { stock_id: '100088', coupon_code: 'A', return_request_no: 'R-1' },
    answer: { status: 200, body: { wechatpay_return_time: '12:00' } },
  })
  const log = [
    used('U-1', '12:00'),
    returned(MCHID),
    used('U-2', '12:00'),
    returned('1900000002'),
    used('U-3', '12:00'),
  ]
  expect(faults(await intact(), log)).toEqual([])
})
