import { describe, expect, test } from 'vitest'
import { AdjustableClock, systemClock } from '../../src/engine/clock.ts'
import { UsageError } from '../../src/protocol/errors.ts'

/** A machine whose time moves only when the test says so. */
function aMachine(start = 1_000_000) {
  let at = start
  return {
    now: () => at,
    pass(ms: number) {
      at += ms
    },
  }
}

test('the system clock is the time of the machine', () => {
  const before = Date.now()
  const now = systemClock.now()

  expect(now).toBeGreaterThanOrEqual(before)
  expect(now).toBeLessThanOrEqual(Date.now())
})

describe('a clock that runs', () => {
  test('starts with the machine and goes with it', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)

    expect(clock.now()).toBe(1_000_000)
    machine.pass(5)
    expect(clock.now()).toBe(1_000_005)
    expect(clock.frozen).toBe(false)
  })

  test('runs on from where it was set', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)

    clock.set(42)
    expect(clock.now()).toBe(42)
    machine.pass(8)
    expect(clock.now()).toBe(50)
  })

  test('moves forward and back', () => {
    const clock = new AdjustableClock(aMachine())

    clock.advance(60_000)
    expect(clock.now()).toBe(1_060_000)
    clock.advance(-120_000)
    expect(clock.now()).toBe(940_000)
  })
})

describe('a clock that stands still', () => {
  test('keeps its time while the machine goes on', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)
    clock.freeze()
    machine.pass(5_000)

    expect(clock.now()).toBe(1_000_000)
    expect(clock.frozen).toBe(true)
  })

  test('stands still where it is set or moved', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)
    clock.freeze()
    clock.set(42)
    machine.pass(5_000)
    expect(clock.now()).toBe(42)

    clock.advance(8)
    machine.pass(5_000)
    expect(clock.now()).toBe(50)
    expect(clock.frozen).toBe(true)
  })

  test('runs on from where it stands', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)
    clock.freeze()
    machine.pass(5_000)
    clock.run()
    expect(clock.now()).toBe(1_000_000)
    expect(clock.frozen).toBe(false)

    machine.pass(7)
    expect(clock.now()).toBe(1_000_007)
  })

  test('freezing or running twice changes nothing', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)
    clock.run()
    expect(clock.now()).toBe(1_000_000)
    clock.freeze()
    machine.pass(5)
    clock.freeze()
    expect(clock.now()).toBe(1_000_000)
  })
})

describe('a setting', () => {
  test.for([
    // [before, setting, then, frozen]
    ['running', { now: 42 }, 42, false],
    ['running', { frozen: true }, 1_000_000, true],
    ['running', { now: 42, frozen: true }, 42, true],
    ['running', { now: 42, frozen: false }, 42, false],
    ['frozen', { now: 42 }, 42, true],
    ['frozen', { frozen: false }, 1_000_000, false],
    ['frozen', { now: 42, frozen: false }, 42, false],
    ['frozen', { now: 42, frozen: true }, 42, true],
    ['running', {}, 1_000_000, false],
    ['frozen', {}, 1_000_000, true],
  ] as const)('a clock that is %s takes over %j', ([before, setting, now, frozen]) => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)
    if (before === 'frozen') clock.freeze()
    clock.put(setting)

    expect(clock.now()).toBe(now)
    expect(clock.frozen).toBe(frozen)
    machine.pass(7)
    expect(clock.now()).toBe(frozen ? now : now + 7)
  })

  test('stands still at exactly the time given, though the machine goes on', () => {
    let at = 1_000_000
    const clock = new AdjustableClock({ now: () => at++ })
    clock.put({ now: 42, frozen: true })

    expect(clock.now()).toBe(42)
  })

  test('that is impossible changes nothing', () => {
    const clock = new AdjustableClock(aMachine())

    expect(() => clock.put({ now: Number.NaN, frozen: true })).toThrow(UsageError)
    expect(clock.now()).toBe(1_000_000)
    expect(clock.frozen).toBe(false)
  })
})

describe('a reset', () => {
  test('goes back to the machine, running', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine)
    clock.set(42)
    clock.freeze()
    machine.pass(5)
    clock.reset()

    expect(clock.now()).toBe(1_000_005)
    expect(clock.frozen).toBe(false)
  })

  test('goes back to the setting that the clock started with', () => {
    const machine = aMachine()
    const clock = new AdjustableClock(machine, { now: 42, frozen: true })
    expect(clock.now()).toBe(42)

    clock.put({ now: 99, frozen: false })
    machine.pass(5)
    clock.reset()

    expect(clock.now()).toBe(42)
    expect(clock.frozen).toBe(true)
  })
})

describe('a time that cannot be written', () => {
  const first = Date.parse('0001-01-01T00:00:00+08:00')
  const last = Date.parse('9999-12-31T23:59:59.999+08:00')

  test.for([first, 0, last])('%d can be shown', (at) => {
    const clock = new AdjustableClock(aMachine())
    clock.set(at)

    expect(clock.now()).toBe(at)
  })

  test.for([first - 1, last + 1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300])(
    '%d is misuse and leaves the clock as it was',
    (at) => {
      const clock = new AdjustableClock(aMachine())
      let error: unknown
      try {
        clock.set(at)
      } catch (thrown) {
        error = thrown
      }

      expect(error).toBeInstanceOf(UsageError)
      expect(error).toMatchObject({ code: 'MOCK_CLOCK_OUT_OF_RANGE' })
      expect(clock.now()).toBe(1_000_000)
    },
  )

  test('cannot be reached by moving either', () => {
    const clock = new AdjustableClock(aMachine())

    expect(() => clock.advance(1e300)).toThrow(UsageError)
    expect(() => clock.advance(Number.NaN)).toThrow(UsageError)
    expect(clock.now()).toBe(1_000_000)
  })
})
