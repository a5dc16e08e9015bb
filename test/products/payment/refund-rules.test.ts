import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Order, type Promotion, sumOf } from '../../../src/products/payment/orders.ts'
import {
  canRefund,
  moneyOf,
  REFUNDS_PER_ORDER,
  refundedTotal,
  refundOrder,
  refundStatus,
  sendAnotherWay,
  settle,
} from '../../../src/products/payment/refund-rules.ts'
import type { Refund, RefundOutcome, RefundSource } from '../../../src/products/payment/refunds.ts'
import { anOrderThatIs, aPromotion, aRefund, NOON } from '../merchant-coupon/rules/builders.ts'

const OUTCOMES = ['SUCCESS', 'ABNORMAL', 'CLOSED'] as const
const wanted = { refund: 100, total: 100, at: NOON }
const reasonOf = (decision: ReturnType<typeof refundOrder>) => (decision.ok ? 'done' : decision.reason)

describe('the status at an instant', () => {
  test.for(OUTCOMES)('is processing for five seconds, and %s from then on', (outcome) => {
    expect(refundStatus(aRefund({ outcome }), NOON + 4_999)).toBe('PROCESSING')
    expect(refundStatus(aRefund({ outcome }), NOON + 5_000)).toBe(outcome)
  })
})

describe('refunding an order', () => {
  test.for([
    ['NOTPAY', 'not_paid'],
    ['CLOSED', 'not_paid'],
    ['SUCCESS', 'done'],
    ['REFUND', 'done'],
  ] as const)('that is %s: %s', ([state, outcome]) => {
    expect(reasonOf(refundOrder(anOrderThatIs(state), [], wanted))).toBe(outcome)
  })

  test('makes it a refunded one', () => {
    expect(refundOrder(anOrderThatIs('SUCCESS'), [], { ...wanted, refund: 1 })).toMatchObject({
      ok: true,
      value: { order: anOrderThatIs('REFUND'), refund: { refund: 1, total: 100, fee: 0, settle_time: NOON + 5_000 } },
    })
  })

  test.for([
    [0, 'done'],
    [1, 'too_late'],
  ] as const)('365 days and %i ms after the payment: %s', ([late, outcome]) => {
    expect(reasonOf(refundOrder(anOrderThatIs('SUCCESS'), [], { ...wanted, at: NOON + 31_536_000_000 + late }))).toBe(
      outcome,
    )
  })

  test('with another total than it has', () => {
    expect(reasonOf(refundOrder(anOrderThatIs('SUCCESS'), [], { ...wanted, refund: 1, total: 99 }))).toBe(
      'total_differs',
    )
  })

  test.for([
    [40, 60, 'done'],
    [40, 61, 'more_than_paid'],
    [100, 1, 'all_refunded'],
    [100, 101, 'all_refunded'],
    [0, 101, 'more_than_paid'],
  ] as const)('of 100 fen after %i fen by %i fen: %s', ([before, refund, outcome]) => {
    const refunds = before === 0 ? [] : [aRefund({ refund: before })]

    expect(reasonOf(refundOrder(anOrderThatIs('REFUND'), refunds, { ...wanted, refund }))).toBe(outcome)
  })

  test.for([
    [REFUNDS_PER_ORDER - 1, 'done'],
    [REFUNDS_PER_ORDER, 'too_many_refunds'],
  ] as const)('after %i refunds: %s', ([count, outcome]) => {
    const refunds = Array.from({ length: count }, (_, i) => aRefund({ out_refund_no: `R-${i}` }))

    expect(reasonOf(refundOrder(anOrderThatIs('REFUND'), refunds, { ...wanted, refund: 1 }))).toBe(outcome)
  })

  test('a refund that was closed gives its money back, one that went wrong or is on its way does not', () => {
    const refunds = OUTCOMES.map((outcome) => aRefund({ outcome, refund: 10 }))

    expect(refundedTotal(refunds, NOON)).toBe(30)
    expect(refundedTotal(refunds, NOON + 5_000)).toBe(20)
  })
})

describe('settling', () => {
  test.for([undefined, ...OUTCOMES])('as %s', (outcome) => {
    expect(settle(aRefund(), { at: NOON + 1, outcome })).toEqual({
      ok: true,
      value: { ...aRefund(), settle_time: NOON + 1, outcome: outcome ?? 'SUCCESS' },
    })
  })

  test('once only', () => {
    expect(settle(aRefund(), { at: NOON + 5_000, outcome: 'CLOSED' })).toEqual({ ok: false, reason: 'settled' })
  })
})

test('no sequence of refunds gives back more than was paid', () => {
  const step = fc.record({
    refund: fc.integer({ min: 1, max: 120 }),
    outcome: fc.constantFrom<RefundOutcome>(...OUTCOMES),
    after: fc.constantFrom(0, 1_000, 5_000, 60_000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let order: Order = anOrderThatIs('SUCCESS')
      let refunds: Refund[] = []
      let at = NOON
      for (const { refund, outcome, after } of steps) {
        at += after
        const decision = refundOrder(order, refunds, { refund, total: 100, at })
        if (!decision.ok) continue
        order = decision.value.order
        refunds = [...refunds, aRefund({ refund, outcome, create_time: at, settle_time: at + 5_000 })]
        const arrived = refunds.filter(({ outcome }) => outcome !== 'CLOSED')
        expect(arrived.reduce((sum, refund) => sum + refund.refund, 0)).toBeLessThanOrEqual(100)
        expect(refundedTotal(refunds, at)).toBeLessThanOrEqual(100)
        expect(order.state).toBe('REFUND')
      }
    }),
  )
})

describe('accounts that a refund is to come from', () => {
  test.for<[from: readonly RefundSource[], outcome: string]>([
    [[{ account: 'AVAILABLE', amount: 10 }], 'done'],
    [
      [
        { account: 'AVAILABLE', amount: 4 },
        { account: 'UNAVAILABLE', amount: 6 },
      ],
      'done',
    ],
    [[{ account: 'AVAILABLE', amount: 9 }], 'sources_unfit'],
    [
      [
        { account: 'AVAILABLE', amount: 4 },
        { account: 'AVAILABLE', amount: 6 },
      ],
      'sources_unfit',
    ],
    [[], 'sources_unfit'],
  ])('%j: %s', ([from, outcome]) => {
    const waiting = anOrderThatIs('SUCCESS', { profit_sharing: true })
    expect(reasonOf(refundOrder(waiting, [], { ...wanted, refund: 10, from }))).toBe(outcome)
  })

  test('cannot be named of an order that is no sharing order, nor once its sharing is over', () => {
    const from = [{ account: 'AVAILABLE', amount: 10 }] as const
    const judged = (order: Order, at: number) => reasonOf(refundOrder(order, [], { ...wanted, refund: 10, from, at }))
    const waiting = anOrderThatIs('SUCCESS', { profit_sharing: true })
    const last = (waiting.success_time ?? 0) + 30 * 86_400_000
    expect(judged(anOrderThatIs('SUCCESS'), wanted.at)).toBe('sources_unshared')
    expect(judged(waiting, last - 1)).toBe('done')
    expect(judged(waiting, last)).toBe('sources_unfit')
  })
})

describe('an order that was paid with coupons of WeChat Pay', () => {
  const cash = aPromotion(100, { coupon_id: 'CASH' })
  const nocash = aPromotion(100, { coupon_id: 'NOCASH', type: 'NOCASH' })
  const order = (total: number, ...promotions: Promotion[]) => anOrderThatIs('SUCCESS', { total, promotions })

  /** Consecutive refunds, each with its money. */
  function refunded(paid: Order, ...amounts: number[]) {
    const made: Refund[] = []
    for (const refund of amounts) {
      const decision = refundOrder(paid, made, { refund, total: paid.total, at: NOON })
      if (!decision.ok) throw new Error(decision.reason)
      const { promotions = [], fee } = decision.value.refund
      made.push(aRefund({ out_refund_no: `R-${made.length}`, refund, total: paid.total, promotions, fee }))
    }
    return made.map(moneyOf)
  }

  test('of ten yuan with a CASH and a NOCASH coupon of one yuan each, refunded by half and then the rest', () => {
    const half = {
      payer_total: 800,
      payer_refund: 400,
      discount_refund: 100,
      settlement_total: 900,
      settlement_refund: 450,
      refund_fee: 3,
    }

    // The fee of the nine yuan that are settled is five fen.
    expect(refunded(order(1_000, cash, nocash), 500, 500)).toMatchObject([half, { ...half, refund_fee: 2 }])
  })

  test('of ten yuan with one coupon of two yuan, refunded by five: four are of the user', () => {
    expect(refunded(order(1_000, aPromotion(200)), 500)).toMatchObject([
      { payer_total: 800, payer_refund: 400, discount_refund: 100, settlement_total: 1_000 },
    ])
  })

  test('rounds half up, and the last refund takes the rest', () => {
    const shares = refunded(order(10, aPromotion(5)), 1, 1, 1, 1, 1, 1, 4).map(({ payer_refund }) => payer_refund)

    expect(shares).toEqual([1, 1, 1, 1, 1, 0, 0])
  })

  test('gives no part less than nothing, whatever refunds of a seed file gave back', () => {
    const paid = order(100, aPromotion(30))
    const decision = refundOrder(paid, [aRefund({ refund: 90 })], { refund: 10, total: 100, at: NOON })

    expect(decision).toMatchObject({ ok: true, value: { refund: { promotions: [{ refund_amount: 10 }] } } })
  })

  test('gives back each part once, however it is split', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })
    const coupons = fc.array(fc.record({ amount: fc.integer({ min: 1, max: 30 }), free: fc.boolean() }), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(amounts, coupons, (parts, taken) => {
        const total = parts.reduce((sum, one) => sum + one, 0)
        const promotions = taken
          .map(({ amount, free }, i) => aPromotion(amount, { coupon_id: `C-${i}`, type: free ? 'NOCASH' : 'CASH' }))
          .filter((_, i, all) => sumOf(all.slice(0, i + 1)) <= total)
        const money = refunded(order(total, ...promotions), ...parts)
        const sum = (member: 'payer_refund' | 'discount_refund' | 'settlement_refund') =>
          money.reduce((total, one) => total + one[member], 0)

        for (const one of money) {
          const { payer_refund, discount_refund, settlement_refund } = one
          expect(Math.min(payer_refund, discount_refund, settlement_refund)).toBeGreaterThanOrEqual(0)
        }
        expect(sum('payer_refund')).toBe(total - sumOf(promotions))
        expect(sum('discount_refund')).toBe(sumOf(promotions))
        expect(sum('settlement_refund')).toBe(money[0]?.settlement_total)
      }),
    )
  })
})

describe('the fee of an order, which goes back with its refunds', () => {
  /** Fees that go back with refunds made one after the other, each settled before the next. */
  function fees(total: number, ...refunds: readonly (readonly [refund: number, outcome?: RefundOutcome])[]) {
    const made: Refund[] = []
    for (const [refund, outcome = 'SUCCESS'] of refunds) {
      const decision = refundOrder(anOrderThatIs('SUCCESS', { total }), made, { refund, total, at: NOON })
      if (!decision.ok) throw new Error(decision.reason)
      const { fee } = decision.value.refund
      made.push(aRefund({ refund, total, fee, outcome, settle_time: NOON }))
    }
    return made.map((refund) => moneyOf(refund).refund_fee)
  }

  test('is rounded half up, and the last refund takes the rest', () => {
    expect(fees(500, [250], [250])).toEqual([2, 1])
    expect(fees(500, [80], [80], [80], [80], [80], [80], [20])).toEqual([0, 1, 0, 1, 0, 1, 0])
  })

  test('is that of the order once all is refunded, however it is split', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(amounts, (parts) => {
        const total = parts.reduce((sum, one) => sum + one, 0)
        const given = fees(total, ...parts.map((one) => [one] as const))

        expect(given.reduce((sum, one) => sum + one, 0)).toBe(Math.round(total * 0.006))
        expect(Math.min(...given)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('is that of the refunds that stand, and never less than nothing', () => {
    expect(fees(200, [98, 'CLOSED'], [4], [196])).toEqual([0, 0, 1])
    expect(moneyOf(aRefund({ refund: 250, total: 500 }))).toMatchObject({ refund_fee: 2 })
    const before = [aRefund({ refund: 1, total: 500, fee: 3 })]
    const decision = refundOrder(anOrderThatIs('SUCCESS', { total: 500 }), before, {
      refund: 1,
      total: 500,
      at: NOON,
    })
    expect(decision).toMatchObject({ value: { refund: { fee: 0 } } })
  })
})

describe('a refund that cannot arrive', () => {
  const abnormal = aRefund({ outcome: 'ABNORMAL' })
  const card = { received_account: '民生银行借记卡5022', channel: 'OTHER_BANKCARD' } as const

  test('is sent another way, and arrives five seconds later', () => {
    const decision = sendAnotherWay(abnormal, card, NOON + 60_000)

    expect(decision).toEqual({
      ok: true,
      value: {
        ...abnormal,
        ...card,
        sent_another_way_time: NOON + 60_000,
        outcome: 'SUCCESS',
        settle_time: NOON + 65_000,
      },
    })
  })

  test('is asked for again meanwhile and not after', () => {
    const decision = sendAnotherWay(abnormal, card, NOON + 60_000)
    if (!decision.ok) throw new Error(decision.reason)

    expect(sendAnotherWay(decision.value, { received_account: '其他' }, NOON + 61_000)).toEqual(decision)
    expect(sendAnotherWay(decision.value, card, NOON + 65_000)).toEqual({ ok: false, reason: 'not_abnormal' })
  })

  test('but not one that is under way for the first time, though it says where to', () => {
    const seeded = aRefund({ received_account: '招商银行信用卡0403' })

    expect(sendAnotherWay(seeded, card, NOON + 1_000)).toEqual({ ok: false, reason: 'not_abnormal' })
  })

  test.for([
    ['SUCCESS', 5_000],
    ['CLOSED', 5_000],
    ['ABNORMAL', 4_999],
  ] as const)('but one that is %s after %i ms is not', ([outcome, after]) => {
    expect(sendAnotherWay(aRefund({ outcome }), card, NOON + after)).toEqual({ ok: false, reason: 'not_abnormal' })
  })
})

describe('the money that a merchant has for refunds', () => {
  test.for([
    [100, 100, true],
    [100, 101, false],
    [0, 1, false],
    [0, 0, true],
  ] as const)('is %i fen: a first refund of %i fits, %s', ([refundable, refund, fits]) => {
    expect(canRefund(refundable, [], refund)).toBe(fits)
  })

  test.for(OUTCOMES)('is less by a refund that ends as %s, unless that gives it back', (outcome) => {
    const before = [aRefund({ outcome, refund: 60 }), aRefund({ refund: 10 })]
    expect(canRefund(100, before, 30)).toBe(true)
    expect(canRefund(100, before, 31)).toBe(outcome === 'CLOSED')
  })
})

test('a refund that was closed gives its place back', () => {
  const before = Array.from({ length: REFUNDS_PER_ORDER }, (_, at) =>
    aRefund({ outcome: at === 0 ? 'CLOSED' : 'SUCCESS', settle_time: NOON, refund: 1 }),
  )
  const order = anOrderThatIs('SUCCESS')
  expect(reasonOf(refundOrder(order, before, { ...wanted, refund: 1 }))).toBe('done')
  expect(reasonOf(refundOrder(order, before.slice(1).concat(aRefund()), { ...wanted, refund: 1 }))).toBe(
    'too_many_refunds',
  )
})
