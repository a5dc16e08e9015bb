import { expect } from 'vitest'
import { ClockHold } from '../../../src/engine/callbacks/clock-hold.ts'
import { AdjustableClock } from '../../../src/engine/clock.ts'
import { DocumentsCopy } from '../../../src/engine/state/documents.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { test } from '../../helpers/callbacks.ts'
import { save } from '../../helpers/save-callback.ts'
import { NOON } from '../../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

test('a move of the clock tells how many of its callbacks it has passed', async ({ mock, control, receiver }) => {
  const seen: unknown[] = []
  const { url } = await receiver.start(async (_, response) => {
    seen.push((await control.clock()).moving)
    response.writeHead(204).end()
  })
  for (let i = 1; i <= 3; i++) await save(mock, { url, dueAt: NOON + i * SECOND })
  await save(mock, { url, dueAt: NOON + 2 * MINUTE })
  const told: unknown[] = []
  mock.changes.subscribe(({ documents }) => documents.includes('clock') && told.push(mock.outbox.moving?.delivered))
  expect(await control.clock()).not.toHaveProperty('moving')
  await control.advance('PT1M')

  const to = '2026-11-25T12:01:00.000+08:00'
  expect(seen).toEqual([0, 1, 2].map((delivered) => ({ to, delivered, due: 3 })))
  expect(await control.clock()).not.toHaveProperty('moving')
  expect(told).toContain(3)
})

test('repeats that come due on the way count too', async ({ mock, control, receiver }) => {
  const seen: unknown[] = []
  const { url } = await receiver.start(async (_, response) => {
    seen.push((await control.clock()).moving)
    response.writeHead(500).end()
  })
  await save(mock, { url, dueAt: NOON + SECOND, schedule: [{ times: 2, seconds: 10 }] })
  await control.advance('PT1M')

  expect(seen).toMatchObject([
    { delivered: 0, due: 1 },
    { delivered: 1, due: 2 },
    { delivered: 2, due: 3 },
  ])
})

test('a receiver that is left behind keeps the number from its end', async ({ mock, receiver }) => {
  const answered = Promise.withResolvers<void>()
  const slow = await receiver.start(async (_, response) => {
    await answered.promise
    response.writeHead(204).end()
  })
  const { url } = await receiver.start((_, response) => {
    response.writeHead(204).end()
  })
  await save(mock, { url: slow.url, dueAt: NOON + SECOND })
  await save(mock, { url, dueAt: NOON + 2 * SECOND })
  const move = mock.advance(MINUTE)
  await expect.poll(() => mock.outbox.moving).toEqual({ to: NOON + MINUTE, delivered: 1, due: 2 })

  answered.resolve()
  await move
  expect(mock.outbox.moving).toBeUndefined()
})

test('the processes that share a store see how far one of them has come, until it is over or that one is gone', async () => {
  class SharedDocuments extends DocumentsCopy {
    async refresh(): Promise<void> {}
  }
  const documents = new SharedDocuments()
  let machine = 0
  const clock = new AdjustableClock({ now: () => machine }, {}, documents)
  const store = new MemoryStore([], {}, documents)
  const [mover, other] = [new ClockHold(store, clock), new ClockHold(store, clock)]
  await mover.take(undefined)
  expect([other.isOthers, other.othersProgress]).toEqual([true, undefined])

  const progress = { to: NOON, delivered: 1, due: 3 }
  await mover.take(undefined, { now: NOON - SECOND, frozen: true }, progress)
  expect([mover.othersProgress, other.othersProgress]).toEqual([undefined, progress])

  machine += MINUTE
  expect(other.othersProgress).toBeUndefined()
  machine -= MINUTE
  await mover.end(undefined, {})
  expect(other.othersProgress).toBeUndefined()
})
