import { describe, expect, test } from 'vitest'
import {
  aYearAfter,
  type BudgetChange,
  changeBudget,
  checkUse,
  checkValidity,
  MOST_COUPONS,
  modify,
  mostCoupons,
  type StockChange,
  sentOnDayOf,
  stockIdPrefix,
  withCodeCounted,
  withCodeDispatched,
  withCodeGone,
  withCouponCounted,
} from '../../../../src/products/merchant-coupon/stock-rules.ts'
import type { AvailableTime, Stock } from '../../../../src/products/merchant-coupon/stocks.ts'
import { aStock, aTime, FROM, inChina, NOON, UNTIL } from './builders.ts'

const SECOND = 1_000

describe('the times of a batch', () => {
  const until = (text: string) => ({ available_end_time: inChina(text) })
  type Window = readonly [begin_time: number, end_time: number]
  const windows = (all: readonly Window[]) => all.map(([begin_time, end_time]) => ({ begin_time, end_time }))
  const week = (week_day: number[], ...hours: readonly Window[]) => ({
    available_week: { week_day, available_day_time: windows(hours) },
  })
  const periods = (...all: readonly Window[]) => ({ irregulary_avaliable_time: windows(all) })

  test.for<[string, Partial<AvailableTime>]>([
    ['only the two ends', {}],
    ['a second long', { available_end_time: FROM + SECOND }],
    ['a year long', until('2027-11-01T00:00:00')],
    ['days of use', { available_day_after_receive: 3 }],
    ['days of waiting with days of use', { available_day_after_receive: 3, wait_days_after_receive: 7 }],
    ['weekdays without hours', week([0, 6])],
    ['hours of weekdays', week([1], [0, 0])],
    ['neither weekdays nor hours', week([])],
    ['a window of one second', periods([NOON, NOON])],
  ])('%s', ([, times]) => {
    expect(checkValidity(aTime(times))).toEqual({ ok: true, value: aTime(times) })
  })

  test.for<[string, string, Partial<AvailableTime>]>([
    ['ends_before_it_begins', 'no time at all', { available_end_time: FROM }],
    ['ends_before_it_begins', 'backwards', { available_end_time: FROM - SECOND }],
    ['longer_than_a_year', 'a second more than a year', until('2027-11-01T00:00:01')],
    ['waits_without_days', 'days of waiting alone', { wait_days_after_receive: 7 }],
    ['waits_without_days', 'waiting, then seconds', { wait_days_after_receive: 7, available_second_after_receive: 60 }],
    ['hours_without_weekdays', 'hours alone', week([], [0, 3_600])],
    ['window_ends_before_it_begins', 'hours backwards', week([1], [3_600, 3_599])],
    ['window_ends_before_it_begins', 'hours backwards beside others', week([1], [0, 1], [3_600, 3_599])],
    ['window_ends_before_it_begins', 'a window backwards', periods([NOON, NOON - SECOND])],
    ['window_ends_before_it_begins', 'a window backwards beside another', periods([NOON, NOON], [NOON, NOON - SECOND])],
  ])('are refused as %s: %s', ([reason, , times]) => {
    expect(checkValidity(aTime(times))).toEqual({ ok: false, reason })
  })

  test.for([
    ['2026-11-25T12:00:00', '2027-11-25T12:00:00'],
    ['2027-12-31T23:59:59', '2028-12-31T23:59:59'],
    ['2024-02-28T00:00:00', '2025-02-28T00:00:00'],
    ['2024-02-29T00:00:00', '2025-03-01T00:00:00'],
    ['2023-03-01T00:00:00', '2024-03-01T00:00:00'],
  ] as const)('a year after %s is %s', ([at, then]) => {
    expect(aYearAfter(inChina(at))).toBe(inChina(then))
  })
})

describe('the way a batch is used', () => {
  test.for<[string, Parameters<typeof checkUse>[0]]>([
    ['in shops', { use_method: 'OFF_LINE' }],
    ['with the pay code', { use_method: 'PAYMENT_CODE' }],
    ['in shops, with a mini program that is named for nothing', { use_method: 'OFF_LINE', mini_programs_appid: 'wx1' }],
    ['in a mini program', { use_method: 'MINI_PROGRAMS', mini_programs_appid: 'wx1', mini_programs_path: '/a' }],
  ])('%s', ([, use]) => {
    expect(checkUse(use)).toEqual({ ok: true })
  })

  test.for<[string, Parameters<typeof checkUse>[0]]>([
    ['use_method_not_open', { use_method: 'SELF_CONSUME' }],
    ['mini_program_missing', { use_method: 'MINI_PROGRAMS' }],
    ['mini_program_missing', { use_method: 'MINI_PROGRAMS', mini_programs_appid: 'wx1' }],
    ['mini_program_missing', { use_method: 'MINI_PROGRAMS', mini_programs_path: '/a' }],
  ])('is refused as %s: %j', ([reason, use]) => {
    expect(checkUse(use)).toEqual({ ok: false, reason })
  })
})

describe('modifying a batch', () => {
  const stock = aStock({
    comment: '旧',
    display_pattern_info: { description: '旧', background_color: 'Color010' },
    custom_entrance: { hall_id: '1', appid: 'wx1' },
    coupon_use_rule: { mini_programs_appid: 'wx1' },
    stock_send_rule: { max_coupons: 100, max_coupons_per_user: 1, natural_person_limit: true, prevent_api_abuse: true },
  })

  test.for<[string, StockChange, Partial<Stock>]>([
    ['nothing', {}, {}],
    [
      'one member of what is shown',
      { display_pattern_info: { description: '新' } },
      { display_pattern_info: { description: '新', background_color: 'Color010' } },
    ],
    [
      'one member of the entrance',
      { custom_entrance: { hall_id: '2' } },
      { custom_entrance: { hall_id: '2', appid: 'wx1' } },
    ],
    [
      'whether abuse is prevented',
      { stock_send_rule: { prevent_api_abuse: false } },
      { stock_send_rule: { ...stock.stock_send_rule, prevent_api_abuse: undefined } },
    ],
    ['a subsidy, from no to yes', { subsidy: true }, { subsidy: true }],
    ['a subsidy, from no to no', { subsidy: false }, {}],
    [
      'its use, with a part of the mini program that it has',
      { coupon_use_rule: { use_method: 'MINI_PROGRAMS', mini_programs_path: '/a' } },
      {
        coupon_use_rule: {
          ...stock.coupon_use_rule,
          use_method: 'MINI_PROGRAMS',
          mini_programs_appid: 'wx1',
          mini_programs_path: '/a',
        },
      },
    ],
  ])('changes %s', ([, change, changed]) => {
    expect(modify(stock, change, NOON)).toEqual({ ok: true, value: { ...stock, ...changed } })
  })

  test('is possible until the last millisecond', () => {
    expect(modify(stock, { comment: '新' }, UNTIL - 1)).toMatchObject({ ok: true })
    expect(modify(stock, { comment: '新' }, UNTIL)).toEqual({ ok: false, reason: 'ended' })
  })

  test('does not take a subsidy back', () => {
    expect(modify({ ...stock, subsidy: true }, { subsidy: false }, NOON)).toEqual({
      ok: false,
      reason: 'subsidy_stays',
    })
    expect(modify({ ...stock, subsidy: true }, { subsidy: true }, NOON)).toMatchObject({ ok: true })
  })

  test('does not make it used in a way that is not open, or not complete', () => {
    expect(modify(stock, { coupon_use_rule: { use_method: 'SELF_CONSUME' } }, NOON)).toEqual({
      ok: false,
      reason: 'use_method_not_open',
    })
    expect(modify(stock, { coupon_use_rule: { use_method: 'MINI_PROGRAMS' } }, NOON)).toEqual({
      ok: false,
      reason: 'mini_program_missing',
    })
  })

  test('puts members of members over those that are there', () => {
    const words = { entrance_words: '欢迎', guiding_words: '更多' }
    const info = { mini_programs_appid: 'wx1', mini_programs_path: '/a', ...words }
    const opening = aStock({ custom_entrance: { hall_id: '1', mini_programs_info: info } })

    expect(
      modify(opening, { custom_entrance: { mini_programs_info: { mini_programs_path: '/b' } } }, NOON),
    ).toMatchObject({
      value: { custom_entrance: { hall_id: '1', mini_programs_info: { ...info, mini_programs_path: '/b' } } },
    })
  })

  test.for(['mini_programs_appid', 'mini_programs_path', 'entrance_words'])(
    'does not make an entrance that lacks %s',
    (lacking) => {
      const whole = { mini_programs_appid: 'wx1', mini_programs_path: '/a', entrance_words: '欢迎' }
      const { [lacking as keyof typeof whole]: _, ...mini_programs_info } = whole

      expect(modify(stock, { custom_entrance: { mini_programs_info } }, NOON)).toEqual({
        ok: false,
        reason: 'entrance_incomplete',
      })
      expect(modify(stock, { custom_entrance: { mini_programs_info: whole } }, NOON)).toMatchObject({ ok: true })
    },
  )

  test('leaves a use alone that it does not change', () => {
    const selfService = aStock({ coupon_use_rule: { use_method: 'SELF_CONSUME' } })

    expect(modify(selfService, { comment: '新' }, NOON)).toMatchObject({ ok: true })
  })
})

describe('changing the budget', () => {
  const limited = aStock({
    stock_send_rule: { max_coupons: 500, max_coupons_per_user: 1, max_coupons_by_day: 300 },
    sent: { total: 40, day: inChina('2026-11-25T00:00:00'), today: 7 },
  })
  const unlimited = aStock({ sent: limited.sent })
  const byDay = (current: number | undefined) => ({ limit: 'max_coupons_by_day', current }) as const

  test.for<[string, Stock, BudgetChange, Partial<Stock['stock_send_rule']>]>([
    ['up', limited, { limit: 'max_coupons', current: 500, target: 3_000 }, { max_coupons: 3_000 }],
    ['down to what was sent', limited, { limit: 'max_coupons', current: 500, target: 40 }, { max_coupons: 40 }],
    ['a day, up', limited, { limit: 'max_coupons_by_day', current: 300, target: 500 }, { max_coupons_by_day: 500 }],
    ['a day, down to what was sent', limited, { ...byDay(300), target: 7 }, { max_coupons_by_day: 7 }],
    ['a day, for the first time', unlimited, { ...byDay(undefined), target: 7 }, { max_coupons_by_day: 7 }],
    ['to what it is', limited, { limit: 'max_coupons', current: 500, target: 500 }, {}],
  ])('%s', ([, stock, change, changed]) => {
    expect(changeBudget(stock, change, NOON)).toEqual({
      ok: true,
      value: { ...stock, stock_send_rule: { ...stock.stock_send_rule, ...changed } },
    })
  })

  test.for<[string, Stock, BudgetChange]>([
    ['current_missing', limited, { limit: 'max_coupons', current: undefined, target: 3_000 }],
    ['current_missing', limited, { limit: 'max_coupons_by_day', current: undefined, target: 3_000 }],
    ['current_differs', limited, { limit: 'max_coupons', current: 300, target: 3_000 }],
    ['current_differs', limited, { limit: 'max_coupons_by_day', current: 500, target: 3_000 }],
    ['current_differs', unlimited, { limit: 'max_coupons_by_day', current: 1, target: 3_000 }],
    ['below_sent', limited, { limit: 'max_coupons', current: 500, target: 39 }],
    ['below_sent', limited, { limit: 'max_coupons_by_day', current: 300, target: 6 }],
  ])('is refused as %s', ([reason, stock, change]) => {
    expect(changeBudget(stock, change, NOON)).toEqual({ ok: false, reason })
  })

  test('counts what was sent today from midnight on', () => {
    const change = { limit: 'max_coupons_by_day', current: 300, target: 1 } as const

    expect(changeBudget(limited, change, inChina('2026-11-25T23:59:59'))).toEqual({ ok: false, reason: 'below_sent' })
    expect(changeBudget(limited, change, inChina('2026-11-26T00:00:00'))).toMatchObject({ ok: true })
  })

  test('is refused once the batch has ended, whatever the values', () => {
    expect(changeBudget(limited, { limit: 'max_coupons', current: undefined, target: 1 }, UNTIL)).toEqual({
      ok: false,
      reason: 'ended',
    })
  })
})

describe('how many coupons a batch without max_coupons has', () => {
  const normal = { fixed_normal_coupon: { discount_amount: 88, transaction_minimum: 100 } }

  test.for<[string, number, number | undefined, Parameters<typeof mostCoupons>[1]]>([
    ['those that its amount pays for', 1_136, 100_000, normal],
    ['the last one only if it is paid for wholly', 1, 175, normal],
    ['none if its amount pays for none', 0, 87, normal],
    ['no more than there may be', MOST_COUPONS, 88 * (MOST_COUPONS + 1), normal],
    ['the most there may be without an amount', MOST_COUPONS, undefined, normal],
    ['the most there may be where coupons differ', MOST_COUPONS, 100_000, {}],
  ])('%s', ([, count, amount, benefit]) => {
    expect(mostCoupons(amount, benefit)).toBe(count)
  })
})

describe('counting', () => {
  test('coupons, a day at a time', () => {
    const midnight = inChina('2026-11-26T00:00:00')
    const sent = [NOON, NOON + SECOND, midnight, midnight + SECOND, NOON].reduce(withCouponCounted, aStock())

    expect(sent.sent).toEqual({ total: 5, day: midnight, today: 2 })
    expect(sentOnDayOf(sent, inChina('2026-11-26T23:59:59'))).toBe(2)
    expect(sentOnDayOf(sent, NOON)).toBe(0)
  })

  test('codes, those that were handed out and those that were not', () => {
    const none = aStock({ coupon_code_mode: 'MERCHANT_UPLOAD', codes: { total: 0, available: 0 } })
    const two = withCodeCounted(withCodeCounted(none, {}), { dispatched_time: NOON })

    expect(two.codes).toEqual({ total: 2, available: 1 })
    expect(withCodeDispatched(two).codes).toEqual({ total: 2, available: 0 })
    expect(withCodeGone(two, {}).codes).toEqual({ total: 1, available: 0 })
    expect(withCodeGone(two, { dispatched_time: NOON }).codes).toEqual({ total: 1, available: 1 })
  })

  test('no codes where the merchant uploads none', () => {
    expect(withCodeCounted(aStock(), {})).toEqual(aStock())
  })
})

describe('the ids of batches', () => {
  test('begin the same for a merchant, with six digits that do not start with 0', () => {
    const mchids = Array.from({ length: 500 }, (_, i) => String(1_900_000_001 + i * 7))
    const prefixes = mchids.map(stockIdPrefix)

    expect(mchids.map(stockIdPrefix)).toEqual(prefixes)
    expect(prefixes.every((prefix) => /^1[0-9]{5}$/.test(prefix))).toBe(true)
    expect(new Set(prefixes).size).toBeGreaterThan(400)
  })
})
