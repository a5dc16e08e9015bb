import { describe, expect, test } from 'vitest'
import { AdjustableClock, type ClockChange, systemClock } from '../../src/engine/clock.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'

const START = 1_000_000

/** A clock, and its machine, whose time moves only when the test says so. */
function aClock(start?: ConstructorParameters<typeof AdjustableClock>[1]) {
  let at = START
  const clock = new AdjustableClock({ now: () => at }, start)
  const pass = (ms: number) => {
    at += ms
  }
  return { clock, pass }
}

test('the system clock is the time of the machine', () => {
  const before = Date.now()
  const now = systemClock.now()

  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now())
})

const FREEZE = { frozen: true }
const RUN = { frozen: false }

/** A change of the clock, milliseconds that pass on the machine, or a move by some milliseconds. */
type Step = ClockChange | number | `${'+' | '-'}${number}`

test.for<readonly [steps: readonly Step[], now: number, frozen: boolean]>([
  // One that runs.
  [[], START, false],
  [[5], START + 5, false],
  [[{ now: 42 }, 8], 50, false],
  [['+60000'], START + 60_000, false],
  [['+60000', '-120000'], START - 60_000, false],
  [[{}], START, false],
  [[{ now: 42, ...RUN }, 7], 49, false],
  [[RUN], START, false],
  // One that stands still.
  [[FREEZE, 5_000], START, true],
  [[{ now: 42, ...FREEZE }, 7], 42, true],
  [[FREEZE, { now: 42 }, 5_000], 42, true],
  [[FREEZE, { now: 42 }, '+8', 5_000], 50, true],
  [[FREEZE, { now: 42, ...FREEZE }, 7], 42, true],
  [[FREEZE, {}], START, true],
  [[FREEZE, 5, FREEZE], START, true],
  // One that runs on from where it stands.
  [[FREEZE, 5_000, RUN], START, false],
  [[FREEZE, 5_000, RUN, 7], START + 7, false],
  [[FREEZE, { now: 42, ...RUN }, 7], 49, false],
])('%j: the clock shows %d, frozen: %s', ([steps, now, frozen]) => {
  const { clock, pass } = aClock()
  for (const step of steps) {
    if (typeof step === 'number') pass(step)
    else if (typeof step === 'string') clock.advance(Number(step))
    else clock.put(step)
  }

  expect({ now: clock.now(), frozen: clock.frozen }).toEqual({ now, frozen })
})

test('a clock stands still at exactly the time given, though the machine goes on', () => {
  let at = START
  const clock = new AdjustableClock({ now: () => at++ })
  clock.put({ now: 42, frozen: true })

  expect(clock.now()).toBe(42)
})

test.for([
  [undefined, { now: START + 5, frozen: false }],
  [
    { now: 42, frozen: true },
    { now: 42, frozen: true },
  ],
])('a reset goes back to where the clock started: %j', ([start, expected]) => {
  const { clock, pass } = aClock(start)
  clock.put({ now: 99, frozen: start === undefined })
  pass(5)
  clock.reset()

  expect({ now: clock.now(), frozen: clock.frozen }).toEqual(expected)
})

describe('a time that cannot be written', () => {
  const first = Date.parse('0001-01-01T00:00:00+08:00')
  const last = Date.parse('9999-12-31T23:59:59.999+08:00')

  test.for([first, 0, last])('%d can be shown', (at) => {
    const { clock } = aClock()
    clock.set(at)

    expect(clock.now()).toBe(at)
  })

  test.for([first - 1, last + 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300])(
    '%d is misuse and leaves the clock as it was',
    (at) => {
      const { clock } = aClock()
      const refusal = expect.objectContaining({ code: 'MOCK_CLOCK_OUT_OF_RANGE' })

      expect(() => clock.set(at)).toThrow(refusal)
      expect(() => clock.put({ now: at, frozen: true })).toThrow(UsageError)
      expect(() => clock.advance(at < 0 || at > last ? at * 2 : Number.NaN)).toThrow(refusal)
      expect({ now: clock.now(), frozen: clock.frozen }).toEqual({ now: START, frozen: false })
    },
  )
})
