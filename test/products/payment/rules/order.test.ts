import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  close,
  expire,
  isPaid,
  isPastTimeToPay,
  isPrepayIdAlive,
  mark,
  type Order,
  orderState,
  type PlacedOrder,
  pay,
  payerTotalOf,
  place,
  timesOf,
  UNPAID_ORDER_LIFE_MS,
} from '../../../../src/products/payment/rules/order.ts'
import { refundOrder } from '../../../../src/products/payment/rules/refund.ts'
import { anOrder, anOrderThatIs, aPromotion, NOON } from '../../merchant-coupon/rules/builders.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const payment = { openid: 'oPayer', transactionId: 'T-9', at: NOON }

const wanted = (overrides: Partial<PlacedOrder> = {}): PlacedOrder => ({
  ...anOrder(),
  state: 'notpay',
  prepayId: 'wx-new',
  prepayIdAt: NOON,
  request: ['native', 'A'],
  ...overrides,
})

const placed = (overrides: Partial<Order> = {}) =>
  anOrder({ prepayId: 'wx-old', prepayIdAt: NOON - HOUR, request: ['native', 'A'], ...overrides })

const forApp = { tradeType: 'app', request: ['app', 'A'] } as const

describe('the state at an instant', () => {
  test.for([
    ['notpay', 0, 'notpay'],
    ['notpay', HOUR - 1, 'notpay'],
    ['notpay', HOUR, 'closed'],
    ['userpaying', HOUR - 1, 'userpaying'],
    ['userpaying', HOUR, 'closed'],
    ['payerror', HOUR, 'closed'],
    ['revoked', HOUR, 'revoked'],
    ['success', HOUR, 'success'],
    ['refund', HOUR, 'refund'],
    ['closed', 0, 'closed'],
  ] as const)('an order that was %s is %i ms after noon %s', ([state, after, shown]) => {
    expect(orderState(anOrderThatIs(state), NOON + after)).toBe(shown)
  })
})

describe('what an order is paid with', () => {
  test.for([
    ['jsapi', 2 * HOUR - 1, true],
    ['native', 2 * HOUR, false],
    ['mweb', 5 * MINUTE - 1, true],
    ['mweb', 5 * MINUTE, false],
  ] as const)('by %s is %i ms old: it lives, %s', ([tradeType, age, alive]) => {
    expect(isPrepayIdAlive(placed({ tradeType, prepayIdAt: NOON - age }), NOON)).toBe(alive)
  })

  test('without a time lives for ever, and what is not there does not live', () => {
    expect(isPrepayIdAlive(anOrder({ prepayId: 'wx' }), NOON)).toBe(true)
    expect(isPrepayIdAlive(anOrder(), NOON)).toBe(false)
  })
})

describe('the times of a new order', () => {
  const times = (wish: number | undefined, mostDays = 15) => timesOf(wish, { at: NOON, mostDays })

  test('without a wish: it can be paid until it is closed, seven days later', () => {
    expect(times(undefined)).toEqual({ closesAt: NOON + 7 * DAY })
  })

  test.for<[wish: number, payableUntil: number, closesAt: number]>([
    [NOON - DAY, NOON + MINUTE, NOON + 7 * DAY],
    [NOON + MINUTE - 1, NOON + MINUTE, NOON + 7 * DAY],
    [NOON + MINUTE, NOON + MINUTE, NOON + 7 * DAY],
    [NOON + HOUR, NOON + HOUR, NOON + 7 * DAY],
    [NOON + 7 * DAY, NOON + 7 * DAY, NOON + 7 * DAY],
    [NOON + 10 * DAY, NOON + 10 * DAY, NOON + 10 * DAY],
    [NOON + 15 * DAY, NOON + 15 * DAY, NOON + 15 * DAY],
    [NOON + 90 * DAY, NOON + 15 * DAY, NOON + 15 * DAY],
  ])('with the wish %i', ([wish, payableUntil, closesAt]) => {
    expect(times(wish)).toEqual({ payableUntil, closesAt })
  })

  test.for([1, 3, 90])('with at most %i days', (mostDays) => {
    expect(times(NOON + 100 * DAY, mostDays)).toMatchObject({ payableUntil: NOON + mostDays * DAY })
  })
})

describe('placing', () => {
  test('makes an order', () => {
    expect(place(undefined, wanted(), NOON)).toEqual({ ok: true, value: wanted() })
  })

  test('again with the same values keeps the order as it is', () => {
    expect(place(placed(forApp), wanted(forApp), NOON)).toEqual({ ok: true, value: placed(forApp) })
  })

  test('again after two hours gives the order a new prepay_id, and nothing else', () => {
    const old = placed({ ...forApp, prepayIdAt: NOON - 2 * HOUR })

    expect(place(old, wanted({ ...forApp, totalFen: 5 }), NOON)).toEqual({
      ok: true,
      value: { ...old, prepayId: 'wx-new', prepayIdAt: NOON },
    })
  })

  test.for(['native', 'mweb'] as const)('again by %s gives a new one at once, and the old one is void', (tradeType) => {
    const decision = place(placed({ tradeType }), wanted({ tradeType }), NOON)

    expect(decision).toEqual({ ok: true, value: placed({ tradeType, prepayId: 'wx-new', prepayIdAt: NOON }) })
    expect(decision.ok && pay(decision.value, { ...payment, prepayId: 'wx-old' })).toEqual({
      ok: false,
      reason: 'prepay_id_unknown',
    })
  })

  test('again after its time to pay leaves that as it is', () => {
    const late = placed({ ...forApp, payableUntil: NOON })

    expect(place(late, wanted(forApp), NOON)).toEqual({ ok: true, value: late })
  })

  test('again another way is refused, whatever the values', () => {
    expect(place(placed(), wanted({ tradeType: 'app' }), NOON)).toEqual({ ok: false, reason: 'placed_another_way' })
  })

  test.for([['native', 'B'], ['app', 'A'], ['native'], []])('again with the values %j is refused', (request) => {
    expect(place(placed({ request }), wanted(), NOON)).toEqual({ ok: false, reason: 'placed_with_other_values' })
  })

  test('an order that came with the world and no values is not placed again', () => {
    expect(place(anOrder(), wanted(), NOON)).toEqual({ ok: false, reason: 'placed_with_other_values' })
  })

  test.for([
    ['success', 'already_paid'],
    ['refund', 'already_paid'],
    ['closed', 'closed'],
    ['revoked', 'closed'],
  ] as const)('an order that is %s again is refused: %s', ([state, reason]) => {
    const another = wanted({ tradeType: 'app', request: ['app', 'B'] })
    expect(place(anOrderThatIs(state), another, NOON)).toEqual({ ok: false, reason })
  })

  test('an order that its time has closed again is refused', () => {
    expect(place(placed({ closesAt: NOON }), wanted(), NOON)).toEqual({ ok: false, reason: 'closed' })
  })
})

describe('paying', () => {
  test('an open order', () => {
    expect(pay(anOrder(), payment)).toEqual({
      ok: true,
      value: { ...anOrder(), state: 'success', openid: 'oPayer', transactionId: 'T-9', paidAt: NOON },
    })
  })

  test.for([
    ['success', 'already_paid'],
    ['refund', 'already_paid'],
    ['closed', 'closed'],
    ['revoked', 'closed'],
  ] as const)('an order that is %s is refused: %s', ([state, reason]) => {
    expect(pay(anOrderThatIs(state), payment)).toEqual({ ok: false, reason })
  })

  test('an order that its time has closed is refused', () => {
    expect(pay(anOrder({ closesAt: NOON }), payment)).toEqual({ ok: false, reason: 'closed' })
  })

  test.for([
    [NOON + 1, true],
    [NOON, false],
  ] as const)('an order that can be paid until %i: %s, and it stays open', ([payableUntil, paid]) => {
    const order = anOrder({ payableUntil })

    expect(isPastTimeToPay(order, NOON)).toBe(!paid)
    expect(orderState(order, NOON)).toBe('notpay')
    expect(pay(order, payment)).toMatchObject(paid ? { ok: true } : { ok: false, reason: 'time_is_over' })
  })

  test.for(['userpaying', 'payerror'] as const)('an order that is %s', (state) => {
    expect(pay(anOrderThatIs(state), payment)).toMatchObject({ ok: true, value: { state: 'success' } })
  })

  test.for([
    [60, 40, true],
    [60, 41, false],
  ] as const)('of 100 fen with coupons of %i and %i: %s', ([one, other, fits]) => {
    const decision = pay(anOrder(), { ...payment, promotions: [aPromotion(one), aPromotion(other)] })

    if (!decision.ok) expect(decision.reason).toBe('promotions_exceed_total')
    expect(decision.ok && payerTotalOf(decision.value)).toBe(fits && 100 - one - other)
  })

  test.for<[order: Partial<Order>, prepayId: string | undefined, outcome: string]>([
    [{ prepayId: 'wx-1', prepayIdAt: NOON }, 'wx-1', 'paid'],
    [{ prepayId: 'wx-1', prepayIdAt: NOON }, undefined, 'paid'],
    [{ prepayId: 'wx-1', prepayIdAt: NOON }, 'wx-2', 'prepay_id_unknown'],
    [{}, 'wx-1', 'prepay_id_unknown'],
    [{ prepayId: 'wx-1', prepayIdAt: NOON - 2 * HOUR }, 'wx-1', 'prepay_id_expired'],
    [{ prepayId: 'wx-1', prepayIdAt: NOON - 2 * HOUR }, undefined, 'prepay_id_expired'],
  ])('%j with %s: %s', ([order, prepayId, outcome]) => {
    const decision = pay(anOrder(order), { ...payment, prepayId })

    expect(decision.ok ? 'paid' : decision.reason).toBe(outcome)
  })

  test('an order that was placed for the payer', () => {
    expect(pay(anOrder({ openid: 'oPayer' }), payment).ok).toBe(true)
  })

  test('an order that was placed for somebody else is refused', () => {
    expect(pay(anOrder({ openid: 'oOther' }), payment)).toEqual({ ok: false, reason: 'another_payer' })
  })
})

describe('closing', () => {
  test('an open order', () => {
    expect(close(anOrder(), NOON)).toEqual({ ok: true, value: { ...anOrder(), state: 'closed', closedAt: NOON } })
  })

  test.for(['userpaying', 'payerror'] as const)('an order that is %s', (state) => {
    expect(close(anOrderThatIs(state), NOON)).toMatchObject({ ok: true, value: { state: 'closed', closedAt: NOON } })
  })

  test.for([anOrderThatIs('closed', { closedAt: NOON - 1 }), anOrderThatIs('revoked'), anOrder({ closesAt: NOON })])(
    'a closed order leaves it as it is',
    (order) => {
      expect(close(order, NOON)).toEqual({ ok: true, value: order })
    },
  )

  test.for(['success', 'refund'] as const)('an order that is %s is refused', (state) => {
    expect(close(anOrderThatIs(state), NOON)).toEqual({ ok: false, reason: 'already_paid' })
  })
})

describe('ending the time to pay', () => {
  test.for([
    ['notpay', undefined],
    ['userpaying', undefined],
    ['success', 'already_paid'],
    ['refund', 'already_paid'],
    ['closed', 'closed'],
    ['revoked', 'closed'],
  ] as const)('of an order that is %s: %s', ([state, reason]) => {
    const decision = expire(anOrderThatIs(state), NOON)

    expect(decision.ok ? undefined : decision.reason).toBe(reason)
    if (!decision.ok) return
    expect(orderState(decision.value, NOON)).toBe(state)
    expect(pay(decision.value, payment)).toEqual({ ok: false, reason: 'time_is_over' })
  })

  test('that was over already changes nothing', () => {
    const late = anOrder({ payableUntil: NOON - 1 })

    expect(expire(late, NOON)).toEqual({ ok: true, value: late })
  })
})

describe('a mark of payments by code', () => {
  test.for(['notpay', 'userpaying', 'payerror', 'revoked'] as const)('%s is put on an open order', (state) => {
    const marked = { ...anOrderThatIs(state), marks: [{ state, at: NOON }] }
    expect(mark(anOrderThatIs('userpaying'), state, NOON)).toEqual({ ok: true, value: marked })
  })

  test('is remembered with its time, the latest hundred', () => {
    let order = anOrder({})
    for (let i = 0; i < 101; i++) {
      const decision = mark(order, 'userpaying', NOON + i)
      if (!decision.ok) throw new Error(decision.reason)
      order = decision.value
    }
    expect(order.marks).toHaveLength(100)
    expect(order.marks?.at(-1)).toEqual({ state: 'userpaying', at: NOON + 100 })
  })

  test.for([
    ['success', 'already_paid'],
    ['refund', 'already_paid'],
    ['closed', 'closed'],
    ['revoked', 'closed'],
  ] as const)('is not put on an order that is %s', ([state, reason]) => {
    expect(mark(anOrderThatIs(state), 'notpay', NOON)).toEqual({ ok: false, reason })
  })
})

describe('whatever is done to an order', () => {
  const step = fc.record({
    do: fc.constantFrom('pay', 'close', 'expire', 'mark', 'place', 'refund'),
    after: fc.constantFrom(0, 1, HOUR / 2, HOUR, 3 * HOUR),
  })

  test('it moves along open → success → refund or open → closed, and is never both paid and closed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let order: Order = placed({ prepayIdAt: NOON })
        let at = NOON
        for (const { do: what, after } of steps) {
          at += after
          const before = orderState(order, at)
          const decision =
            what === 'pay'
              ? pay(order, { ...payment, at })
              : what === 'close'
                ? close(order, at)
                : what === 'expire'
                  ? expire(order, at)
                  : what === 'mark'
                    ? mark(order, 'userpaying', at)
                    : what === 'place'
                      ? place(order, wanted(), at)
                      : refundOrder(order, [], { refundFen: 1, totalFen: 100, at })
          if (decision.ok) order = 'order' in decision.value ? decision.value.order : decision.value
          const now = orderState(order, at)
          const moves = [
            `${before} ${before}`,
            ...['notpay', 'userpaying'].flatMap((open) => [`${open} success`, `${open} closed`]),
            'notpay userpaying',
            'success refund',
          ]
          expect(moves).toContain(`${before} ${now}`)
          expect(isPaid(order) && now === 'closed').toBe(false)
          expect(isPaid(order) && order.closedAt !== undefined).toBe(false)
        }
      }),
    )
  })
})

describe('whether an order was paid', () => {
  test.for([
    ['success', { transactionId: 'T', paidAt: NOON }, true],
    ['refund', { transactionId: 'T', paidAt: NOON }, true],
    ['notpay', { transactionId: 'T', paidAt: NOON }, false],
    ['closed', { transactionId: 'T', paidAt: NOON }, false],
    ['success', { transactionId: 'T' }, false],
    ['success', { paidAt: NOON }, false],
    ['refund', { paidAt: NOON }, false],
  ] as const)('%s with %j: %s', ([state, members, paid]) => {
    expect(isPaid(anOrder({ state, ...members }))).toBe(paid)
  })
})

test('an order that was seeded without its values is placed with none', () => {
  expect(place(anOrder(), wanted({ request: [] }), NOON)).toMatchObject({ ok: true })
  expect(place(anOrder(), wanted({ request: ['native'] }), NOON)).toEqual({
    ok: false,
    reason: 'placed_with_other_values',
  })
})

test('an unpaid order has seven days', () => {
  expect(UNPAID_ORDER_LIFE_MS).toBe(604_800_000)
})
