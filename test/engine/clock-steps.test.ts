import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { FaultPlan } from '../../src/engine/faults/fault-plan.ts'
import { ObservedStore } from '../../src/engine/observed-store.ts'
import type { NewNotification } from '../../src/engine/operation.ts'
import { createMock } from '../helpers/engine.ts'
import { save } from '../helpers/save-callback.ts'
import { NOON } from '../helpers/world.ts'

const HOUR = 3_600_000

const callback: fc.Arbitrary<Partial<NewNotification>> = fc.record({
  url: fc.constantFrom(
    'http://127.0.0.1:3001/a',
    'http://127.0.0.1:3002/b',
    'http://localhost:3003/c',
    'http://elsewhere/',
    'http://127.0.0.1:3001/a',
  ),
  schedule: fc.constantFrom('coupon', 'payment'),
  dueAt: fc.constantFrom(0, 0, 15_000, 60_000, 2 * HOUR).map((ms) => NOON + ms),
})

const fault: fc.Arbitrary<FaultPlan> = fc
  .tuple(
    fc.constantFrom<FaultPlan>(
      { effect: 'late', lateMs: 17_000 },
      { effect: 'late', lateMs: 60_000 },
      { effect: 'out_of_order' },
      { effect: 'out_of_order' },
      { effect: 'duplicate' },
      { effect: 'probe' },
      { effect: 'wrong_api_v3_key' },
    ),
    fc.constantFrom<FaultPlan>({ always: true }, { percent: 50 }, { percent: 50, seed: 'x' }, { times: 2 }, { nth: 2 }),
  )
  .map(([what, which]) => ({ event: 'any', ...what, ...which }))

interface Day {
  readonly faults: readonly FaultPlan[]
  readonly callbacks: readonly Partial<NewNotification>[]
  /** Statuses that the receivers answer in rotation; 0 means no answer. */
  readonly replies: readonly number[]
  readonly length: number
}

const day: fc.Arbitrary<Day> = fc.record({
  faults: fc.oneof(fc.constant([]), fc.array(fault, { minLength: 1, maxLength: 4 })),
  callbacks: fc.array(callback, { minLength: 1, maxLength: 4 }),
  replies: fc.array(fc.constantFrom(0, 200, 204, 302, 400, 500, 500, 500), { minLength: 1, maxLength: 7 }),
  length: fc.constantFrom(1, 59_999, 60_000, HOUR, 12 * HOUR, 26 * HOUR),
})

/** Plays a day whose clock moves in steps: everything that was sent, to the byte, and the final state. */
async function live({ faults, callbacks, replies, length }: Day, cuts: readonly number[]) {
  const sent: unknown[] = []
  const mock = createMock({
    seed: 'empty',
    randomSeed: 'steps',
    clock: { now: () => NOON },
    clockStart: { frozen: true },
    receive: async (request) => {
      sent.push([mock.clock.now(), request.url, [...request.headers], await request.text()])
      const status = replies[(sent.length - 1) % replies.length]
      if (!status) throw new Error('Nobody is there.')
      return new Response(null, { status })
    },
  })
  for (const plan of faults) mock.faults.plan(plan)
  for (const one of callbacks) await save(mock, one)
  for (const cut of cuts) await mock.advanceTo(NOON + cut)
  await mock.advanceTo(NOON + length)
  const journal = (await mock.control.journal()).map(({ duration_ms: _, ...exchange }) => exchange)
  return { sent, journal, world: await mock.control.world(), faults: mock.faults.planned }
}

test('one long move of the clock and many short ones come to the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      day,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }),
      async (day, shares) => {
        const cuts = shares.map((share) => Math.floor(share * day.length)).toSorted((a, b) => a - b)

        expect(await live(day, cuts)).toEqual(await live(day, []))
      },
    ),
    { numRuns: 40, seed: 20_261_125 },
  )
})

test('what is delivered never comes before it is due, and goes out in order', async () => {
  await fc.assert(
    fc.asyncProperty(day, async (day) => {
      const { journal, world } = await live(day, [])

      const times = journal.map(({ time }) => Date.parse(time))
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      for (const { due_time } of world.notifications ?? []) {
        if (due_time !== undefined) expect(Date.parse(due_time)).toBeGreaterThan(NOON + day.length)
      }
    }),
    { numRuns: 15, seed: 20_261_125 },
  )
})

test('a year with nothing to deliver is no more work than a second', async ({ onTestFinished }) => {
  const transactions = vi.spyOn(ObservedStore.prototype, 'transaction')
  onTestFinished(() => transactions.mockRestore())
  const mock = createMock({ seed: 'empty', clock: { now: () => NOON } })
  /** Number of transactions that a move of the clock takes. */
  const looks = async (ms: number) => {
    transactions.mockClear()
    await mock.advance(ms)
    await mock.outbox.idle()
    return transactions.mock.calls.length
  }
  const ofSecond = await looks(1_000)

  expect(ofSecond).toBeGreaterThan(0)
  expect(await looks(365 * 24 * HOUR)).toBeLessThanOrEqual(ofSecond)
  expect(mock.clock.now()).toBe(NOON + 1_000 + 365 * 24 * HOUR)
})
