import { describe, expect, test } from 'vitest'
import { stepsOf } from '../../../../src/products/merchant-coupon/coupon-rules.ts'
import type { Coupon, CouponEvent } from '../../../../src/products/merchant-coupon/coupons.ts'
import { aCoupon, FROM, NOON, UNTIL } from './builders.ts'

const sent: CouponEvent = { event: 'sent', time: FROM }

/** The steps of a coupon in short, seen at an instant. */
const shown = (overrides: Partial<Coupon>, now = NOON) =>
  stepsOf(aCoupon(overrides), now).map(
    ({ event, state_before, state_after }) => `${event}: ${state_before ?? ''} → ${state_after}`,
  )

describe('the steps of a coupon', () => {
  test('go from state to state', () => {
    const history: CouponEvent[] = [
      sent,
      { event: 'associated', time: NOON },
      { event: 'used', time: NOON },
      { event: 'returned', time: NOON },
      { event: 'deactivated', time: NOON },
    ]
    expect(shown({ state: 'DEACTIVATED', history })).toEqual([
      'sent:  → SENDED',
      'associated: SENDED → SENDED',
      'used: SENDED → USED',
      'returned: USED → SENDED',
      'deactivated: SENDED → DEACTIVATED',
    ])
  })

  test('have the end of its time among them, at its instant', () => {
    expect(stepsOf(aCoupon({ history: [sent] }), UNTIL - 1)).toHaveLength(1)
    expect(stepsOf(aCoupon({ history: [sent] }), UNTIL).at(-1)).toEqual({
      event: 'expired',
      time: UNTIL,
      state_before: 'SENDED',
      state_after: 'EXPIRED',
    })
  })

  test('lead from used to expired where it is given back after its time', () => {
    const history: CouponEvent[] = [sent, { event: 'used', time: NOON }, { event: 'returned', time: UNTIL + 1 }]
    expect(shown({ history }, UNTIL + 1).at(-1)).toBe('returned: USED → EXPIRED')
  })

  test('have what was set by hand as it was recorded', () => {
    const history: CouponEvent[] = [
      sent,
      { event: 'set', time: NOON, state_before: 'SENDED', state_after: 'EXPIRED' },
      { event: 'set', time: NOON + 1, state_before: 'EXPIRED', state_after: 'USED' },
    ]
    expect(shown({ state: 'USED', history, expire_time: NOON })).toEqual([
      'sent:  → SENDED',
      'set: SENDED → EXPIRED',
      'set: EXPIRED → USED',
    ])
  })

  test('know of an end of its time that was moved since, by what was set', () => {
    const history: CouponEvent[] = [sent, { event: 'set', time: NOON, state_before: 'EXPIRED', state_after: 'SENDED' }]
    expect(shown({ history })).toEqual(['sent:  → SENDED', 'set: EXPIRED → SENDED'])
  })

  test('have an end of its time between two events', () => {
    const history: CouponEvent[] = [
      sent,
      { event: 'set', time: UNTIL + 1, state_before: 'EXPIRED', state_after: 'DEACTIVATED' },
    ]
    expect(shown({ state: 'DEACTIVATED', history }, UNTIL + 1)).toEqual([
      'sent:  → SENDED',
      'expired: SENDED → EXPIRED',
      'set: EXPIRED → DEACTIVATED',
    ])
  })
})
