import { CHINA_OFFSET, startOfDay } from '../../shared/china-day.ts'
import { accept, type Decision, refuse } from '../../shared/decision.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import type { AvailableTime } from './stocks.ts'

const SECOND = 1_000
const DAY = 86_400 * SECOND

/** The same time of the same day in China a year later; 1 March for 29 February. */
export function aYearAfter(at: number): number {
  const date = new Date(at + CHINA_OFFSET)
  return date.setUTCFullYear(date.getUTCFullYear() + 1) - CHINA_OFFSET
}

/**
 * When a coupon received at an instant can be redeemed: `usableFrom` up to, but not including, `expiresAt`.
 *
 * Without a number of days the coupon takes over the dates of the batch. With one, days are counted from the day of
 * receipt, or from the first day of the batch when it was received earlier, and start at 00:00 of that day even for immediate
 * use (busifavor.md 2.3, observed). A number of seconds is counted from receipt, or from the first instant of the batch when
 * it was received earlier; of days and seconds, whichever is over first counts (inferred).
 */
export function usablePeriod(time: AvailableTime, receivedAt: number): { usableFrom: number; expiresAt: number } {
  const { available_begin_time: from, available_end_time: end } = time
  const { available_second_after_receive: seconds, available_day_after_receive: days } = time
  const start = Math.max(receivedAt, from)
  const until = seconds === undefined ? end : Math.min(start + seconds * SECOND, end)
  if (days === undefined) return { usableFrom: start, expiresAt: until }
  const firstDay = startOfDay(start) + (time.wait_days_after_receive ?? 0) * DAY
  return {
    usableFrom: orLastInstant(Math.max(firstDay, from)),
    expiresAt: Math.min(firstDay + days * DAY, until),
  }
}

/** Whether the weekly and irregular windows of a batch are open; a batch without windows is always open. */
export function isInsideWindows(time: AvailableTime, at: number): boolean {
  const { available_week: week, irregulary_avaliable_time: periods } = time
  if (week === undefined && periods.length === 0) return true
  // Both ends are included, to the second.
  if (periods.some(({ begin_time, end_time }) => at >= begin_time && at < end_time + SECOND)) return true
  if (week === undefined) return false
  const { week_day: days = [], available_day_time: hours = [] } = week
  const weekDay = new Date(at + CHINA_OFFSET).getUTCDay()
  const second = Math.floor((at - startOfDay(at)) / SECOND)
  return (
    (days.length === 0 || days.includes(weekDay)) &&
    (hours.length === 0 || hours.some(({ begin_time, end_time }) => second >= begin_time && second <= end_time))
  )
}

export type ValidityRefusal =
  | 'ends_before_it_begins'
  | 'longer_than_a_year'
  | 'waits_without_days'
  | 'hours_without_weekdays'
  | 'window_ends_before_it_begins'

/**
 * Whether a batch may have these times: it ends after it begins and within a year, days of waiting go with days of use, hours with weekdays
 * (busifavor.md 2.3, 3.1).
 */
export function checkValidity(time: AvailableTime): Decision<AvailableTime, ValidityRefusal> {
  const { available_begin_time: from, available_end_time: until, irregulary_avaliable_time: periods } = time
  if (until <= from) return refuse('ends_before_it_begins')
  if (until > aYearAfter(from)) return refuse('longer_than_a_year')
  if (time.wait_days_after_receive !== undefined && time.available_day_after_receive === undefined) {
    return refuse('waits_without_days')
  }
  const { week_day: days = [], available_day_time: hours = [] } = time.available_week ?? {}
  if (hours.length > 0 && days.length === 0) return refuse('hours_without_weekdays')
  return [...hours, ...periods].some(({ begin_time, end_time }) => end_time < begin_time)
    ? refuse('window_ends_before_it_begins')
    : accept(time)
}
