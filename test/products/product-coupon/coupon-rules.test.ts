import { describe, expect, test } from 'vitest'
import { confirm, deactivate, giveBack, use } from '../../../src/products/product-coupon/coupon-rules.ts'
import type { CouponState, UserCoupon } from '../../../src/products/product-coupon/user-coupons.ts'

const NOW = Date.parse('2026-11-25T12:00:00+08:00')
const DAY = 86_400_000

const coupon = (changes: Partial<UserCoupon> = {}): UserCoupon => ({
  mchid: '1900000001',
  brand_id: '40001',
  product_coupon_id: 'P',
  stock_id: 'S',
  coupon_code: 'C',
  appid: 'wx8888888888888888',
  openid: 'oUser',
  unionid: 'uUser',
  send_request_no: 'SEND_1',
  send_channel: 'API',
  receive_time: NOW - DAY,
  valid_begin_time: NOW - DAY,
  valid_end_time: NOW + DAY,
  confirm_time: NOW - DAY,
  ...changes,
})

const used = { use_request_no: 'USE_1', use_time: NOW - 1 }

const IN_STATE: Record<CouponState, Partial<UserCoupon>> = {
  CONFIRMING: { confirm_time: undefined },
  PENDING: { valid_begin_time: NOW + 1 },
  EFFECTIVE: {},
  USED: { usage: used },
  EXPIRED: { valid_end_time: NOW },
  DELETED: { delete_time: NOW - 1 },
  DEACTIVATED: { deactivate_time: NOW - 1 },
}

const command = { request_no: 'NEW', at: NOW }
const period = { available_begin_time: NOW - DAY, available_end_time: NOW + DAY }
const toUse = { use_request_no: 'NEW', use_time: NOW, at: NOW }

const CALLS = {
  confirm: (one: UserCoupon) => confirm(one, command),
  use: (one: UserCoupon) => use(one, { period, bundle: [one] }, toUse),
  return: (one: UserCoupon) => giveBack(one, [one], command),
  deactivate: (one: UserCoupon) => deactivate(one, { ...command, reason: 'R' }),
}

// product-coupon.md 3, with the errors of the official pages.
test.for([
  ['CONFIRMING', 'yes', 'not_usable', 'wrong_state', 'yes'],
  ['PENDING', 'wrong_state', 'not_now', 'wrong_state', 'yes'],
  ['EFFECTIVE', 'wrong_state', 'yes', 'usable', 'yes'],
  ['USED', 'wrong_state', 'already_used', 'yes', 'wrong_state'],
  ['EXPIRED', 'expired', 'expired', 'expired', 'expired'],
  ['DELETED', 'deleted', 'deleted', 'deleted', 'deleted'],
  ['DEACTIVATED', 'wrong_state', 'not_usable', 'wrong_state', 'wrong_state'],
] as const)('of a coupon that is %s: confirm %s, use %s, return %s, deactivate %s', ([state, ...expected]) => {
  const decided = Object.values(CALLS).map((decide) => {
    const decision = decide(coupon(IN_STATE[state]))
    return decision.ok ? 'yes' : decision.reason
  })

  expect(decided).toEqual(expected)
})

test('the number that did it finds it done', () => {
  const one = coupon({
    confirm_request_no: 'NEW',
    deactivate_request_no: 'NEW',
    usage: { ...used, use_request_no: 'NEW', return_request_no: 'NEW' },
  })

  expect(Object.values(CALLS).map((decide) => decide(one))).toEqual(Array(4).fill({ ok: true, value: one }))
})

test.for([
  ['before its time', { use_time: NOW - DAY - 1 }, 'not_now'],
  ['at its beginning', { use_time: NOW - DAY }, true],
  ['at its end', { use_time: NOW + DAY }, 'not_now'],
] as const)('use_time %s', ([, changes, expected]) => {
  const decision = use(coupon(), { period, bundle: [] }, { ...toUse, ...changes })

  expect(decision.ok || decision.reason).toBe(expected)
})

test('a coupon cannot be returned once its time is over', () => {
  expect(giveBack(coupon({ usage: used, valid_end_time: NOW }), [], command)).toEqual({ ok: false, reason: 'expired' })
})

describe('a bundle', () => {
  // Codes may be the same in two batches.
  const of = (...usages: readonly UserCoupon['usage'][]) =>
    usages.map((usage, i) => coupon({ stock_id: `S${i}`, user_coupon_bundle_index: i, ...(usage && { usage }) }))
  const yesterday = { ...used, use_time: Date.parse('2026-11-24T23:59:59+08:00') }
  const returned = { ...used, return_request_no: 'R', return_time: NOW - 1 }

  test.for([
    ['first', of(undefined, undefined), 0, undefined, true],
    ['second before the first', of(undefined, undefined), 1, undefined, 'out_of_turn'],
    ['second', of(used, undefined), 1, undefined, true],
    ['second after the first was returned', of(returned, undefined), 1, undefined, 'out_of_turn'],
    ['second on the same day', of(used, undefined), 1, 1, 'out_of_turn'],
    ['second on the next natural day', of(yesterday, undefined), 1, 1, true],
    ['second a day early', of(yesterday, undefined), 1, 2, 'out_of_turn'],
    ['third, with the second left out', of(used, undefined, undefined), 2, undefined, 'out_of_turn'],
  ] as const)('is used in turn: %s', ([, bundle, i, interval_days, expected]) => {
    const decision = use(bundle[i] ?? coupon(), { period, bundle, interval_days }, toUse)

    expect(decision.ok || decision.reason).toBe(expected)
  })

  test.for([
    [of(used, used, undefined), 1, true],
    [of(used, used, undefined), 0, 'not_the_last'],
    [of(used, returned, undefined), 0, true],
  ] as const)('is returned from its end: %#', ([bundle, i, expected]) => {
    const decision = giveBack(bundle[i] ?? coupon(), bundle, command)

    expect(decision.ok || decision.reason).toBe(expected)
  })
})
