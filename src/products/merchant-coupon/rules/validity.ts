import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'

/** When coupons of the batch can be redeemed. */
export interface Validity {
  readonly from: number
  readonly until: number
  /** Usable for this many days after it takes effect, never beyond `until`. */
  readonly daysAfterReceive?: number
  /** Takes effect this many days after receipt, at 00:00. */
  readonly waitDaysAfterReceive?: number
  /** Usable for this many seconds after receipt, never beyond `until`. */
  readonly secondsAfterReceive?: number
  readonly week?: WeeklyWindow
  readonly periods?: readonly Period[]
}

export interface WeeklyWindow {
  /** 0 is Sunday. Empty means every day. */
  readonly weekDays: readonly number[]
  /** Seconds of the day, both ends included. Empty means the whole day. */
  readonly dayTimes: readonly { readonly fromSecond: number; readonly untilSecond: number }[]
}

/** From one second to another, both included, as epoch milliseconds of their start. */
export interface Period {
  readonly from: number
  readonly until: number
}

const SECOND = 1_000
const DAY = 86_400 * SECOND
/** WeChat Pay counts days in China's time, which has no daylight saving. */
const CHINA_OFFSET = 8 * 3_600 * SECOND

/** Midnight in China of the day an instant lies in, epoch milliseconds. */
export function startOfDay(at: number): number {
  return Math.floor((at + CHINA_OFFSET) / DAY) * DAY - CHINA_OFFSET
}

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
export function usablePeriod(validity: Validity, receivedAt: number): { usableFrom: number; expiresAt: number } {
  const start = Math.max(receivedAt, validity.from)
  const { secondsAfterReceive } = validity
  const until =
    secondsAfterReceive === undefined ? validity.until : Math.min(start + secondsAfterReceive * SECOND, validity.until)
  if (validity.daysAfterReceive === undefined) return { usableFrom: start, expiresAt: until }
  const firstDay = startOfDay(start) + (validity.waitDaysAfterReceive ?? 0) * DAY
  return {
    usableFrom: orLastInstant(Math.max(firstDay, validity.from)),
    expiresAt: Math.min(firstDay + validity.daysAfterReceive * DAY, until),
  }
}

/** Whether the weekly and irregular windows of a batch are open; a batch without windows is always open. */
export function isInsideWindows(validity: Validity, at: number): boolean {
  const { week, periods } = validity
  if (week === undefined && (periods === undefined || periods.length === 0)) return true
  if (periods?.some(({ from, until }) => at >= from && at < until + SECOND)) return true
  if (week === undefined) return false
  const weekDay = new Date(at + CHINA_OFFSET).getUTCDay()
  const second = Math.floor((at - startOfDay(at)) / SECOND)
  return (
    (week.weekDays.length === 0 || week.weekDays.includes(weekDay)) &&
    (week.dayTimes.length === 0 ||
      week.dayTimes.some(({ fromSecond, untilSecond }) => second >= fromSecond && second <= untilSecond))
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
export function checkValidity(validity: Validity): Decision<Validity, ValidityRefusal> {
  const { from, until, daysAfterReceive, waitDaysAfterReceive, week, periods } = validity
  if (until <= from) return refuse('ends_before_it_begins')
  if (until > aYearAfter(from)) return refuse('longer_than_a_year')
  if (waitDaysAfterReceive !== undefined && daysAfterReceive === undefined) return refuse('waits_without_days')
  if (week && week.dayTimes.length > 0 && week.weekDays.length === 0) return refuse('hours_without_weekdays')
  const backwards =
    week?.dayTimes.some(({ fromSecond, untilSecond }) => untilSecond < fromSecond) ||
    periods?.some((period) => period.until < period.from)
  return backwards ? refuse('window_ends_before_it_begins') : accept(validity)
}
