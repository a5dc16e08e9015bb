import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Order } from '../../../../src/products/payment/rules/order.ts'
import { type Promotion, sumOf } from '../../../../src/products/payment/rules/promotion.ts'
import {
  canRefund,
  moneyOf,
  REFUND_PERIOD_MS,
  REFUNDS_PER_ORDER,
  type Refund,
  type RefundOutcome,
  type RefundSource,
  refundedFen,
  refundOrder,
  refundStatus,
  sendAnotherWay,
  settle,
} from '../../../../src/products/payment/rules/refund.ts'
import { anOrderThatIs, aPromotion, aRefund, NOON } from '../../merchant-coupon/rules/builders.ts'

const OUTCOMES = ['success', 'abnormal', 'closed'] as const
const wanted = { refundFen: 100, totalFen: 100, at: NOON }
const reasonOf = (decision: ReturnType<typeof refundOrder>) => (decision.ok ? 'done' : decision.reason)

describe('the status at an instant', () => {
  test.for(OUTCOMES)('is processing for five seconds, and %s from then on', (outcome) => {
    expect(refundStatus(aRefund({ outcome }), NOON + 4_999)).toBe('processing')
    expect(refundStatus(aRefund({ outcome }), NOON + 5_000)).toBe(outcome)
  })
})

describe('refunding an order', () => {
  test.for([
    ['notpay', 'not_paid'],
    ['closed', 'not_paid'],
    ['success', 'done'],
    ['refund', 'done'],
  ] as const)('that is %s: %s', ([state, outcome]) => {
    expect(reasonOf(refundOrder(anOrderThatIs(state), [], wanted))).toBe(outcome)
  })

  test('makes it a refunded one', () => {
    expect(refundOrder(anOrderThatIs('success'), [], { ...wanted, refundFen: 1 })).toEqual({
      ok: true,
      value: { order: anOrderThatIs('refund'), promotions: [], feeFen: 0 },
    })
  })

  test.for([
    [0, 'done'],
    [1, 'too_late'],
  ] as const)('365 days and %i ms after the payment: %s', ([late, outcome]) => {
    expect(reasonOf(refundOrder(anOrderThatIs('success'), [], { ...wanted, at: NOON + REFUND_PERIOD_MS + late }))).toBe(
      outcome,
    )
  })

  test('with another total than it has', () => {
    expect(reasonOf(refundOrder(anOrderThatIs('success'), [], { ...wanted, refundFen: 1, totalFen: 99 }))).toBe(
      'total_differs',
    )
  })

  test.for([
    [40, 60, 'done'],
    [40, 61, 'more_than_paid'],
    [100, 1, 'all_refunded'],
    [100, 101, 'all_refunded'],
    [0, 101, 'more_than_paid'],
  ] as const)('of 100 fen after %i fen by %i fen: %s', ([before, refundFen, outcome]) => {
    const refunds = before === 0 ? [] : [aRefund({ refundFen: before })]

    expect(reasonOf(refundOrder(anOrderThatIs('refund'), refunds, { ...wanted, refundFen }))).toBe(outcome)
  })

  test.for([
    [REFUNDS_PER_ORDER - 1, 'done'],
    [REFUNDS_PER_ORDER, 'too_many_refunds'],
  ] as const)('after %i refunds: %s', ([count, outcome]) => {
    const refunds = Array.from({ length: count }, (_, i) => aRefund({ outRefundNo: `R-${i}` }))

    expect(reasonOf(refundOrder(anOrderThatIs('refund'), refunds, { ...wanted, refundFen: 1 }))).toBe(outcome)
  })

  test('a refund that was closed gives its money back, one that went wrong or is on its way does not', () => {
    const refunds = OUTCOMES.map((outcome) => aRefund({ outcome, refundFen: 10 }))

    expect(refundedFen(refunds, NOON)).toBe(30)
    expect(refundedFen(refunds, NOON + 5_000)).toBe(20)
  })
})

describe('settling', () => {
  test.for([undefined, ...OUTCOMES])('as %s', (outcome) => {
    expect(settle(aRefund(), { at: NOON + 1, outcome })).toEqual({
      ok: true,
      value: { ...aRefund(), settlesAt: NOON + 1, outcome: outcome ?? 'success' },
    })
  })

  test('once only', () => {
    expect(settle(aRefund(), { at: NOON + 5_000, outcome: 'closed' })).toEqual({ ok: false, reason: 'settled' })
  })
})

test('no sequence of refunds gives back more than was paid', () => {
  const step = fc.record({
    refundFen: fc.integer({ min: 1, max: 120 }),
    outcome: fc.constantFrom<RefundOutcome>(...OUTCOMES),
    after: fc.constantFrom(0, 1_000, 5_000, 60_000),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let order: Order = anOrderThatIs('success')
      let refunds: Refund[] = []
      let at = NOON
      for (const { refundFen, outcome, after } of steps) {
        at += after
        const decision = refundOrder(order, refunds, { refundFen, totalFen: 100, at })
        if (!decision.ok) continue
        order = decision.value.order
        refunds = [...refunds, aRefund({ refundFen, outcome, createdAt: at, settlesAt: at + 5_000 })]
        const arrived = refunds.filter(({ outcome }) => outcome !== 'closed')
        expect(arrived.reduce((sum, refund) => sum + refund.refundFen, 0)).toBeLessThanOrEqual(100)
        expect(refundedFen(refunds, at)).toBeLessThanOrEqual(100)
        expect(order.state).toBe('refund')
      }
    }),
  )
})

describe('accounts that a refund is to come from', () => {
  test.for<[from: readonly RefundSource[], outcome: string]>([
    [[{ account: 'available', amountFen: 10 }], 'done'],
    [
      [
        { account: 'available', amountFen: 4 },
        { account: 'unavailable', amountFen: 6 },
      ],
      'done',
    ],
    [[{ account: 'available', amountFen: 9 }], 'sources_unfit'],
    [
      [
        { account: 'available', amountFen: 4 },
        { account: 'available', amountFen: 6 },
      ],
      'sources_unfit',
    ],
    [[], 'sources_unfit'],
  ])('%j: %s', ([from, outcome]) => {
    expect(reasonOf(refundOrder(anOrderThatIs('success'), [], { ...wanted, refundFen: 10, from }))).toBe(outcome)
  })
})

describe('an order that was paid with coupons of WeChat Pay', () => {
  const cash = aPromotion(100, { couponId: 'CASH' })
  const nocash = aPromotion(100, { couponId: 'NOCASH', type: 'nocash' })
  const order = (totalFen: number, ...promotions: Promotion[]) => anOrderThatIs('success', { totalFen, promotions })

  /** Refunds one after the other, and the money of each. */
  function refunded(paid: Order, ...amounts: number[]) {
    const made: Refund[] = []
    for (const refundFen of amounts) {
      const decision = refundOrder(paid, made, { refundFen, totalFen: paid.totalFen, at: NOON })
      if (!decision.ok) throw new Error(decision.reason)
      const { promotions, feeFen } = decision.value
      made.push(aRefund({ outRefundNo: `R-${made.length}`, refundFen, totalFen: paid.totalFen, promotions, feeFen }))
    }
    return made.map(moneyOf)
  }

  test('of ten yuan with a CASH and a NOCASH coupon of one yuan each, refunded by half and then the rest', () => {
    const half = {
      payerTotalFen: 800,
      payerRefundFen: 400,
      discountRefundFen: 100,
      settlementTotalFen: 900,
      settlementRefundFen: 450,
      feeFen: 3,
    }

    expect(refunded(order(1_000, cash, nocash), 500, 500)).toEqual([half, half])
  })

  test('of ten yuan with one coupon of two yuan, refunded by five: four are of the user', () => {
    expect(refunded(order(1_000, aPromotion(200)), 500)).toMatchObject([
      { payerTotalFen: 800, payerRefundFen: 400, discountRefundFen: 100, settlementTotalFen: 1_000 },
    ])
  })

  test('rounds half up, and the last refund takes the rest', () => {
    const shares = refunded(order(10, aPromotion(5)), 1, 1, 1, 1, 1, 1, 4).map(({ payerRefundFen }) => payerRefundFen)

    expect(shares).toEqual([1, 1, 1, 1, 1, 0, 0])
  })

  test('gives no part less than nothing, whatever refunds of a seed file gave back', () => {
    const paid = order(100, aPromotion(30))
    const decision = refundOrder(paid, [aRefund({ refundFen: 90 })], { refundFen: 10, totalFen: 100, at: NOON })

    expect(decision).toMatchObject({ ok: true, value: { promotions: [{ refundFen: 10 }] } })
  })

  test('gives back each part once, however it is split', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })
    const coupons = fc.array(fc.record({ amountFen: fc.integer({ min: 1, max: 30 }), free: fc.boolean() }), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(amounts, coupons, (parts, taken) => {
        const totalFen = parts.reduce((sum, one) => sum + one, 0)
        const promotions = taken
          .map(({ amountFen, free }, i) =>
            aPromotion(amountFen, { couponId: `C-${i}`, type: free ? 'nocash' : 'cash' }),
          )
          .filter((_, i, all) => sumOf(all.slice(0, i + 1)) <= totalFen)
        const money = refunded(order(totalFen, ...promotions), ...parts)
        const sum = (member: 'payerRefundFen' | 'discountRefundFen' | 'settlementRefundFen') =>
          money.reduce((total, one) => total + one[member], 0)

        for (const one of money) {
          const { payerRefundFen, discountRefundFen, settlementRefundFen } = one
          expect(Math.min(payerRefundFen, discountRefundFen, settlementRefundFen)).toBeGreaterThanOrEqual(0)
        }
        expect(sum('payerRefundFen')).toBe(totalFen - sumOf(promotions))
        expect(sum('discountRefundFen')).toBe(sumOf(promotions))
        expect(sum('settlementRefundFen')).toBe(money[0]?.settlementTotalFen)
      }),
    )
  })
})

describe('the fee of an order, which goes back with its refunds', () => {
  /** What of the fee goes back with refunds made one after the other; they end after each other, too. */
  function fees(totalFen: number, ...refunds: readonly (readonly [refundFen: number, outcome?: RefundOutcome])[]) {
    const made: Refund[] = []
    for (const [refundFen, outcome = 'success'] of refunds) {
      const decision = refundOrder(anOrderThatIs('success', { totalFen }), made, { refundFen, totalFen, at: NOON })
      if (!decision.ok) throw new Error(decision.reason)
      const { feeFen } = decision.value
      made.push(aRefund({ refundFen, totalFen, feeFen, outcome, settlesAt: NOON }))
    }
    return made.map((refund) => moneyOf(refund).feeFen)
  }

  test('is rounded half up, and the last refund takes the rest', () => {
    expect(fees(500, [250], [250])).toEqual([2, 1])
    expect(fees(500, [80], [80], [80], [80], [80], [80], [20])).toEqual([0, 1, 0, 1, 0, 1, 0])
  })

  test('is that of the order once all is refunded, however it is split', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(amounts, (parts) => {
        const totalFen = parts.reduce((sum, one) => sum + one, 0)
        const given = fees(totalFen, ...parts.map((one) => [one] as const))

        expect(given.reduce((sum, one) => sum + one, 0)).toBe(Math.round(totalFen * 0.006))
        expect(Math.min(...given)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('is that of the refunds that stand, and never less than nothing', () => {
    expect(fees(200, [98, 'closed'], [4], [196])).toEqual([0, 0, 1])
    expect(moneyOf(aRefund({ refundFen: 250, totalFen: 500 }))).toMatchObject({ feeFen: 2 })
    const before = [aRefund({ refundFen: 1, totalFen: 500, feeFen: 3 })]
    const decision = refundOrder(anOrderThatIs('success', { totalFen: 500 }), before, {
      refundFen: 1,
      totalFen: 500,
      at: NOON,
    })
    expect(decision).toMatchObject({ value: { feeFen: 0 } })
  })
})

describe('a refund that cannot arrive', () => {
  const abnormal = aRefund({ outcome: 'abnormal' })
  const card = { receivedAt: '民生银行借记卡5022', channel: 'other_bankcard' } as const

  test('is sent another way, and arrives five seconds later', () => {
    const decision = sendAnotherWay(abnormal, card, NOON + 60_000)

    expect(decision).toEqual({
      ok: true,
      value: { ...abnormal, ...card, sentAnotherWayAt: NOON + 60_000, outcome: 'success', settlesAt: NOON + 65_000 },
    })
  })

  test('is asked for again meanwhile and not after', () => {
    const decision = sendAnotherWay(abnormal, card, NOON + 60_000)
    if (!decision.ok) throw new Error(decision.reason)

    expect(sendAnotherWay(decision.value, { receivedAt: '其他' }, NOON + 61_000)).toEqual(decision)
    expect(sendAnotherWay(decision.value, card, NOON + 65_000)).toEqual({ ok: false, reason: 'not_abnormal' })
  })

  test('but not one that is under way for the first time, though it says where to', () => {
    const seeded = aRefund({ receivedAt: '招商银行信用卡0403' })

    expect(sendAnotherWay(seeded, card, NOON + 1_000)).toEqual({ ok: false, reason: 'not_abnormal' })
  })

  test.for([
    ['success', 5_000],
    ['closed', 5_000],
    ['abnormal', 4_999],
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
    const before = [aRefund({ outcome, refundFen: 60 }), aRefund({ refundFen: 10 })]
    expect(canRefund(100, before, 30)).toBe(true)
    expect(canRefund(100, before, 31)).toBe(outcome === 'closed')
  })
})

test('a refund that was closed gives its place back', () => {
  const before = Array.from({ length: REFUNDS_PER_ORDER }, (_, at) =>
    aRefund({ outcome: at === 0 ? 'closed' : 'success', settlesAt: NOON, refundFen: 1 }),
  )
  const order = anOrderThatIs('success')
  expect(reasonOf(refundOrder(order, before, { ...wanted, refundFen: 1 }))).toBe('done')
  expect(reasonOf(refundOrder(order, before.slice(1).concat(aRefund()), { ...wanted, refundFen: 1 }))).toBe(
    'too_many_refunds',
  )
})

test('the period for refunds is a year', () => {
  expect(REFUND_PERIOD_MS).toBe(31_536_000_000)
})
