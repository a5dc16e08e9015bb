import { UsageError } from '../protocol/errors.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** ISO 8601, with the sign of its second edition. Months and years are parsed only to be refused. */
const DURATION =
  /^(?<sign>[+-])?P(?=\d|T\d)(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?=\d)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:[.,]\d+)?)S)?)?$/

/**
 * Parses a duration: ISO 8601 like `P31D`, `PT5M`, `-PT0.5S`, or a number of seconds.
 *
 * @param path its place as a JSON pointer, for the refusal
 * @returns whole milliseconds, negative to go back
 * @throws UsageError `MOCK_DURATION` if it is neither, and for months and years, whose length varies
 */
export function parseDuration(duration: string | number, path = '/duration'): number {
  if (typeof duration === 'number') return Math.round(duration * SECOND)
  const parts = DURATION.exec(duration)?.groups
  if (!parts) {
    throw new UsageError(
      'MOCK_DURATION',
      {
        en: `${JSON.stringify(duration)} is not a duration: give one like "P31D", "PT5M" or "-PT0.5S", or seconds as a number.`,
        zh: `${JSON.stringify(duration)} 不是时长：请使用 "P31D"、"PT5M"、"-PT0.5S" 这样的写法，或用数字表示秒数。`,
      },
      { path },
    )
  }
  if (parts.years !== undefined || parts.months !== undefined) {
    throw new UsageError(
      'MOCK_DURATION',
      {
        en: 'Months and years have no fixed length: give weeks or days, like "P31D".',
        zh: '月和年的长短不固定：请改用周或天，如 "P31D"。',
      },
      { path },
    )
  }
  const ms =
    count(parts.weeks) * WEEK +
    count(parts.days) * DAY +
    count(parts.hours) * HOUR +
    count(parts.minutes) * MINUTE +
    count(parts.seconds) * SECOND
  return Math.round(parts.sign === '-' ? -ms : ms)
}

function count(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.replace(',', '.'))
}
