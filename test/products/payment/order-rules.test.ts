import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  close,
  expire,
  isPaid,
  isPastTimeToPay,
  isPrepayIdAlive,
  mark,
  type PlacedOrder,
  pay,
  payerTotalOf,
  place,
  timesOf,
} from '../../../src/products/payment/order-rules.ts'
import { closingTime, type Order, orderState } from '../../../src/products/payment/orders.ts'
import { refundOrder } from '../../../src/products/payment/refund-rules.ts'
import { anOrder, anOrderThatIs, aPromotion, NOON } from '../merchant-coupon/rules/builders.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const payment = { openid: 'oPayer', transaction_id: 'T-9', at: NOON }

const wanted = (overrides: Partial<PlacedOrder> = {}): PlacedOrder => ({
  ...anOrder(),
  state: 'NOTPAY',
  prepay_id: 'wx-new',
  prepay_time: NOON,
  request: ['NATIVE', 'A'],
  ...overrides,
})

const placed = (overrides: Partial<Order> = {}) =>
  anOrder({ prepay_id: 'wx-old', prepay_time: NOON - HOUR, request: ['NATIVE', 'A'], ...overrides })

const forApp = { trade_type: 'APP', request: ['APP', 'A'] } satisfies Partial<Order>

describe('the state at an instant', () => {
  test.for([
    ['NOTPAY', 0, 'NOTPAY'],
    ['NOTPAY', HOUR - 1, 'NOTPAY'],
    ['NOTPAY', HOUR, 'CLOSED'],
    ['USERPAYING', HOUR - 1, 'USERPAYING'],
    ['USERPAYING', HOUR, 'CLOSED'],
    ['PAYERROR', HOUR, 'CLOSED'],
    ['REVOKED', HOUR, 'REVOKED'],
    ['SUCCESS', HOUR, 'SUCCESS'],
    ['REFUND', HOUR, 'REFUND'],
    ['CLOSED', 0, 'CLOSED'],
  ] as const)('an order that was %s is %i ms after noon %s', ([state, after, shown]) => {
    expect(orderState(anOrderThatIs(state), NOON + after)).toBe(shown)
  })
})

describe('what an order is paid with', () => {
  test.for([
    ['JSAPI', 2 * HOUR - 1, true],
    ['NATIVE', 2 * HOUR, false],
    ['MWEB', 5 * MINUTE - 1, true],
    ['MWEB', 5 * MINUTE, false],
  ] as const)('by %s is %i ms old: it lives, %s', ([trade_type, age, alive]) => {
    expect(isPrepayIdAlive(placed({ trade_type, prepay_time: NOON - age }), NOON)).toBe(alive)
  })

  test('without a time lives for ever, and what is not there does not live', () => {
    expect(isPrepayIdAlive(anOrder({ prepay_id: 'wx' }), NOON)).toBe(true)
    expect(isPrepayIdAlive(anOrder(), NOON)).toBe(false)
  })
})

describe('the times of a new order', () => {
  const times = (wish: number | undefined, mostDays = 15) => timesOf(wish, { at: NOON, mostDays })

  test('without a wish: it can be paid until it is closed, seven days later', () => {
    expect(times(undefined)).toEqual({ close_time: NOON + 7 * DAY })
  })

  test.for<[wish: number, time_expire: number, close_time: number]>([
    [NOON - DAY, NOON + MINUTE, NOON + 7 * DAY],
    [NOON + MINUTE - 1, NOON + MINUTE, NOON + 7 * DAY],
    [NOON + MINUTE, NOON + MINUTE, NOON + 7 * DAY],
    [NOON + HOUR, NOON + HOUR, NOON + 7 * DAY],
    [NOON + 7 * DAY, NOON + 7 * DAY, NOON + 7 * DAY],
    [NOON + 10 * DAY, NOON + 10 * DAY, NOON + 10 * DAY],
    [NOON + 15 * DAY, NOON + 15 * DAY, NOON + 15 * DAY],
    [NOON + 90 * DAY, NOON + 15 * DAY, NOON + 15 * DAY],
  ])('with the wish %i', ([wish, time_expire, close_time]) => {
    expect(times(wish)).toEqual({ time_expire, close_time })
  })

  test.for([1, 3, 90])('with at most %i days', (mostDays) => {
    expect(times(NOON + 100 * DAY, mostDays)).toMatchObject({ time_expire: NOON + mostDays * DAY })
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
    const old = placed({ ...forApp, prepay_time: NOON - 2 * HOUR })

    expect(place(old, wanted({ ...forApp, total: 5 }), NOON)).toEqual({
      ok: true,
      value: { ...old, prepay_id: 'wx-new', prepay_time: NOON },
    })
  })

  test.for(['NATIVE', 'MWEB'] as const)(
    'again by %s gives a new one at once, and the old one is void',
    (trade_type) => {
      const decision = place(placed({ trade_type }), wanted({ trade_type }), NOON)

      expect(decision).toEqual({ ok: true, value: placed({ trade_type, prepay_id: 'wx-new', prepay_time: NOON }) })
      expect(decision.ok && pay(decision.value, { ...payment, prepay_id: 'wx-old' })).toEqual({
        ok: false,
        reason: 'prepay_id_unknown',
      })
    },
  )

  test('again after its time to pay leaves that as it is', () => {
    const late = placed({ ...forApp, time_expire: NOON })

    expect(place(late, wanted(forApp), NOON)).toEqual({ ok: true, value: late })
  })

  test('again another way is refused, whatever the values', () => {
    expect(place(placed(), wanted({ trade_type: 'APP' }), NOON)).toEqual({ ok: false, reason: 'placed_another_way' })
  })

  test.for([['NATIVE', 'B'], ['APP', 'A'], ['NATIVE'], []])('again with the values %j is refused', (request) => {
    expect(place(placed({ request }), wanted(), NOON)).toEqual({ ok: false, reason: 'placed_with_other_values' })
  })

  test('an order that came with the world and no values is not placed again', () => {
    expect(place(anOrder(), wanted(), NOON)).toEqual({ ok: false, reason: 'placed_with_other_values' })
  })
})

describe('paying', () => {
  test('an open order', () => {
    expect(pay(anOrder(), payment)).toEqual({
      ok: true,
      value: { ...anOrder(), state: 'SUCCESS', openid: 'oPayer', transaction_id: 'T-9', success_time: NOON },
    })
  })

  test.for([
    [NOON + 1, true],
    [NOON, false],
  ] as const)('an order that can be paid until %i: %s, and it stays open', ([time_expire, paid]) => {
    const order = anOrder({ time_expire })

    expect(isPastTimeToPay(order, NOON)).toBe(!paid)
    expect(orderState(order, NOON)).toBe('NOTPAY')
    expect(pay(order, payment)).toMatchObject(paid ? { ok: true } : { ok: false, reason: 'time_is_over' })
  })

  test.for(['USERPAYING', 'PAYERROR'] as const)('an order that is %s', (state) => {
    expect(pay(anOrderThatIs(state), payment)).toMatchObject({ ok: true, value: { state: 'SUCCESS' } })
  })

  test.for([
    [60, 40, true],
    [60, 41, false],
  ] as const)('of 100 fen with coupons of %i and %i: %s', ([one, other, fits]) => {
    const decision = pay(anOrder(), { ...payment, promotions: [aPromotion(one), aPromotion(other)] })

    if (!decision.ok) expect(decision.reason).toBe('promotions_exceed_total')
    expect(decision.ok && payerTotalOf(decision.value)).toBe(fits && 100 - one - other)
  })

  test.for<[order: Partial<Order>, prepay_id: string | undefined, outcome: string]>([
    [{ prepay_id: 'wx-1', prepay_time: NOON }, 'wx-1', 'paid'],
    [{ prepay_id: 'wx-1', prepay_time: NOON }, undefined, 'paid'],
    [{ prepay_id: 'wx-1', prepay_time: NOON }, 'wx-2', 'prepay_id_unknown'],
    [{}, 'wx-1', 'prepay_id_unknown'],
    [{ prepay_id: 'wx-1', prepay_time: NOON - 2 * HOUR }, 'wx-1', 'prepay_id_expired'],
    [{ prepay_id: 'wx-1', prepay_time: NOON - 2 * HOUR }, undefined, 'prepay_id_expired'],
  ])('%j with %s: %s', ([order, prepay_id, outcome]) => {
    const decision = pay(anOrder(order), { ...payment, prepay_id })

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
    expect(close(anOrder(), NOON)).toEqual({ ok: true, value: { ...anOrder(), state: 'CLOSED', closed_time: NOON } })
  })

  test.for(['USERPAYING', 'PAYERROR'] as const)('an order that is %s', (state) => {
    expect(close(anOrderThatIs(state), NOON)).toMatchObject({ ok: true, value: { state: 'CLOSED', closed_time: NOON } })
  })

  test.for([
    anOrderThatIs('CLOSED', { closed_time: NOON - 1 }),
    anOrderThatIs('REVOKED'),
    anOrder({ close_time: NOON }),
  ])('a closed order leaves it as it is', (order) => {
    expect(close(order, NOON)).toEqual({ ok: true, value: order })
  })

  test.for(['SUCCESS', 'REFUND'] as const)('an order that is %s is refused', (state) => {
    expect(close(anOrderThatIs(state), NOON)).toEqual({ ok: false, reason: 'already_paid' })
  })
})

describe('ending the time to pay', () => {
  test.for(['NOTPAY', 'USERPAYING'] as const)('of an order that is %s', (state) => {
    const decision = expire(anOrderThatIs(state), NOON)

    if (!decision.ok) throw new Error(decision.reason)
    expect(orderState(decision.value, NOON)).toBe(state)
    expect(pay(decision.value, payment)).toEqual({ ok: false, reason: 'time_is_over' })
  })

  test('that was over already changes nothing', () => {
    const late = anOrder({ time_expire: NOON - 1 })

    expect(expire(late, NOON)).toEqual({ ok: true, value: late })
  })
})

describe('a mark of payments by code', () => {
  test.for(['NOTPAY', 'USERPAYING', 'PAYERROR', 'REVOKED'] as const)('%s is put on an open order', (state) => {
    const marked = { ...anOrderThatIs(state), marks: [{ state, time: NOON }] }
    expect(mark(anOrderThatIs('USERPAYING'), state, NOON)).toEqual({ ok: true, value: marked })
  })

  test('is remembered with its time, the latest hundred', () => {
    let order = anOrder({})
    for (let i = 0; i < 101; i++) {
      const decision = mark(order, 'USERPAYING', NOON + i)
      if (!decision.ok) throw new Error(decision.reason)
      order = decision.value
    }
    expect(order.marks).toHaveLength(100)
    expect(order.marks?.at(-1)).toEqual({ state: 'USERPAYING', time: NOON + 100 })
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
        let order: Order = placed({ prepay_time: NOON })
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
                    ? mark(order, 'USERPAYING', at)
                    : what === 'place'
                      ? place(order, wanted(), at)
                      : refundOrder(order, [], { refund: 1, total: 100, at })
          if (decision.ok) order = 'order' in decision.value ? decision.value.order : decision.value
          const now = orderState(order, at)
          const moves = [
            `${before} ${before}`,
            ...['NOTPAY', 'USERPAYING'].flatMap((open) => [`${open} SUCCESS`, `${open} CLOSED`]),
            'NOTPAY USERPAYING',
            'SUCCESS REFUND',
          ]
          expect(moves).toContain(`${before} ${now}`)
          expect(isPaid(order) && now === 'CLOSED').toBe(false)
          expect(isPaid(order) && order.closed_time !== undefined).toBe(false)
        }
      }),
    )
  })
})

describe('an order that has left its open states', () => {
  const another = wanted({ trade_type: 'APP', request: ['APP', 'B'] })
  const changes: readonly ((order: Order) => { readonly ok: boolean; readonly reason?: string })[] = [
    (order) => place(order, another, NOON),
    (order) => pay(order, payment),
    (order) => expire(order, NOON),
    (order) => mark(order, 'NOTPAY', NOON),
  ]

  test.for<[what: string, order: Order, reason: string]>([
    ['SUCCESS', anOrderThatIs('SUCCESS'), 'already_paid'],
    ['REFUND', anOrderThatIs('REFUND'), 'already_paid'],
    ['CLOSED', anOrderThatIs('CLOSED'), 'closed'],
    ['REVOKED', anOrderThatIs('REVOKED'), 'closed'],
    ['closed by its time', anOrder({ close_time: NOON }), 'closed'],
  ])('is not placed, paid, expired or marked any more: %s', ([, order, reason]) => {
    expect(changes.map((change) => change(order))).toEqual(changes.map(() => ({ ok: false, reason })))
  })
})

describe('whether an order was paid', () => {
  test.for([
    ['SUCCESS', { transaction_id: 'T', success_time: NOON }, true],
    ['REFUND', { transaction_id: 'T', success_time: NOON }, true],
    ['NOTPAY', { transaction_id: 'T', success_time: NOON }, false],
    ['CLOSED', { transaction_id: 'T', success_time: NOON }, false],
    ['SUCCESS', { transaction_id: 'T' }, false],
    ['SUCCESS', { success_time: NOON }, false],
    ['REFUND', { success_time: NOON }, false],
  ] as const)('%s with %j: %s', ([state, members, paid]) => {
    expect(isPaid(anOrder({ state, ...members }))).toBe(paid)
  })
})

test('an order that was seeded without its values is placed with none', () => {
  expect(place(anOrder(), wanted({ request: [] }), NOON)).toMatchObject({ ok: true })
  expect(place(anOrder(), wanted({ request: ['NATIVE'] }), NOON)).toEqual({
    ok: false,
    reason: 'placed_with_other_values',
  })
})

test('an unpaid order has seven days', () => {
  expect(closingTime(NOON)).toBe(NOON + 604_800_000)
})
