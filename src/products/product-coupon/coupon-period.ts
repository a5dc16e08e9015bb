import { CHINA_OFFSET, orLastInstant, startOfDay } from '../../shared/china-time.ts'
import type { AvailablePeriod } from './stocks.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND

/**
 * When a coupon received at an instant can be used: from `valid_begin_time` up to, but not including, `valid_end_time`.
 *
 * Days are natural days (documented): with `available_days` the last one ends at midnight, and `wait_days_after_receive` begins at midnight of
 * a later day. `available_seconds` count from receipt, which is taken in whole seconds, as requests name them (inferred). None goes beyond the batch
 * (inferred from the older product; product-coupon.md 3).
 */
export function validPeriod(
  period: AvailablePeriod,
  receivedAt: number,
): { readonly valid_begin_time: number; readonly valid_end_time: number } {
  const {
    available_begin_time: from,
    available_end_time: end,
    available_days: days,
    available_seconds: seconds,
  } = period
  const { wait_days_after_receive: wait = 0 } = period
  const received = Math.floor(receivedAt / SECOND) * SECOND
  const start = Math.max(received, from)
  const begin = wait > 0 ? Math.max(startOfDay(start) + wait * DAY, from) : start
  const untilDays = days === undefined ? end : startOfDay(begin) + days * DAY
  const untilSeconds = seconds === undefined ? end : received + seconds * SECOND
  return {
    valid_begin_time: orLastInstant(begin),
    valid_end_time: orLastInstant(Math.min(end, untilDays, untilSeconds)),
  }
}

const WEEK = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const

/** Whether the weekly hours or one of the dated windows are open; without either they always are. Both ends of a window belong to it. */
export function isInsideWindows(period: AvailablePeriod, at: number): boolean {
  const { weekly_available_period: week, irregular_available_period_list: periods = [] } = period
  if (week === undefined && periods.length === 0) return true
  if (periods.some(({ begin_time, end_time }) => at >= begin_time && at < end_time + SECOND)) return true
  if (week === undefined) return false
  const { day_list: days = [], day_period_list: hours = [] } = week
  const day = WEEK[new Date(at + CHINA_OFFSET).getUTCDay()]
  const second = Math.floor((at - startOfDay(at)) / SECOND)
  return (
    (days.length === 0 || days.some((one) => one === day)) &&
    (hours.length === 0 || hours.some(({ begin_time, end_time }) => second >= begin_time && second <= end_time))
  )
}
