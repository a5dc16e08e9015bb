import { describe, expect, test } from 'vitest'
import { parseDuration } from '../../src/control/calls/clock.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'

describe('a duration', () => {
  test.for([
    ['P31D', 31 * 86_400_000],
    ['P2W', 14 * 86_400_000],
    ['P1W2D', 9 * 86_400_000],
    ['PT5M', 300_000],
    ['PT1H1M1S', 3_661_000],
    ['P1DT1S', 86_401_000],
    ['PT0.5S', 500],
    ['PT0,25S', 250],
    ['PT0.0004S', 0],
    ['-PT1H', -3_600_000],
    ['+PT1H', 3_600_000],
    ['PT0S', 0],
    [90, 90_000],
    [0.0015, 2],
    [-1, -1_000],
  ] as const)('%s is %i ms', ([duration, ms]) => {
    expect(parseDuration(duration)).toBe(ms)
  })

  test.for(['', 'P', 'PT', 'P1', '1D', 'P1H', 'PT1D', 'P1DT', 'p1d', ' P1D', 'P1.5D', 'PT1S1M', 'P-1D', '90'])(
    '%j is none',
    (text) => {
      expect(() => parseDuration(text)).toThrowError(UsageError)
    },
  )

  test.for(['P1M', 'P1Y', 'P1Y2M3D', '-P1MT1S'])('in months or years has no fixed length: %s', (text) => {
    expect(() => parseDuration(text)).toThrowError(/no fixed length/)
  })

  test('five minutes are not five months', () => {
    expect(parseDuration('PT5M')).toBe(300_000)
    expect(() => parseDuration('P5M')).toThrowError(/no fixed length/)
  })
})
