import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  close,
  expire,
  isPaid,
  isPrepayIdAlive,
  type Order,
  orderState,
  type PlacedOrder,
  pay,
  place,
  UNPAID_ORDER_LIFE_MS,
} from '../../../../src/products/payment/rules/order.ts'
import { refundOrder } from '../../../../src/products/payment/rules/refund.ts'
import { anOrder, anOrderThatIs, NOON } from '../../merchant-coupon/rules/builders.ts'

const HOUR = 3_600_000
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

describe('the state at an instant', () => {
  test.for([
    ['notpay', 0, 'notpay'],
    ['notpay', HOUR - 1, 'notpay'],
    ['notpay', HOUR, 'closed'],
    ['success', HOUR, 'success'],
    ['refund', HOUR, 'refund'],
    ['closed', 0, 'closed'],
  ] as const)('an order that was %s is %i ms after noon %s', ([state, after, shown]) => {
    expect(orderState(anOrderThatIs(state), NOON + after)).toBe(shown)
  })
})

describe('a prepay_id', () => {
  test.for([
    [2 * HOUR - 1, true],
    [2 * HOUR, false],
  ] as const)('is %i ms old: it lives, %s', ([age, alive]) => {
    expect(isPrepayIdAlive(placed({ prepayIdAt: NOON - age }), NOON)).toBe(alive)
  })

  test('without a time lives for ever, and what is not there does not live', () => {
    expect(isPrepayIdAlive(anOrder({ prepayId: 'wx' }), NOON)).toBe(true)
    expect(isPrepayIdAlive(anOrder(), NOON)).toBe(false)
  })
})

describe('placing', () => {
  test('makes an order', () => {
    expect(place(undefined, wanted(), NOON)).toEqual({ ok: true, value: wanted() })
  })

  test('again with the same values keeps the order as it is', () => {
    expect(place(placed(), wanted(), NOON)).toEqual({ ok: true, value: placed() })
  })

  test('again after two hours gives the order a new prepay_id, and nothing else', () => {
    const old = placed({ prepayIdAt: NOON - 2 * HOUR })

    expect(place(old, wanted({ totalFen: 5 }), NOON)).toEqual({
      ok: true,
      value: { ...old, prepayId: 'wx-new', prepayIdAt: NOON },
    })
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
  ] as const)('an order that is %s again is refused: %s', ([state, reason]) => {
    expect(place(anOrderThatIs(state), wanted({ request: ['app', 'B'] }), NOON)).toEqual({ ok: false, reason })
  })

  test('an order whose time has run out again is refused', () => {
    expect(place(placed({ closesAt: NOON }), wanted(), NOON)).toEqual({ ok: false, reason: 'closed' })
  })

  test.for([
    [0, false],
    [1, true],
  ] as const)('an order that closes %i ms later: %s', ([later, ok]) => {
    expect(place(undefined, wanted({ closesAt: NOON + later }), NOON).ok).toBe(ok)
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
  ] as const)('an order that is %s is refused: %s', ([state, reason]) => {
    expect(pay(anOrderThatIs(state), payment)).toEqual({ ok: false, reason })
  })

  test('an order whose time has run out is refused', () => {
    expect(pay(anOrder({ closesAt: NOON }), payment)).toEqual({ ok: false, reason: 'closed' })
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

  test.for([anOrderThatIs('closed', { closedAt: NOON - 1 }), anOrder({ closesAt: NOON })])(
    'a closed order leaves it as it is',
    (order) => {
      expect(close(order, NOON)).toEqual({ ok: true, value: order })
    },
  )

  test.for(['success', 'refund'] as const)('an order that is %s is refused', (state) => {
    expect(close(anOrderThatIs(state), NOON)).toEqual({ ok: false, reason: 'already_paid' })
  })
})

describe('letting the time run out', () => {
  test.for([
    ['notpay', undefined],
    ['success', 'already_paid'],
    ['refund', 'already_paid'],
    ['closed', 'closed'],
  ] as const)('of an order that is %s: %s', ([state, reason]) => {
    const decision = expire(anOrderThatIs(state), NOON)

    expect(decision.ok ? undefined : decision.reason).toBe(reason)
    if (decision.ok) expect(orderState(decision.value, NOON)).toBe('closed')
  })
})

describe('whatever is done to an order', () => {
  const step = fc.record({
    do: fc.constantFrom('pay', 'close', 'expire', 'place', 'refund'),
    after: fc.constantFrom(0, 1, HOUR / 2, HOUR, 3 * HOUR),
  })

  test('it moves along notpay → success → refund or notpay → closed, and is never both paid and closed', () => {
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
                  : what === 'place'
                    ? place(order, wanted(), at)
                    : refundOrder(order, [], { refundFen: 1, totalFen: 100, at })
          if (decision.ok) order = decision.value
          const now = orderState(order, at)
          expect([`${before} ${before}`, 'notpay success', 'notpay closed', 'success refund']).toContain(
            `${before} ${now}`,
          )
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

test('why an order is not placed or paid has its name', () => {
  expect(place(undefined, wanted({ closesAt: NOON }), NOON)).toEqual({ ok: false, reason: 'closes_in_the_past' })
  expect(UNPAID_ORDER_LIFE_MS).toBe(604_800_000)
})
