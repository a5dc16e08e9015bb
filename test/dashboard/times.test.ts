import { expect, test } from 'vitest'
import { offsetParts } from '../../dashboard/times.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.for([
  [0, []],
  [29_999, []],
  [-31_000, [[1, 'minutes']]],
  [5 * MINUTE, [[5, 'minutes']]],
  [59.6 * MINUTE, [[1, 'hours']]],
  [
    -(HOUR + 5 * MINUTE),
    [
      [1, 'hours'],
      [5, 'minutes'],
    ],
  ],
  [31 * DAY, [[31, 'days']]],
  [31 * DAY + 5 * MINUTE, [[31, 'days']]],
  [
    31 * DAY + 23 * HOUR + 59 * MINUTE,
    [
      [31, 'days'],
      [23, 'hours'],
    ],
  ],
] as const)('%d ms away is %j', ([ms, parts]) => {
  expect(offsetParts(ms)).toEqual(parts)
})
