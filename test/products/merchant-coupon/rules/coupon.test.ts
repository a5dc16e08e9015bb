import { describe, expect, test } from 'vitest'
import {
  associate,
  deactivate,
  disassociate,
  giveBack,
  redeem,
  rolesOf,
} from '../../../../src/products/merchant-coupon/coupon-rules.ts'
import { couponState, TRACES, withEvent, without } from '../../../../src/products/merchant-coupon/coupons.ts'
import { aCoupon, aCouponThatIs, aStock, aTime, FROM, inChina, NOON, UNTIL } from './builders.ts'

const order = { out_trade_no: 'ORDER-1', request_no: 'LINK-1', time: NOON }
const link = { associate_out_trade_no: 'ORDER-1', associate_request_no: 'LINK-0', associate_time: NOON - 60_000 }
const use = { mchid: '1900000001', request_no: 'USE-1', time: NOON }
const stock = aStock()

/** The value of an accepted decision; the test fails if it was refused. */
function accepted<Value>(decision: { ok: true; value: Value } | { ok: false; reason: string }): Value {
  if (!decision.ok) throw new Error(`refused: ${decision.reason}`)
  return decision.value
}

describe('the state at an instant', () => {
  test.for([
    ['SENDED', UNTIL - 1, 'SENDED'],
    ['SENDED', UNTIL, 'EXPIRED'],
    ['SENDED', UNTIL + 1, 'EXPIRED'],
    ['SENDED', FROM - 1, 'SENDED'],
    ['USED', UNTIL, 'USED'],
    ['DEACTIVATED', UNTIL, 'DEACTIVATED'],
    ['DELETED', UNTIL, 'DELETED'],
  ] as const)('a coupon that was %s is at %i %s', ([kept, at, state]) => {
    expect(couponState(aCoupon({ state: kept }), at)).toBe(state)
  })
})

describe('the roles of a merchant', () => {
  const partner = aStock({ mchid: 'partner', belong_merchant: 'owner' })
  const coupon = aCoupon({ mchid: 'partner', send_merchant: 'sender' })

  test.for([
    ['partner', ['creator']],
    ['owner', ['owner']],
    ['sender', ['sender']],
    ['stranger', []],
  ] as const)('%s is %j', ([mchid, roles]) => {
    expect(rolesOf(mchid, partner, coupon)).toEqual(roles)
  })

  test('a direct merchant has all three', () => {
    expect(rolesOf('1900000001', aStock(), aCoupon())).toEqual(['creator', 'owner', 'sender'])
  })
})

describe('each call in each state (busifavor.md 2.2)', () => {
  const command = { mchid: '1900000001', request_no: 'R-2', time: NOON }
  const REASONS = {
    associate: ['accepted', 'not_usable', 'not_usable', 'not_usable', 'not_usable'],
    disassociate: ['accepted', 'not_usable', 'not_usable', 'not_usable', 'not_usable'],
    redeem: ['accepted', 'already_used', 'outside_its_time', 'deactivated', 'deleted'],
    giveBack: ['not_used', 'accepted', 'not_used', 'not_used', 'deleted'],
    deactivate: ['accepted', 'not_usable', 'not_usable', 'not_usable', 'deleted'],
  }

  test.for(['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'] as const)('%s', (state) => {
    const coupon = aCouponThatIs(state, link)
    const decisions = {
      associate: associate(coupon, order, true),
      disassociate: disassociate(coupon, order),
      redeem: redeem(coupon, stock, command),
      giveBack: giveBack(coupon, command),
      deactivate: deactivate(coupon, command),
    }
    const reasons = Object.entries(decisions).map(([call, decision]) => [
      call,
      decision.ok ? 'accepted' : decision.reason,
    ])
    const at = ['SENDED', 'USED', 'EXPIRED', 'DEACTIVATED', 'DELETED'].indexOf(state)
    expect(Object.fromEntries(reasons)).toEqual(
      Object.fromEntries(Object.entries(REASONS).map(([call, all]) => [call, all[at]])),
    )
  })
})

describe('associating', () => {
  test('links the coupon to the order and remembers it', () => {
    const linked = accepted(associate(aCoupon(), order, true))

    expect(linked).toEqual({
      ...aCoupon(),
      associate_out_trade_no: 'ORDER-1',
      associate_request_no: 'LINK-1',
      associate_time: NOON,
      history: [{ event: 'associated', ...order }],
    })
  })

  test.for(['LINK-0', 'LINK-1'])('the same order again, number %s, keeps the first link', (request_no) => {
    const linked = aCoupon(link)

    expect(associate(linked, { ...order, request_no }, true)).toEqual({ ok: true, value: linked })
  })

  test('another order is refused while the coupon is linked', () => {
    expect(associate(aCoupon(link), { ...order, out_trade_no: 'ORDER-2' }, true)).toEqual({
      ok: false,
      reason: 'linked_to_other_order',
    })
  })

  test('state is judged before order, and order before link', () => {
    const other = { ...order, out_trade_no: 'ORDER-2' }

    expect(associate(aCouponThatIs('USED', link), other, false)).toMatchObject({ reason: 'not_usable' })
    expect(associate(aCoupon(link), other, false)).toMatchObject({ reason: 'order_unknown' })
    expect(associate(aCoupon(link), order, false)).toMatchObject({ reason: 'order_unknown' })
  })
})

describe('disassociating', () => {
  test('removes the link and remembers it', () => {
    const coupon = accepted(disassociate(aCoupon(link), order))

    expect(coupon).toEqual({ ...aCoupon(), history: [{ event: 'disassociated', ...order }] })
    expect(Object.keys(coupon)).toEqual(Object.keys(aCoupon()))
  })

  test.for([
    ['no order', aCoupon()],
    ['another order', aCoupon({ ...link, associate_out_trade_no: 'ORDER-2' })],
  ] as const)('a coupon that is linked to %s is refused', ([, coupon]) => {
    expect(disassociate(coupon, order)).toEqual({ ok: false, reason: 'not_linked' })
  })
})

describe('redeeming', () => {
  test('uses the coupon at the time of the server and remembers it', () => {
    expect(redeem(aCoupon(), stock, use)).toEqual({
      ok: true,
      value: {
        ...aCoupon(),
        state: 'USED',
        use_request_no: 'USE-1',
        use_time: NOON,
        use_merchant: '1900000001',
        history: [{ event: 'used', time: NOON, request_no: 'USE-1' }],
      },
    })
  })

  test.for([
    [FROM - 1, 'outside_its_time'],
    [FROM, undefined],
    [UNTIL - 1, undefined],
    [UNTIL, 'outside_its_time'],
  ] as const)('its time begins and ends at an instant: %i %s', ([at, reason]) => {
    const decision = redeem(aCoupon(), stock, { ...use, time: at })

    expect(decision.ok ? undefined : decision.reason).toBe(reason)
  })

  test('the windows of the batch have to be open', () => {
    const sundays = aStock({ coupon_use_rule: { coupon_available_time: aTime({ available_week: { week_day: [0] } }) } })

    expect(redeem(aCoupon(), sundays, use)).toEqual({ ok: false, reason: 'outside_its_time' })
    expect(redeem(aCoupon(), sundays, { ...use, time: inChina('2026-11-29T12:00:00') }).ok).toBe(true)
  })

  test('the number that redeemed it is accepted again and changes nothing, even after its time', () => {
    const used = accepted(redeem(aCoupon(), stock, use))

    expect(redeem(used, stock, { ...use, time: NOON + 1 })).toEqual({ ok: true, value: used })
    expect(redeem(used, stock, { ...use, time: UNTIL + 1 })).toEqual({ ok: true, value: used })
  })

  test('a used coupon without a known redemption is not redeemed again', () => {
    expect(redeem(aCoupon({ state: 'USED' }), stock, use)).toEqual({ ok: false, reason: 'already_used' })
  })

  test.for(['SENDED', 'DELETED'] as const)('another user is refused first, also when the coupon is %s', (state) => {
    expect(redeem(aCouponThatIs(state), stock, { ...use, openid: 'oTest-2' })).toEqual({
      ok: false,
      reason: 'held_by_another_user',
    })
  })

  test('a link to an order stays', () => {
    expect(accepted(redeem(aCoupon(link), stock, use))).toMatchObject(link)
  })
})

describe('the history', () => {
  test('keeps the latest events, oldest first', () => {
    let coupon = aCoupon()
    for (let i = 0; i < 105; i++) coupon = withEvent(coupon, { event: 'set', time: i })

    expect(coupon.history).toHaveLength(100)
    expect(coupon.history[0]?.time).toBe(5)
    expect(coupon.history.at(-1)?.time).toBe(104)
  })

  test('of the old coupon is left alone', () => {
    const before = aCoupon({ history: [{ event: 'sent', time: FROM }] })
    withEvent(before, { event: 'used', time: NOON })

    expect(before.history).toEqual([{ event: 'sent', time: FROM }])
  })
})

describe('giving back', () => {
  const back = { mchid: '1900000001', request_no: 'BACK-1', time: NOON }

  test('makes a redeemed coupon usable again and keeps its link', () => {
    const coupon = aCouponThatIs('USED', link)

    expect(accepted(giveBack(coupon, back))).toEqual({
      ...without(coupon, TRACES.use),
      state: 'SENDED',
      return_request_no: 'BACK-1',
      return_time: NOON,
      return_merchant: back.mchid,
      history: [{ event: 'returned', time: NOON, request_no: 'BACK-1' }],
    })
  })

  test('after its end the coupon is expired', () => {
    const coupon = accepted(giveBack(aCouponThatIs('USED'), { ...back, time: UNTIL }))

    expect(couponState(coupon, UNTIL)).toBe('EXPIRED')
    expect(couponState(coupon, UNTIL - 1)).toBe('SENDED')
  })

  test('the number that gave it back may be repeated', () => {
    const coupon = accepted(giveBack(aCouponThatIs('USED'), back))

    expect(accepted(giveBack(coupon, { ...back, time: NOON + 1_000 }))).toEqual(coupon)
    expect(giveBack(coupon, { ...back, request_no: 'BACK-2' })).toEqual({ ok: false, reason: 'not_used' })
  })
})

describe('making void', () => {
  const stop = { mchid: '1900000001', request_no: 'STOP-1', time: NOON }

  test('ends a coupon, with the reason that was given, and keeps its link', () => {
    const coupon = aCoupon(link)

    expect(accepted(deactivate(coupon, { ...stop, reason: '发错了' }))).toEqual({
      ...coupon,
      state: 'DEACTIVATED',
      deactivate_request_no: 'STOP-1',
      deactivate_time: NOON,
      deactivate_merchant: '1900000001',
      deactivate_reason: '发错了',
      history: [{ event: 'deactivated', time: NOON, request_no: 'STOP-1' }],
    })
  })

  test('has no member for a reason that was not given', () => {
    expect(accepted(deactivate(aCoupon(), stop))).not.toHaveProperty('deactivate_reason')
  })

  test('the number that did it may be repeated, another not', () => {
    const coupon = accepted(deactivate(aCoupon(), stop))

    expect(accepted(deactivate(coupon, { ...stop, time: NOON + 1_000 }))).toEqual(coupon)
    expect(deactivate(coupon, { ...stop, request_no: 'STOP-2' })).toEqual({ ok: false, reason: 'not_usable' })
    expect(deactivate(coupon, { ...stop, mchid: '1900000002' })).toEqual({ ok: false, reason: 'not_usable' })
  })

  test('the number repeats nothing while the coupon is not void, whatever it remembers', () => {
    const usable = aCoupon({ deactivate_request_no: stop.request_no, deactivate_merchant: stop.mchid })

    expect(accepted(deactivate(usable, stop)).state).toBe('DEACTIVATED')
  })
})
