import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Order } from '../../../../src/products/payment/rules/order.ts'
import {
  canRefund,
  REFUND_PERIOD_MS,
  REFUNDS_PER_ORDER,
  type Refund,
  type RefundOutcome,
  refundedFen,
  refundOrder,
  refundStatus,
  settle,
} from '../../../../src/products/payment/rules/refund.ts'
import { anOrderThatIs, aRefund, NOON } from '../../merchant-coupon/rules/builders.ts'

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
      value: anOrderThatIs('refund'),
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
    [100, 1, 'more_than_paid'],
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
        order = decision.value
        refunds = [...refunds, aRefund({ refundFen, outcome, createdAt: at, settlesAt: at + 5_000 })]
        const arrived = refunds.filter(({ outcome }) => outcome !== 'closed')
        expect(arrived.reduce((sum, refund) => sum + refund.refundFen, 0)).toBeLessThanOrEqual(100)
        expect(refundedFen(refunds, at)).toBeLessThanOrEqual(100)
        expect(order.state).toBe('refund')
      }
    }),
  )
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
