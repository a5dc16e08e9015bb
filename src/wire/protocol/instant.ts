import { CHINA_OFFSET, FIRST_INSTANT, LAST_INSTANT } from '../shared/china-time.ts'

let latest = { second: Number.NaN, text: '' }

/** An instant in the service's format: RFC 3339, whole seconds, `+08:00`. `at` is epoch milliseconds. */
export function formatInstant(at: number): string {
  const second = Math.floor(at / 1_000)
  // Thousands of answers share it.
  if (latest.second !== second) {
    latest = { second, text: `${new Date(at + CHINA_OFFSET).toISOString().slice(0, 19)}+08:00` }
  }
  return latest.text
}

/** An instant in the service's format, with milliseconds if it has any, so that a snapshot restores it exactly. `at` is epoch milliseconds. */
export function exactTime(at: number): string {
  return timeWithMilliseconds(at).replace('.000+', '+')
}

/** The same, always with milliseconds. */
export function timeWithMilliseconds(at: number): string {
  return `${new Date(at + CHINA_OFFSET).toISOString().slice(0, -1)}+08:00`
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|[+-]\d{2}:\d{2})$/

/** The pattern of an instant's text for documents. It is wider than {@link parseInstant} accepts: it does not check the hours. */
export const INSTANT_PATTERN = String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$`

/**
 * Parses an RFC 3339 time with offset; `undefined` when it is not one, names a day that does not exist, or lies outside the years 0 to
 * 9999 in China.
 */
export function parseInstant(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at) || at < FIRST_INSTANT || at > LAST_INSTANT) return undefined
  // `Date.parse` lets 30 February run over into March.
  const day = Number(text.slice(8, 10))
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day ? at : undefined
}
