import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isInsideWindows, usablePeriod } from '../../../../src/products/merchant-coupon/stock-rules.ts'
import type { AvailableTime } from '../../../../src/products/merchant-coupon/stocks.ts'
import { startOfDay } from '../../../../src/wire/shared/china-time.ts'
import { aTime, inChina } from './builders.ts'

const DAY = 86_400_000

describe('the start of a day', () => {
  test.for([
    ['2026-11-25T00:00:00', '2026-11-25T00:00:00'],
    ['2026-11-25T07:59:59', '2026-11-25T00:00:00'],
    ['2026-11-25T08:00:00', '2026-11-25T00:00:00'],
    ['2026-11-25T23:59:59.999', '2026-11-25T00:00:00'],
    ['2026-11-26T00:00:00', '2026-11-26T00:00:00'],
    ['1969-12-31T12:00:00', '1969-12-31T00:00:00'],
  ] as const)('%s in China belongs to the day that starts %s', ([at, start]) => {
    expect(startOfDay(inChina(at))).toBe(inChina(start))
  })

  test('every instant lies in its own day', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 4e12 }), (at) => {
        const start = startOfDay(at)

        expect(at - start).toBeGreaterThanOrEqual(0)
        expect(at - start).toBeLessThan(DAY)
        expect(startOfDay(start)).toBe(start)
        expect(startOfDay(start - 1)).toBe(start - DAY)
      }),
    )
  })
})

describe('when a coupon can be redeemed', () => {
  const from = inChina('2020-04-01T10:00:00')
  const until = inChina('2020-05-20T13:29:35')
  const batch = aTime({ available_begin_time: from, available_end_time: until })

  test('the live example: received 22 April, 30 days, batch ends 20 May', () => {
    const period = usablePeriod({ ...batch, available_day_after_receive: 30 }, inChina('2020-04-22T12:54:24'))

    expect(period).toEqual({ usableFrom: inChina('2020-04-22T00:00:00'), expiresAt: until })
  })

  /** Times are those of 2020. */
  test.for<[string, { days?: number; wait?: number; seconds?: number }, string, string, string]>([
    ['the dates of the batch, from receipt on', {}, '04-22T12:54:24', '04-22T12:54:24', '05-20T13:29:35'],
    ['the dates of the batch, received before it', {}, '03-30T12:00:00', '04-01T10:00:00', '05-20T13:29:35'],
    ['one day is the day of receipt', { days: 1 }, '04-22T12:54:24', '04-22T00:00:00', '04-23T00:00:00'],
    ['in the last millisecond of a day', { days: 1 }, '04-22T23:59:59.999', '04-22T00:00:00', '04-23T00:00:00'],
    ['at midnight in China', { days: 2 }, '04-23T00:00:00', '04-23T00:00:00', '04-25T00:00:00'],
    ['days from the first day of the batch', { days: 3 }, '03-01T12:00:00', '04-01T10:00:00', '04-04T00:00:00'],
    ['some days after receipt, at 00:00', { days: 3, wait: 2 }, '04-22T12:54:24', '04-24T00:00:00', '04-27T00:00:00'],
    ['no day of waiting', { days: 3, wait: 0 }, '04-22T12:54:24', '04-22T00:00:00', '04-25T00:00:00'],
    ['days end with the batch', { days: 30, wait: 5 }, '05-10T12:00:00', '05-15T00:00:00', '05-20T13:29:35'],
    ['seconds count from receipt', { seconds: 90 }, '04-22T12:54:24', '04-22T12:54:24', '04-22T12:55:54'],
    ['seconds end with the batch', { seconds: 86_400 }, '05-20T13:29:34', '05-20T13:29:34', '05-20T13:29:35'],
    ['seconds from the start of the batch', { seconds: 90 }, '03-30T12:00:00', '04-01T10:00:00', '04-01T10:01:30'],
    [
      'of both the days are over first',
      { days: 1, seconds: 86_400 },
      '04-22T12:54:24',
      '04-22T00:00:00',
      '04-23T00:00:00',
    ],
    [
      'of both the seconds are over first',
      { days: 2, seconds: 3_600 },
      '04-22T12:54:24',
      '04-22T00:00:00',
      '04-22T13:54:24',
    ],
    ['the last day ends before the batch does', { days: 28 }, '04-22T12:54:24', '04-22T00:00:00', '05-20T00:00:00'],
  ])('%s', ([, { days, wait, seconds }, receivedAt, usableFrom, expiresAt]) => {
    const time = {
      ...batch,
      available_day_after_receive: days,
      wait_days_after_receive: wait,
      available_second_after_receive: seconds,
    }
    expect(usablePeriod(time, inChina(`2020-${receivedAt}`))).toEqual({
      usableFrom: inChina(`2020-${usableFrom}`),
      expiresAt: inChina(`2020-${expiresAt}`),
    })
  })

  test('a coupon that would take effect after the batch has ended is never usable', () => {
    const late = { ...batch, available_day_after_receive: 30, wait_days_after_receive: 30 }
    const { usableFrom, expiresAt } = usablePeriod(late, inChina('2020-05-01T12:00:00'))

    expect(expiresAt).toBe(until)
    expect(usableFrom).toBeGreaterThan(expiresAt)
  })

  test('a coupon never outlives its batch, nor is it usable before it', () => {
    const days = fc.option(fc.integer({ min: 1, max: 365 }), { nil: undefined })
    fc.assert(
      fc.property(
        fc.integer({ min: from - 90 * DAY, max: until }),
        days,
        fc.nat({ max: 30 }),
        (receivedAt, n, wait) => {
          const validity = { ...batch, ...(n && { available_day_after_receive: n, wait_days_after_receive: wait }) }
          const { usableFrom, expiresAt } = usablePeriod(validity, receivedAt)

          expect(usableFrom).toBeGreaterThanOrEqual(from)
          expect(expiresAt).toBeLessThanOrEqual(until)
          if (n) expect(expiresAt - usableFrom).toBeLessThanOrEqual(n * DAY)
        },
      ),
    )
  })
})

describe('weekly and irregular windows', () => {
  const hours = (start: number, end: number) => ({ begin_time: start * 3_600, end_time: end * 3_600 })
  type Windows = Partial<Pick<AvailableTime, 'available_week' | 'irregulary_avaliable_time'>>
  const open = (windows: Windows, at: string) => isInsideWindows(aTime(windows), inChina(at))

  test('without windows it is always open', () => {
    expect(open({}, '2026-11-25T03:00:00')).toBe(true)
    expect(open({ irregulary_avaliable_time: [] }, '2026-11-25T03:00:00')).toBe(true)
    expect(open({ available_week: {} }, '2026-11-25T03:00:00')).toBe(true)
  })

  test.for([
    ['2026-11-22T12:00:00', 0],
    ['2026-11-23T12:00:00', 1],
    ['2026-11-24T12:00:00', 2],
    ['2026-11-25T12:00:00', 3],
    ['2026-11-26T12:00:00', 4],
    ['2026-11-27T12:00:00', 5],
    ['2026-11-28T12:00:00', 6],
  ] as const)('%s is day %i of the week, and Sunday is 0', ([at, weekDay]) => {
    const others = [0, 1, 2, 3, 4, 5, 6].filter((day) => day !== weekDay)

    expect(open({ available_week: { week_day: [weekDay] } }, at)).toBe(true)
    expect(open({ available_week: { week_day: others } }, at)).toBe(false)
  })

  test.for([
    ['2026-11-21T23:59:59.999', false],
    ['2026-11-22T00:00:00', true],
    ['2026-11-22T07:59:59', true],
    ['2026-11-22T23:59:59.999', true],
    ['2026-11-23T00:00:00', false],
    ['2026-11-23T07:59:59', false],
  ] as const)('a day of the week is a day in China: Sunday at %s %s', ([at, inside]) => {
    expect(open({ available_week: { week_day: [0] } }, at)).toBe(inside)
  })

  test.for([
    ['2026-11-25T08:59:59.999', false],
    ['2026-11-25T09:00:00', true],
    ['2026-11-25T11:59:59', true],
    ['2026-11-25T12:00:00.999', true],
    ['2026-11-25T12:00:01', false],
    ['2026-11-25T13:59:59', false],
    ['2026-11-25T14:00:00', true],
    ['2026-11-25T18:00:00', true],
    ['2026-11-25T18:00:01', false],
  ] as const)('both ends of the hours of a day are inside: %s %s', ([at, inside]) => {
    expect(open({ available_week: { week_day: [], available_day_time: [hours(9, 12), hours(14, 18)] } }, at)).toBe(
      inside,
    )
  })

  test('day and hours both have to fit', () => {
    const available_week = { week_day: [3], available_day_time: [hours(9, 12)] }

    expect(open({ available_week }, '2026-11-25T10:00:00')).toBe(true)
    expect(open({ available_week }, '2026-11-25T13:00:00')).toBe(false)
    expect(open({ available_week }, '2026-11-26T10:00:00')).toBe(false)
  })

  describe('irregular periods', () => {
    const periods = [
      { begin_time: inChina('2026-11-11T00:00:00'), end_time: inChina('2026-11-11T23:59:59') },
      { begin_time: inChina('2026-11-20T12:00:00'), end_time: inChina('2026-11-21T12:00:00') },
    ]

    test.for([
      ['2026-11-10T23:59:59.999', false],
      ['2026-11-11T00:00:00', true],
      ['2026-11-11T23:59:59', true],
      ['2026-11-12T00:00:00', false],
      ['2026-11-20T11:59:59', false],
      ['2026-11-21T00:00:00', true],
      ['2026-11-21T12:00:00', true],
      ['2026-11-21T12:00:01', false],
    ] as const)('are open from end to end: %s %s', ([at, inside]) => {
      expect(open({ irregulary_avaliable_time: periods }, at)).toBe(inside)
    })

    test('add to the weekly windows', () => {
      const available_week = { week_day: [0], available_day_time: [] }

      expect(open({ available_week, irregulary_avaliable_time: periods }, '2026-11-11T12:00:00')).toBe(true)
      expect(open({ available_week, irregulary_avaliable_time: periods }, '2026-11-22T12:00:00')).toBe(true)
      expect(open({ available_week, irregulary_avaliable_time: periods }, '2026-11-25T12:00:00')).toBe(false)
      expect(open({ available_week, irregulary_avaliable_time: [] }, '2026-11-25T12:00:00')).toBe(false)
    })
  })
})
