import { describe, expect, test } from 'vitest'
import { millisecondTimestamps, searchedTimestamps, timestampVariants } from '../../src/diagnosis/diagnose.ts'
import { named, told } from './told.ts'

describe('as a timestamp', () => {
  test('are tried together with other mistakes: none, milliseconds, the seconds beside it, and other time zones', () => {
    const variants = timestampVariants('1700000000').map(told)

    expect(variants.slice(0, 8)).toEqual([
      '3 timestamp_missing: ',
      '1 timestamp_milliseconds(1700000000000): 1700000000000',
      '2 timestamp_differs(1699999999): 1699999999',
      '2 timestamp_differs(1700000001): 1700000001',
      '2 timestamp_differs(1699999998): 1699999998',
      '2 timestamp_differs(1700000002): 1700000002',
      '2 timestamp_differs(1699999997): 1699999997',
      '2 timestamp_differs(1700000003): 1700000003',
    ])
    expect(variants.slice(8)).toEqual(
      Array.from({ length: 14 }, (_, index) => (index + 1) * 3_600).flatMap((off) =>
        [1_700_000_000 - off, 1_700_000_000 + off].map(
          (seconds) => `${off === 28_800 ? 2 : 'alone'} timestamp_time_zone(${seconds}): ${seconds}`,
        ),
      ),
    )
  })

  test('is tried every millisecond of its second, alone', () => {
    const variants = millisecondTimestamps('1700000000')

    expect(variants.map(({ value }) => value)).toEqual(
      Array.from({ length: 999 }, (_, index) => String(1_700_000_000_001 + index)),
    )
    for (const { value, causes, rank } of variants) {
      expect([named(causes), rank]).toEqual([`timestamp_milliseconds(${value})`, 'alone'])
    }
  })

  test('is tried every second of ten minutes before and behind, the nearest first, alone', () => {
    const variants = searchedTimestamps('1700000000').map(told)

    expect(variants).toEqual(
      Array.from({ length: 597 }, (_, index) => index + 4).flatMap((off) =>
        [1_700_000_000 - off, 1_700_000_000 + off].map((seconds) => `alone timestamp_differs(${seconds}): ${seconds}`),
      ),
    )
  })

  test.for(['', 'now', '1.5', '1700000000 ', 'x1700000000', '1'.repeat(13)])(
    'none that is not there for %j',
    (text) => {
      expect(timestampVariants(text).map(told)).toEqual(text === '' ? [] : ['3 timestamp_missing: '])
      expect(millisecondTimestamps(text)).toEqual([])
      expect(searchedTimestamps(text)).toEqual([])
    },
  )

  test('has at most twelve digits', () => {
    expect(millisecondTimestamps('1'.repeat(12))).toHaveLength(999)
  })
})
