import { expect, test } from 'vitest'
import { diagnoseTimestamp } from '../../src/diagnosis/authorization-header.ts'

const NOW = 1_700_000_000
const DAY = 86_400

/** Where one cause ends and the next begins. */
test.for([
  [String(NOW + 14 * 3_600), 'clock_time_zone', '+14'],
  [String(NOW + 28_800 + 300), 'clock_time_zone', '+8'],
  [String(NOW - 28_800 - 300), 'clock_time_zone', '-8'],
  [String(NOW + 1_000), 'clock_ahead', '1000'],
  [String((NOW + DAY) * 1_000), 'clock_milliseconds', String((NOW + DAY) * 1_000)],
  [String((NOW - DAY) * 1_000), 'clock_milliseconds', String((NOW - DAY) * 1_000)],
  [String((NOW + DAY) * 1_000 + 1), 'clock_ahead', String((NOW + DAY) * 1_000 + 1 - NOW)],
  ['0', 'clock_behind', String(NOW)],
  ['9'.repeat(20), 'clock_ahead', String(1e20 - NOW)],
  ['9'.repeat(21), 'clock_not_seconds', '9'.repeat(21)],
  ['x'.repeat(50), 'clock_not_seconds', 'x'.repeat(40)],
  ['', 'clock_not_seconds', ''],
  [`${NOW} `, 'clock_not_seconds', `${NOW} `],
  [`-${NOW}`, 'clock_not_seconds', `-${NOW}`],
] as const)('a timestamp of %s is %s', ([timestamp, name, value]) => {
  expect(diagnoseTimestamp(timestamp, NOW * 1_000)).toEqual({ name, value })
})
