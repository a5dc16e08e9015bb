import { cause } from './cause.ts'
import { type Variant, Variants } from './variant.ts'

/** Maximum distance between the header's timestamp and those searched, in seconds. */
const SEARCHED_SECONDS = 600
/** Maximum distance combined with other mistakes: the clock was read twice. */
const COMBINED_SECONDS = 3
const HOUR = 3_600

const isSeconds = (timestamp: string): boolean => /^\d{1,12}$/.test(timestamp)

/** Candidates for the signed timestamp, apart from those of {@link searchedTimestamps}. */
export function timestampVariants(timestamp: string): readonly Variant<string>[] {
  const variants = new Variants(timestamp, (text) => text)
  variants.add('', [cause('timestamp_missing')], 3)
  if (!isSeconds(timestamp)) return variants.list
  variants.add(`${timestamp}000`, [cause('timestamp_milliseconds', `${timestamp}000`)], 1)
  for (let seconds = 1; seconds <= COMBINED_SECONDS; seconds += 1) {
    for (const sign of [-1, 1]) addDifference(variants, timestamp, sign * seconds, 2)
  }
  for (let hours = 1; hours <= 14; hours += 1) {
    for (const sign of [-1, 1]) {
      const other = String(Number(timestamp) + sign * hours * HOUR)
      const rank = hours === 8 ? 2 : 'alone'
      variants.add(other, [cause('timestamp_time_zone', other)], rank)
    }
  }
  return variants.list
}

function addDifference(variants: Variants<string>, timestamp: string, seconds: number, rank: 2 | 'alone'): void {
  const other = String(Number(timestamp) + seconds)
  variants.add(other, [cause('timestamp_differs', other)], rank)
}

/** The same second with its milliseconds: a thousand, so never combined with other mistakes. */
export function millisecondTimestamps(timestamp: string): readonly Variant<string>[] {
  if (!isSeconds(timestamp)) return []
  return Array.from({ length: 999 }, (_, index) => {
    const value = timestamp + String(index + 1).padStart(3, '0')
    return { value, causes: [cause('timestamp_milliseconds', value)], rank: 'alone' }
  })
}

/** Every second of the neighbourhood, nearest first. */
export function searchedTimestamps(timestamp: string): readonly Variant<string>[] {
  if (!isSeconds(timestamp)) return []
  const variants = new Variants(timestamp, (text) => text)
  for (let seconds = COMBINED_SECONDS + 1; seconds <= SEARCHED_SECONDS; seconds += 1) {
    for (const sign of [-1, 1]) addDifference(variants, timestamp, sign * seconds, 'alone')
  }
  return variants.list
}
