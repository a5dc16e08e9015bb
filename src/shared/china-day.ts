const DAY = 86_400_000
/** WeChat Pay counts days in China's time, which has no daylight saving. */
export const CHINA_OFFSET = 8 * 3_600_000

/** Midnight in China of the day an instant lies in, epoch milliseconds. */
export function startOfDay(at: number): number {
  return Math.floor((at + CHINA_OFFSET) / DAY) * DAY - CHINA_OFFSET
}
