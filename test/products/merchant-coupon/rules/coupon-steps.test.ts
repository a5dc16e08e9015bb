import { describe, expect, test } from 'vitest'
import { type Coupon, type CouponEvent, stepsOf } from '../../../../src/products/merchant-coupon/coupon-rules.ts'

import { aCoupon, FROM, NOON, UNTIL } from './builders.ts'

const sent: CouponEvent = { event: 'sent', at: FROM }

/** The steps of a coupon in short, seen at an instant. */
const shown = (overrides: Partial<Coupon>, now = NOON) =>
  stepsOf(aCoupon(overrides), now).map(({ event, before, after }) => `${event}: ${before ?? ''} → ${after}`)

describe('the steps of a coupon', () => {
  test('go from state to state', () => {
    const history: CouponEvent[] = [
      sent,
      { event: 'associated', at: NOON },
      { event: 'used', at: NOON },
      { event: 'returned', at: NOON },
      { event: 'deactivated', at: NOON },
    ]
    expect(shown({ status: 'deactivated', history })).toEqual([
      'sent:  → sended',
      'associated: sended → sended',
      'used: sended → used',
      'returned: used → sended',
      'deactivated: sended → deactivated',
    ])
  })

  test('have the end of its time among them, at its instant', () => {
    expect(stepsOf(aCoupon({ history: [sent] }), UNTIL - 1)).toHaveLength(1)
    expect(stepsOf(aCoupon({ history: [sent] }), UNTIL).at(-1)).toEqual({
      event: 'expired',
      at: UNTIL,
      before: 'sended',
      after: 'expired',
    })
  })

  test('lead from used to expired where it is given back after its time', () => {
    const history: CouponEvent[] = [sent, { event: 'used', at: NOON }, { event: 'returned', at: UNTIL + 1 }]
    expect(shown({ history }, UNTIL + 1).at(-1)).toBe('returned: used → expired')
  })

  test('have what was set by hand as it was recorded', () => {
    const history: CouponEvent[] = [
      sent,
      { event: 'set', at: NOON, before: 'sended', after: 'expired' },
      { event: 'set', at: NOON + 1, before: 'expired', after: 'used' },
    ]
    expect(shown({ status: 'used', history, expiresAt: NOON })).toEqual([
      'sent:  → sended',
      'set: sended → expired',
      'set: expired → used',
    ])
  })

  test('know of an end of its time that was moved since, by what was set', () => {
    const history: CouponEvent[] = [sent, { event: 'set', at: NOON, before: 'expired', after: 'sended' }]
    expect(shown({ history })).toEqual(['sent:  → sended', 'set: expired → sended'])
  })

  test('have an end of its time between two events', () => {
    const history: CouponEvent[] = [sent, { event: 'set', at: UNTIL + 1, before: 'expired', after: 'deactivated' }]
    expect(shown({ status: 'deactivated', history }, UNTIL + 1)).toEqual([
      'sent:  → sended',
      'expired: sended → expired',
      'set: expired → deactivated',
    ])
  })
})
