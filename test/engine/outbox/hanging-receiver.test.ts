import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, vi } from 'vitest'
import { notifications } from '../../../src/engine/callbacks/notifications.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import type { OpenedMock } from '../../helpers/engine.ts'
import { createMock } from '../../helpers/engine.ts'
import { save } from '../../helpers/save-callback.ts'
import { TABLES } from '../../helpers/tables.ts'
import { NOON, test } from '../../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HANGS = 'http://hangs.example/notify'
const WORKS = 'http://works.example/notify'

/** A mock whose receivers get callbacks by a function: `hangs` tells of each whether it gets no reply. */
function aMock(hangs: (url: string, count: number) => boolean) {
  const got: string[] = []
  const counts = new Map<string, number>()
  const mock: OpenedMock = createMock({
    ...{ seed: 'empty', randomSeed: 'hangs', diagnosis: 'off' },
    clock: { now: () => NOON },
    clockStart: { frozen: true },
    receive: async ({ url }) => {
      const count = (counts.get(url) ?? 0) + 1
      counts.set(url, count)
      got.push(`${new URL(url).hostname} at ${(mock.clock.now() - NOON) / SECOND}`)
      return hangs(url, count) ? new Promise<never>(() => {}) : new Response(null, { status: 204 })
    },
  })
  return { mock, got, counts }
}

/** Waits for what the threads that sign were given before, and for what follows from it, so that no time passes meanwhile. */
async function signed(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await Promise.all(Array.from({ length: 4 }, () => promisify(randomBytes)(1)))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Runs `work` with timers that pass only as they are told; returns how many milliseconds had to pass. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  try {
    let isDone = false
    const done = work().finally(() => {
      isDone = true
    })
    let passed = 0
    while (!isDone && passed < 600_000) {
      await signed()
      await vi.advanceTimersByTimeAsync(50)
      if (vi.getTimerCount() > 0) passed += 50
    }
    await done
    return passed
  } finally {
    vi.useRealTimers()
  }
}

describe('a receiver that hangs while the clock is moved', () => {
  test('keeps the callbacks to others neither from their order nor from their time', async () => {
    const { mock, got } = aMock((url) => url === HANGS)
    await save(mock, { url: HANGS, dueAt: NOON + SECOND })
    for (const at of [2, 3, 30]) await save(mock, { url: WORKS, dueAt: NOON + at * SECOND })
    await timed(() => mock.advance(40 * SECOND))

    expect(got).toEqual(['hangs.example at 1', ...[2, 3, 30].map((at) => `works.example at ${at}`)])
    const shown = await mock.control.notifications()
    expect(shown.filter(({ state }) => state === 'delivered')).toHaveLength(3)
    expect(mock.clock.now()).toBe(NOON + 40 * SECOND)
  })

  test('costs five seconds once, then one at a time, and in the end nothing', async () => {
    const { mock, counts } = aMock(() => true)
    for (let i = 0; i < 30; i++) await save(mock, { url: HANGS, dueAt: NOON + SECOND, schedule: [] })
    const passed = await timed(() => mock.advance(MINUTE))

    expect(counts.get(HANGS)).toBe(6)
    expect(passed).toBeLessThanOrEqual(11_000)
    const attempts = (await mock.control.notifications()).flatMap((one) => one.attempts)
    expect(attempts.map(({ time }) => time)).toEqual(attempts.map(() => '2026-11-25T12:00:01+08:00'))
    const reasons = attempts.map(({ reason }) => `${reason?.name} ${reason?.value ?? ''}`.trim())
    expect(reasons.toSorted()).toEqual([
      ...Array.from({ length: 24 }, () => 'hangs'),
      'too_late',
      ...Array.from({ length: 5 }, () => 'too_late 1'),
    ])
  })

  test('gets each repeat at the time of its schedule, and is one like the others once it replies', async () => {
    const { mock, got } = aMock((url, count) => url === HANGS && count === 1)
    await save(mock, { url: HANGS, dueAt: NOON + SECOND, schedule: 'coupon' })
    await save(mock, { url: WORKS, dueAt: NOON + 30 * MINUTE })
    await save(mock, { url: HANGS, dueAt: NOON + 40 * MINUTE })
    await timed(() => mock.advance(60 * MINUTE))

    // By then the clock has gone on with the others.
    expect(got[0]).toBe('hangs.example at 1')
    expect(got.toSorted()).toEqual(
      expect.arrayContaining(['hangs.example at 1', 'hangs.example at 2400', 'works.example at 1800']),
    )
    const shown = await mock.control.notifications()
    expect(shown.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered'])
    expect(shown.flatMap(({ attempts }) => attempts.map(({ time }) => time)).toSorted()).toEqual([
      '2026-11-25T12:00:01+08:00',
      '2026-11-25T12:01:01+08:00',
      '2026-11-25T12:30:00+08:00',
      '2026-11-25T12:40:00+08:00',
    ])
  })

  test('waits beside others that hang', async () => {
    const { mock, got } = aMock(() => true)
    const urls = Array.from({ length: 8 }, (_, i) => `http://r${i}.example/`)
    for (const url of urls) await save(mock, { url, dueAt: NOON + SECOND, schedule: [] })
    const passed = await timed(() => mock.advance(MINUTE))

    expect(got).toHaveLength(8)
    // Half a second for each until it is left behind, and five for the last.
    expect(passed).toBeLessThanOrEqual(8 * 500 + 5_500)
  })
})

describe('a second move of the clock', () => {
  test('waits for its turn, and comes', async () => {
    const { mock } = aMock(() => false)
    for (let i = 1; i <= 20; i++) await save(mock, { url: WORKS, dueAt: NOON + i * SECOND })
    await Promise.all([mock.advance(MINUTE), mock.advance(MINUTE), mock.advance(MINUTE)])
    expect(mock.clock.now()).toBe(NOON + 3 * MINUTE)
  })

  test('is told which receiver keeps the first one waiting', async () => {
    const { mock } = aMock((url) => url === HANGS)
    await save(mock, { url: HANGS, dueAt: NOON + SECOND, schedule: [] })
    const results: unknown[] = []
    await timed(async () => {
      const second = mock.advance(MINUTE)
      const third = mock.advance(MINUTE).catch((error: unknown) => results.push(error))
      await Promise.all([second, third])
    })
    expect(results).toEqual([
      expect.objectContaining({
        code: 'MOCK_CLOCK_BUSY',
        message: expect.stringContaining('http://hangs.example'),
      }),
    ])
    expect(mock.clock.now()).toBe(NOON + MINUTE)
  })
})

test('many callbacks that are due take few transactions, and the clock one step for each second', async () => {
  const transactions = vi.spyOn(MemoryStore.prototype, 'transaction')
  const { mock, got } = aMock(() => false)
  for (let i = 1; i <= 200; i++) await save(mock, { url: WORKS, dueAt: NOON + i * 10 })
  const steps: unknown[] = []
  mock.store.documents.subscribe((names) => names.has('clock') && steps.push(mock.clock.now() - NOON))
  transactions.mockClear()
  await mock.advance(MINUTE)
  const count = transactions.mock.calls.length
  transactions.mockRestore()

  expect(got).toHaveLength(200)
  // In lots of 64 at most.
  expect(new Set(steps)).toEqual(new Set([640, 990, 1_630, 1_990, 2_000, 60_000]))
  const times = mock.journal.list({ callbacks: 'only' }).map(({ at }) => at - NOON)
  expect(times).toEqual(Array.from({ length: 200 }, (_, i) => (i + 1) * 10))
  expect(count).toBeLessThan(20)
})

test('one that another process changes while those before it are sent is sent as it is then', async () => {
  const summaries: unknown[] = []
  const store = new MemoryStore(TABLES)
  const mock: OpenedMock = createMock({
    ...{ seed: 'empty', randomSeed: 'changes', clock: { now: () => NOON }, clockStart: { frozen: true }, store },
    receive: async (callback) => {
      const { summary } = Object(await callback.json())
      summaries.push(summary)
      if (summaries.length === 1) {
        await store.transaction(async (tx) => {
          await tx.in(notifications).save({ ...last, summary: 'changed' })
          await tx.in(notifications).delete(beforeLast.mchid, beforeLast.id)
        })
      }
      return new Response(null, { status: 204 })
    },
  })
  for (let i = 1; i <= 98; i++) await save(mock, { url: WORKS, summary: 'as it was', dueAt: NOON + i * 10 })
  const beforeLast = await save(mock, { url: WORKS, summary: 'deleted', dueAt: NOON + 990 })
  const last = await save(mock, { url: WORKS, summary: 'as it was', dueAt: NOON + SECOND })
  await mock.advance(MINUTE)

  expect(summaries).toEqual([...Array.from({ length: 98 }, () => 'as it was'), 'changed'])
})

test('one that is due is sent before the clock goes back, and none on the way', async () => {
  const store = new MemoryStore(TABLES)
  const sent: number[] = []
  const mock: OpenedMock = createMock({
    ...{ seed: 'empty', clock: { now: () => NOON }, clockStart: { frozen: true }, store },
    receive: () => {
      sent.push(mock.clock.now() - NOON)
      return new Response(null, { status: 204 })
    },
  })
  // By another process, which has not told this one.
  const made = await save(mock, { url: WORKS, dueAt: NOON + MINUTE })
  await store.transaction(async (tx) => {
    await tx.in(notifications).save({ ...made, dueAt: NOON })
    await tx.in(notifications).save({ ...made, id: 'later', dueAt: NOON + 1 })
  })
  await mock.advance(-MINUTE)

  expect(sent).toEqual([0])
  expect(mock.clock.now()).toBe(NOON - MINUTE)
})
