import { describe, expect, test } from 'vitest'
import {
  type BudgetChange,
  changeBudget,
  checkUse,
  MOST_COUPONS,
  modify,
  mostCoupons,
  type Stock,
  type StockChange,
  sentOnDayOf,
  stockIdPrefix,
  withCouponCounted,
} from '../../../../src/products/merchant-coupon/rules/stock.ts'
import {
  withCodeCounted,
  withCodeDispatched,
  withCodeGone,
} from '../../../../src/products/merchant-coupon/rules/uploaded-code.ts'
import { aYearAfter, checkValidity, type Validity } from '../../../../src/products/merchant-coupon/rules/validity.ts'
import { aStock, FROM, inChina, NOON, UNTIL } from './builders.ts'

const SECOND = 1_000

describe('the times of a batch', () => {
  const until = (text: string) => ({ until: inChina(text) })

  test.for<[string, Partial<Validity>]>([
    ['only the two ends', {}],
    ['a second long', { until: FROM + SECOND }],
    ['a year long', until('2027-11-01T00:00:00')],
    ['days of use', { daysAfterReceive: 3 }],
    ['days of waiting with days of use', { daysAfterReceive: 3, waitDaysAfterReceive: 7 }],
    ['weekdays without hours', { week: { weekDays: [0, 6], dayTimes: [] } }],
    ['hours of weekdays', { week: { weekDays: [1], dayTimes: [{ fromSecond: 0, untilSecond: 0 }] } }],
    ['neither weekdays nor hours', { week: { weekDays: [], dayTimes: [] } }],
    ['a window of one second', { periods: [{ from: NOON, until: NOON }] }],
  ])('%s', ([, times]) => {
    const validity = { from: FROM, until: UNTIL, ...times }

    expect(checkValidity(validity)).toEqual({ ok: true, value: validity })
  })

  test.for<[string, string, Partial<Validity>]>([
    ['ends_before_it_begins', 'no time at all', { until: FROM }],
    ['ends_before_it_begins', 'backwards', { until: FROM - SECOND }],
    ['longer_than_a_year', 'a second more than a year', until('2027-11-01T00:00:01')],
    ['waits_without_days', 'days of waiting alone', { waitDaysAfterReceive: 7 }],
    [
      'waits_without_days',
      'days of waiting with seconds of use',
      { waitDaysAfterReceive: 7, secondsAfterReceive: 3_600 },
    ],
    [
      'hours_without_weekdays',
      'hours alone',
      { week: { weekDays: [], dayTimes: [{ fromSecond: 0, untilSecond: 3_600 }] } },
    ],
    [
      'window_ends_before_it_begins',
      'hours backwards',
      { week: { weekDays: [1], dayTimes: [{ fromSecond: 3_600, untilSecond: 3_599 }] } },
    ],
    ['window_ends_before_it_begins', 'a window backwards', { periods: [{ from: NOON, until: NOON - SECOND }] }],
    [
      'window_ends_before_it_begins',
      'a window backwards beside one that is not',
      {
        periods: [
          { from: NOON, until: NOON },
          { from: NOON, until: NOON - SECOND },
        ],
      },
    ],
    [
      'window_ends_before_it_begins',
      'hours backwards beside some that are not',
      {
        week: {
          weekDays: [1],
          dayTimes: [
            { fromSecond: 0, untilSecond: 1 },
            { fromSecond: 3_600, untilSecond: 3_599 },
          ],
        },
      },
    ],
  ])('are refused as %s: %s', ([reason, , times]) => {
    expect(checkValidity({ from: FROM, until: UNTIL, ...times })).toEqual({ ok: false, reason })
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
  test.for<[string, Pick<Stock, 'useMethod' | 'miniProgram'>]>([
    ['in shops', { useMethod: 'off_line' }],
    ['with the pay code', { useMethod: 'payment_code' }],
    [
      'in shops, with a mini program that is named for nothing',
      { useMethod: 'off_line', miniProgram: { appid: 'wx1' } },
    ],
    ['in a mini program', { useMethod: 'mini_programs', miniProgram: { appid: 'wx1', path: '/a' } }],
  ])('%s', ([, use]) => {
    expect(checkUse(use)).toEqual({ ok: true, value: use })
  })

  test.for<[string, Pick<Stock, 'useMethod' | 'miniProgram'>]>([
    ['use_method_not_open', { useMethod: 'self_consume' }],
    ['mini_program_missing', { useMethod: 'mini_programs' }],
    ['mini_program_missing', { useMethod: 'mini_programs', miniProgram: { appid: 'wx1' } }],
    ['mini_program_missing', { useMethod: 'mini_programs', miniProgram: { path: '/a' } }],
  ])('is refused as %s: %j', ([reason, use]) => {
    expect(checkUse(use)).toEqual({ ok: false, reason })
  })
})

describe('modifying a batch', () => {
  const stock = aStock({
    comment: '旧',
    display: { description: '旧', background_color: 'Color010' },
    entrance: { hall_id: '1', appid: 'wx1' },
    miniProgram: { appid: 'wx1' },
    sendRule: { maxCoupons: 100, maxCouponsPerUser: 1, naturalPersonLimit: true, preventApiAbuse: true },
  })

  test.for<[string, StockChange, Partial<Stock>]>([
    ['nothing', {}, {}],
    ['its texts', { comment: '新', goodsName: '新' }, { comment: '新', goodsName: '新' }],
    [
      'one member of what is shown',
      { display: { description: '新' } },
      { display: { description: '新', background_color: 'Color010' } },
    ],
    ['one member of the entrance', { entrance: { hall_id: '2' } }, { entrance: { hall_id: '2', appid: 'wx1' } }],
    [
      'whether abuse is prevented',
      { preventApiAbuse: false },
      { sendRule: { ...stock.sendRule, preventApiAbuse: false } },
    ],
    ['the appid of its events', { notifyAppid: 'wx2' }, { notifyAppid: 'wx2' }],
    ['a subsidy, from no to yes', { subsidy: true }, { subsidy: true }],
    ['a subsidy, from no to no', { subsidy: false }, {}],
    [
      'its use, with a part of the mini program that it has',
      { useMethod: 'mini_programs', miniProgram: { path: '/a' } },
      { useMethod: 'mini_programs', miniProgram: { appid: 'wx1', path: '/a' } },
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
    expect(modify(stock, { useMethod: 'self_consume' }, NOON)).toEqual({ ok: false, reason: 'use_method_not_open' })
    expect(modify(stock, { useMethod: 'mini_programs' }, NOON)).toEqual({ ok: false, reason: 'mini_program_missing' })
  })

  test('puts members of members over those that are there', () => {
    const words = { entrance_words: '欢迎', guiding_words: '更多' }
    const info = { mini_programs_appid: 'wx1', mini_programs_path: '/a', ...words }
    const opening = aStock({ entrance: { hall_id: '1', mini_programs_info: info } })

    expect(modify(opening, { entrance: { mini_programs_info: { mini_programs_path: '/b' } } }, NOON)).toMatchObject({
      value: { entrance: { hall_id: '1', mini_programs_info: { ...info, mini_programs_path: '/b' } } },
    })
  })

  test.for(['mini_programs_appid', 'mini_programs_path', 'entrance_words'])(
    'does not make an entrance that lacks %s',
    (lacking) => {
      const whole = { mini_programs_appid: 'wx1', mini_programs_path: '/a', entrance_words: '欢迎' }
      const { [lacking as keyof typeof whole]: _, ...mini_programs_info } = whole

      expect(modify(stock, { entrance: { mini_programs_info } }, NOON)).toEqual({
        ok: false,
        reason: 'entrance_incomplete',
      })
      expect(modify(stock, { entrance: { mini_programs_info: whole } }, NOON)).toMatchObject({ ok: true })
    },
  )

  test('leaves a use alone that it does not change', () => {
    const selfService = aStock({ useMethod: 'self_consume' })

    expect(modify(selfService, { comment: '新' }, NOON)).toMatchObject({ ok: true })
  })
})

describe('changing the budget', () => {
  const limited = aStock({
    sendRule: { maxCoupons: 500, maxCouponsPerUser: 1, maxCouponsByDay: 300 },
    sent: { total: 40, day: inChina('2026-11-25T00:00:00'), today: 7 },
  })
  const unlimited = aStock({ sent: limited.sent })

  test.for<[string, Stock, BudgetChange, Partial<Stock['sendRule']>]>([
    ['up', limited, { limit: 'maxCoupons', current: 500, target: 3_000 }, { maxCoupons: 3_000 }],
    ['down to what was sent', limited, { limit: 'maxCoupons', current: 500, target: 40 }, { maxCoupons: 40 }],
    ['a day, up', limited, { limit: 'maxCouponsByDay', current: 300, target: 500 }, { maxCouponsByDay: 500 }],
    [
      'a day, down to what was sent',
      limited,
      { limit: 'maxCouponsByDay', current: 300, target: 7 },
      { maxCouponsByDay: 7 },
    ],
    ['a day, for the first time', unlimited, { limit: 'maxCouponsByDay', target: 7 }, { maxCouponsByDay: 7 }],
    ['to what it is', limited, { limit: 'maxCoupons', current: 500, target: 500 }, {}],
  ])('%s', ([, stock, change, changed]) => {
    expect(changeBudget(stock, change, NOON)).toEqual({
      ok: true,
      value: { ...stock, sendRule: { ...stock.sendRule, ...changed } },
    })
  })

  test.for<[string, Stock, BudgetChange]>([
    ['current_missing', limited, { limit: 'maxCoupons', target: 3_000 }],
    ['current_missing', limited, { limit: 'maxCouponsByDay', target: 3_000 }],
    ['current_differs', limited, { limit: 'maxCoupons', current: 300, target: 3_000 }],
    ['current_differs', limited, { limit: 'maxCouponsByDay', current: 500, target: 3_000 }],
    ['current_differs', unlimited, { limit: 'maxCouponsByDay', current: 1, target: 3_000 }],
    ['below_sent', limited, { limit: 'maxCoupons', current: 500, target: 39 }],
    ['below_sent', limited, { limit: 'maxCouponsByDay', current: 300, target: 6 }],
  ])('is refused as %s', ([reason, stock, change]) => {
    expect(changeBudget(stock, change, NOON)).toEqual({ ok: false, reason })
  })

  test('counts what was sent today from midnight on', () => {
    const change = { limit: 'maxCouponsByDay', current: 300, target: 1 } as const

    expect(changeBudget(limited, change, inChina('2026-11-25T23:59:59'))).toEqual({ ok: false, reason: 'below_sent' })
    expect(changeBudget(limited, change, inChina('2026-11-26T00:00:00'))).toMatchObject({ ok: true })
  })

  test('is refused once the batch has ended, whatever the values', () => {
    expect(changeBudget(limited, { limit: 'maxCoupons', target: 1 }, UNTIL)).toEqual({ ok: false, reason: 'ended' })
  })
})

describe('how many coupons a batch without max_coupons has', () => {
  const normal = { type: 'normal', discountFen: 88, thresholdFen: 100 } as const

  test.for<[string, number, number | undefined, Stock['benefit']]>([
    ['those that its amount pays for', 1_136, 100_000, normal],
    ['the last one only if it is paid for wholly', 1, 175, normal],
    ['none if its amount pays for none', 0, 87, normal],
    ['no more than there may be', MOST_COUPONS, 88 * (MOST_COUPONS + 1), normal],
    ['the most there may be without an amount', MOST_COUPONS, undefined, normal],
    [
      'the most there may be where coupons differ',
      MOST_COUPONS,
      100_000,
      { type: 'exchange', exchangePriceFen: 1, thresholdFen: 2 },
    ],
  ])('%s', ([, count, amount, benefit]) => {
    expect(mostCoupons(amount, benefit)).toBe(count)
  })
})

describe('counting', () => {
  const code = { creatorMchid: '1900000001', stockId: '100088', code: 'A', uploadedAt: NOON }

  test('coupons, a day at a time', () => {
    const midnight = inChina('2026-11-26T00:00:00')
    const sent = [NOON, NOON + SECOND, midnight, midnight + SECOND, NOON].reduce(withCouponCounted, aStock())

    expect(sent.sent).toEqual({ total: 5, day: midnight, today: 2 })
    expect(sentOnDayOf(sent, inChina('2026-11-26T23:59:59'))).toBe(2)
    expect(sentOnDayOf(sent, NOON)).toBe(0)
  })

  test('codes, and the place of the next one', () => {
    const two = withCodeCounted(withCodeCounted(aStock(), { ...code, position: 0 }), {
      ...code,
      position: 5,
      dispatchedAt: NOON,
    })

    expect(two).toMatchObject({ codes: { total: 2, available: 1 }, nextCodePosition: 6 })
    expect(withCodeCounted(two, { ...code, position: 3 })).toMatchObject({ nextCodePosition: 6 })
    expect(withCodeDispatched(two).codes).toEqual({ total: 2, available: 0 })
    expect(withCodeGone(two, { ...code, position: 0 }).codes).toEqual({ total: 1, available: 0 })
    expect(withCodeGone(two, { ...code, position: 5, dispatchedAt: NOON }).codes).toEqual({ total: 1, available: 1 })
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
