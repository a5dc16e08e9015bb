/** Time as the service reckons it: China's, without any other zone. All instants are epoch milliseconds. */

const CHINA = 8 * 3_600_000

export const SECOND = 1_000
export const HOUR = 3_600 * SECOND
export const DAY = 24 * HOUR

/** Midnight in China of the day that an instant lies in. */
export function midnight(at: number): number {
  return Math.floor((at + CHINA) / DAY) * DAY - CHINA
}

/** Seconds since midnight in China. */
export function secondOfDay(at: number): number {
  return Math.floor((at - midnight(at)) / SECOND)
}

/** 0 is Sunday. */
export function weekday(at: number): number {
  return new Date(at + CHINA).getUTCDay()
}

/** As answers show times: whole seconds, `+08:00`. */
export function wireTime(at: number): string {
  return `${new Date(at + CHINA).toISOString().slice(0, 19)}+08:00`
}
