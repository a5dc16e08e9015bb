import { expect, test } from 'vitest'
import { ascending, descending } from '../../src/engine/state/table.ts'

const NUMBERS = [-(2 ** 52), -1_000_000, -10, -9, -1, 0, 1, 9, 10, 1_795_572_000_000, 2 ** 52]

test('texts of numbers sort as the numbers do, upwards and downwards', () => {
  const shuffled = NUMBERS.toSorted((a, b) => String(a).localeCompare(String(b)))

  expect(shuffled.toSorted((a, b) => (ascending(a) < ascending(b) ? -1 : 1))).toEqual(NUMBERS)
  expect(shuffled.toSorted((a, b) => (descending(a) < descending(b) ? -1 : 1))).toEqual(NUMBERS.toReversed())
})

test('of several numbers the first one counts, then the next', () => {
  const sorted = [ascending(1, 99), ascending(2, -5), ascending(2, 7), ascending(10, 0)]

  expect(sorted.toSorted()).toEqual(sorted)
})

test.for([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 52 + 1, -(2 ** 52) - 1])(
  'a number that such a text cannot place is refused: %d',
  (number) => {
    expect(() => ascending(number)).toThrow(RangeError)
    expect(() => descending(number)).toThrow(RangeError)
  },
)
