/** A day, in milliseconds. */
export const DAY_MS = 86_400_000

/** China's time, which has no daylight saving and by which WeChat Pay counts days, in milliseconds ahead of UTC. */
export const CHINA_OFFSET = 8 * 3_600_000

/** Midnight in China of the day an instant lies in, epoch milliseconds. */
export function startOfDay(at: number): number {
  return Math.floor((at + CHINA_OFFSET) / DAY_MS) * DAY_MS - CHINA_OFFSET
}

/** The first instant that the wire format can express, in China's time. */
export const FIRST_INSTANT = Date.parse('0000-01-01T00:00:00+08:00')

/** The last instant that the wire format can express, in China's time; `parseInstant` accepts none after it. */
export const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999+08:00')

/** Caps a computed instant at the last one. */
export function orLastInstant(at: number): number {
  return Math.min(at, LAST_INSTANT)
}
