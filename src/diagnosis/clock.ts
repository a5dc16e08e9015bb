import { TIMESTAMP_WINDOW_SECONDS } from '../protocol/authorization.ts'
import { type Cause, cause } from './cause.ts'

const HOUR = 3_600
/** Maximum offset of time zones from UTC, in hours, including zones with a fraction of an hour. */
const MAX_ZONE_HOURS = 14

/**
 * Diagnoses a timestamp outside the window.
 *
 * A clock that is off by whole hours, give or take the allowed five minutes, is reported as another time zone: that is the usual reason, though the
 * timestamp alone cannot prove it.
 *
 * @param timestamp as in the header
 * @param now the receiver's clock, epoch milliseconds
 * @returns undefined for a timestamp inside the window
 */
export function diagnoseTimestamp(timestamp: string, now: number): Cause | undefined {
  if (!/^\d{1,20}$/.test(timestamp)) return cause('clock_not_seconds', timestamp.slice(0, 40))
  const seconds = Math.floor(now / 1_000)
  const off = Number(timestamp) - seconds
  if (Math.abs(off) <= TIMESTAMP_WINDOW_SECONDS) return undefined
  if (isNear(Number(timestamp) / 1_000, seconds)) return cause('clock_milliseconds', timestamp)
  if (isNear(Number(timestamp) / 1_000_000, seconds)) return cause('clock_microseconds', timestamp)
  const hours = Math.round(off / HOUR)
  const zone = Math.abs(hours) <= MAX_ZONE_HOURS && Math.abs(off - hours * HOUR) <= TIMESTAMP_WINDOW_SECONDS
  if (zone) return cause('clock_time_zone', `${hours > 0 ? '+' : ''}${hours}`)
  return cause(off < 0 ? 'clock_behind' : 'clock_ahead', String(Math.abs(off)))
}

/** Within a day: a clock may be off as well. */
function isNear(seconds: number, now: number): boolean {
  return Math.abs(seconds - now) <= 24 * HOUR
}
