import { expect } from 'vitest'
import { byDueTime } from '../../../src/engine/callbacks/notification.ts'
import { findDue, notifications } from '../../../src/engine/callbacks/notifications.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { test } from '../../helpers/callbacks.ts'
import { CountingStore } from '../../helpers/counting-store.ts'
import { TABLES } from '../../helpers/tables.ts'
import { NOON } from '../../helpers/world.ts'
import { outboxWith } from './outbox-with.ts'
import { sampleCallback } from './sample-callback.ts'

const HOUR = 3_600_000
/** Number of callbacks that wait for tomorrow. */
const WAITING = 2_000
/** Rows that a look may read besides the due ones: the callbacks right behind them, and those read to find attempts under way. */
const BESIDES = 20

const waiting = (url: string, count = WAITING) =>
  Array.from({ length: count }, (_, i) =>
    sampleCallback({ id: `W-${i}`, url, position: i, createdAt: NOON, dueAt: NOON + 24 * HOUR + i }),
  )

test('thousands that wait for tomorrow are not read to find the ones that are due', async ({ mock, receiver }) => {
  const { url, received } = await receiver.start()
  const due = [3, 1, 2].map((hours) =>
    sampleCallback({ id: `D-${hours}`, url, position: 0, dueAt: NOON - hours * HOUR }),
  )
  const store = new CountingStore(new MemoryStore(TABLES, { notifications: [...waiting(url), ...due] }))
  const outbox = outboxWith(mock, store)

  const first = await store.during(() => outbox.idle())

  expect(received.map(({ body }) => JSON.parse(body).id)).toEqual(['D-3', 'D-2', 'D-1'])
  // One look at the start, and one when the lane is done.
  // A row that is found by its id counts too: twice for each attempt.
  expect(first.rows).toBeLessThan(3 * due.length + 3 * BESIDES)
  outbox.wake()
  expect((await store.during(() => outbox.idle())).rows).toBeLessThan(2 * BESIDES)
  await outbox.stop()
})

test('nor to move the clock past the ones that are due on the way', async ({ mock, receiver }) => {
  const { url, received } = await receiver.start()
  const due = [3, 1, 2].map((hours) =>
    sampleCallback({ id: `D-${hours}`, url, position: 0, dueAt: NOON + hours * HOUR }),
  )
  const store = new CountingStore(new MemoryStore(TABLES, { notifications: [...waiting(url), ...due] }))
  const outbox = outboxWith(mock, store)
  await outbox.idle()

  const { rows } = await store.during(async () => {
    await outbox.moveClock((now) => ({ now: now + 5 * HOUR }))
    await outbox.idle()
  })

  expect(received.map(({ body }) => JSON.parse(body).id)).toEqual(['D-1', 'D-2', 'D-3'])
  expect(rows).toBeLessThan(3 * due.length + 4 * BESIDES)
  await outbox.stop()
})

test.for([0, 1, 7, 8, 9, 40, 300])(
  'of 300, the %i that are due are found in order, and when the next one is',
  async (count) => {
    // Two at each instant, the later one first.
    const all = Array.from({ length: 300 }, (_, i) =>
      sampleCallback({ id: `N-${i}`, position: -i, dueAt: NOON + Math.floor(i / 2) }),
    )
    const sorted = all.toSorted(byDueTime)
    const at = count === 0 ? NOON - 1 : (sorted[count - 1]?.dueAt ?? NOON)
    const expected = sorted.filter(({ dueAt }) => dueAt <= at)
    const store = new MemoryStore(TABLES, { notifications: [...all, sampleCallback({ id: 'delivered' })] })

    const { due, nextAt } = await store.transaction((tx) => findDue(tx, at, at))

    expect(due).toEqual(expected)
    expect(nextAt).toBe(sorted[expected.length]?.dueAt)
  },
)

test('what a transaction itself has saved, delivered or dropped counts', async () => {
  const [first, second, third] = [1, 2, 3].map((i) => sampleCallback({ id: `N-${i}`, position: i, dueAt: NOON + i }))
  if (!first || !second || !third) throw new Error('three')
  const store = new MemoryStore(TABLES, { notifications: [first, second] })

  const found = await store.transaction(async (tx) => {
    const { dueAt: _, ...delivered } = first
    await tx.in(notifications).save(delivered)
    await tx.in(notifications).save({ ...second, dueAt: NOON + 9 })
    await tx.in(notifications).save(third)
    return findDue(tx, NOON + 5, NOON)
  })

  expect(found).toEqual({ due: [third], nextAt: NOON + 9, isAwaited: false })
})
