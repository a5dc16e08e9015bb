import { describe, expect, test } from 'vitest'
import { type Receiver, type Sending, send } from '../../../../src/products/merchant-coupon/coupon-rules.ts'
import type { Stock } from '../../../../src/products/merchant-coupon/stocks.ts'
import { aStock, aTime, inChina, NOON, UNTIL } from './builders.ts'

const sending: Sending = {
  coupon_code: 'CODE',
  openid: 'oUser',
  send_merchant: '1900000001',
  send_request_no: 'SEND-1',
  receive_time: NOON,
}
const nobody: Receiver = { received: 0, receivedByPerson: 0, suspicious: false }
const TODAY = inChina('2026-11-25T00:00:00')

type Overrides = NonNullable<Parameters<typeof aStock>[0]>
type SendRule = Stock['stock_send_rule']

/** Why a batch hands out no coupon; `undefined` when it does. */
const reasonOf = (stock: Overrides, change: Partial<Sending> = {}, receiver: Partial<Receiver> = {}) => {
  const decision = send(aStock(stock), { ...sending, ...change }, { ...nobody, ...receiver })
  return decision.ok ? undefined : decision.reason
}

const rule = (more: Partial<SendRule>): SendRule => ({ max_coupons: 100, max_coupons_per_user: 1, ...more })
const sent = (total: number, today = 0) => ({ total, day: TODAY, today })

describe('sending', () => {
  test('makes a coupon, and the batch has counted it', () => {
    expect(send(aStock(), sending, nobody)).toEqual({
      ok: true,
      value: {
        stock: aStock({ sent: { total: 1, day: TODAY, today: 1 } }),
        coupon: {
          mchid: '1900000001',
          stock_id: '100088',
          coupon_code: 'CODE',
          state: 'SENDED',
          openid: 'oUser',
          send_merchant: '1900000001',
          send_request_no: 'SEND-1',
          receive_time: NOON,
          available_start_time: NOON,
          expire_time: UNTIL,
          history: [{ event: 'sent', time: NOON, request_no: 'SEND-1' }],
        },
      },
    })
  })

  test.for(['UNAUDIT', 'STOPED', 'PAUSED'] as const)('needs a running batch, not one that is %s', (state) => {
    expect(reasonOf({ state })).toBe('not_running')
  })

  test('goes on until the last millisecond of the batch', () => {
    expect(reasonOf({}, { receive_time: UNTIL - 1 })).toBeUndefined()
    expect(reasonOf({}, { receive_time: UNTIL })).toBe('stock_expired')
  })

  test('is done before the batch begins', () => {
    expect(
      reasonOf({ coupon_use_rule: { coupon_available_time: aTime({ available_begin_time: NOON + 1 }) } }),
    ).toBeUndefined()
  })

  test('passes over who is suspicious only where the batch asks for it', () => {
    expect(reasonOf({}, {}, { suspicious: true })).toBeUndefined()
    expect(reasonOf({ stock_send_rule: rule({ prevent_api_abuse: true }) }, {}, { suspicious: true })).toBe(
      'suspicious',
    )
    expect(reasonOf({ stock_send_rule: rule({ prevent_api_abuse: true }) })).toBeUndefined()
  })

  test('stops at max_coupons', () => {
    expect(reasonOf({ sent: sent(99) })).toBeUndefined()
    expect(reasonOf({ sent: sent(100) })).toBe('budget_used_up')
  })

  test('stops before max_amount is exceeded: 88 fen go 1,136 times into 100,000', () => {
    const stock = (total: number): Overrides => ({
      coupon_use_rule: { fixed_normal_coupon: { discount_amount: 88, transaction_minimum: 100 } },
      stock_send_rule: rule({ max_coupons: 1_000_000, max_amount: 100_000 }),
      sent: sent(total),
    })
    expect(reasonOf(stock(1_135))).toBeUndefined()
    expect(reasonOf(stock(1_136))).toBe('budget_used_up')
  })

  test('does not count the amount of coupons that have none', () => {
    const stock_send_rule = rule({ max_amount: 1, max_amount_by_day: 1 })
    expect(reasonOf({ stock_send_rule })).toBe('budget_used_up')
    expect(reasonOf({ stock_send_rule, coupon_use_rule: { fixed_normal_coupon: undefined } })).toBeUndefined()
  })

  test('stops at max_coupons_by_day until midnight in China', () => {
    const stock = { stock_send_rule: rule({ max_coupons_by_day: 5 }), sent: sent(50, 5) }
    expect(reasonOf({ ...stock, sent: sent(50, 4) })).toBeUndefined()
    expect(reasonOf(stock)).toBe('day_limit')
    expect(reasonOf(stock, { receive_time: inChina('2026-11-25T23:59:59.999') })).toBe('day_limit')
    expect(reasonOf(stock, { receive_time: inChina('2026-11-26T00:00:00') })).toBeUndefined()
  })

  test('stops before max_amount_by_day is exceeded', () => {
    const stock = { stock_send_rule: rule({ max_amount_by_day: 500 }) }
    expect(reasonOf({ ...stock, sent: sent(50, 4) })).toBeUndefined()
    expect(reasonOf({ ...stock, sent: sent(50, 5) })).toBe('day_limit')
  })

  test('gives a user max_coupons_per_user', () => {
    const stock_send_rule = rule({ max_coupons_per_user: 3 })
    expect(reasonOf({ stock_send_rule }, {}, { received: 2, receivedByPerson: 2 })).toBeUndefined()
    expect(reasonOf({ stock_send_rule }, {}, { received: 3, receivedByPerson: 3 })).toBe('user_limit')
  })

  test('counts all accounts of a person only with natural_person_limit', () => {
    const receiver = { received: 1, receivedByPerson: 3 }
    expect(reasonOf({ stock_send_rule: rule({ max_coupons_per_user: 3 }) }, {}, receiver)).toBeUndefined()
    expect(
      reasonOf({ stock_send_rule: rule({ max_coupons_per_user: 3, natural_person_limit: true }) }, {}, receiver),
    ).toBe('person_limit')
    expect(
      reasonOf({ stock_send_rule: rule({ max_coupons_per_user: 4, natural_person_limit: true }) }, {}, receiver),
    ).toBeUndefined()
  })

  test('counts what coupons are worth only where they have a worth', () => {
    const coupon_use_rule = { fixed_normal_coupon: undefined }
    const stock_send_rule = rule({ max_amount_by_day: 1 })
    expect(reasonOf({ coupon_use_rule, stock_send_rule, sent: sent(50, 4) })).toBeUndefined()
  })

  test('needs a code', () => {
    expect(reasonOf({}, { coupon_code: undefined })).toBe('no_code_left')
  })

  test('judges state, end, user, budget, day, limit of the user and of the person, code, in this order', () => {
    const worst: Overrides = {
      state: 'PAUSED',
      stock_send_rule: {
        max_coupons: 1,
        max_coupons_by_day: 1,
        max_coupons_per_user: 1,
        prevent_api_abuse: true,
        natural_person_limit: true,
      },
      sent: { total: 1, day: inChina('2026-12-01T00:00:00'), today: 1 },
    }
    const receiver = { received: 1, receivedByPerson: 2, suspicious: true }
    const mended: [Overrides, Partial<Sending>, Partial<Receiver>][] = [
      [{}, {}, {}],
      [{ state: 'RUNNING' }, {}, {}],
      [{ coupon_use_rule: { coupon_available_time: aTime({ available_end_time: UNTIL + 1 }) } }, {}, {}],
      [{}, {}, { suspicious: false }],
      [{ stock_send_rule: { ...rule({}), max_coupons_by_day: 1, natural_person_limit: true } }, {}, {}],
      [{ stock_send_rule: { ...rule({}), natural_person_limit: true } }, {}, {}],
      [{}, {}, { received: 0 }],
      [{}, {}, { receivedByPerson: 0 }],
    ]
    const reasons = mended.map((_, i) => {
      const [stock, change, who] = mended.slice(0, i + 1).reduce(([a, b, c], [x, y, z]) => [
        { ...a, ...x },
        { ...b, ...y },
        { ...c, ...z },
      ])
      return reasonOf(
        { ...worst, ...stock },
        { receive_time: UNTIL, coupon_code: undefined, ...change },
        { ...receiver, ...who },
      )
    })
    expect(reasons).toEqual([
      'not_running',
      'stock_expired',
      'suspicious',
      'budget_used_up',
      'day_limit',
      'user_limit',
      'person_limit',
      'no_code_left',
    ])
  })

  test('a waiting time beyond the end of the batch leaves a coupon that is never usable', () => {
    const coupon_available_time = aTime({
      available_begin_time: NOON,
      available_end_time: NOON + 1_000,
      available_day_after_receive: 1,
      wait_days_after_receive: 2,
    })
    const decision = send(aStock({ coupon_use_rule: { coupon_available_time } }), sending, nobody)
    expect(decision).toMatchObject({
      value: { coupon: { available_start_time: NOON + 1_000, expire_time: NOON + 1_000 } },
    })
  })
})
