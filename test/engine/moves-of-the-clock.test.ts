import { describe, expect } from 'vitest'
import { test } from '../helpers/callbacks.ts'
import { save } from '../helpers/save-callback.ts'
import { NOON } from '../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const SOON = { timeout: 10_000 }

describe('a move of the clock that waits for a receiver', () => {
  test.for([
    ['a reset', 'reset'],
    ['a restore', 'restore'],
    ['the end of the mock', 'stop'],
  ] as const)('is ended by %s', async ([, how], { mock, control, receiver }) => {
    const { url, received } = await receiver.start(() => {})
    for (let i = 0; i < 5; i++) await save(mock, { url, dueAt: NOON + i * MINUTE + 1 })
    const move = mock.advance(10 * MINUTE).catch((error: unknown) => error)
    await expect.poll(() => received.length, SOON).toBe(1)
    const next = mock.control.world().then(({ taken_at }) => taken_at)
    if (how === 'reset') await control.reset()
    else if (how === 'restore') await control.restore({})
    else await mock.outbox.stop()

    expect(await move).toMatchObject({ code: 'MOCK_CLOCK_MOVE_ENDED' })
    expect(await next).toBe('2026-11-25T12:00:00.001+08:00')
    expect(received).toHaveLength(1)
    expect(mock.clock.now()).toBe(how === 'reset' ? NOON : NOON + 1)
  })

  test('ends those that are under way; one that waits behind it moves the clock, and delivers nothing', async ({
    mock,
    control,
    receiver,
  }) => {
    const { url, received } = await receiver.start(() => {})
    await save(mock, { url, dueAt: NOON + 1 })
    const moves = [mock.advance(MINUTE), mock.advance(MINUTE)].map((move) => move.catch((error: unknown) => error))
    await expect.poll(() => received.length, SOON).toBe(1)
    const reset = control.reset()
    await expect
      .poll(
        () =>
          mock.advance(2 * MINUTE).then(
            () => true,
            () => false,
          ),
        SOON,
      )
      .toBe(true)
    await reset

    expect(await Promise.all(moves)).toMatchObject([{ code: 'MOCK_CLOCK_MOVE_ENDED' }, undefined])
    expect(received).toHaveLength(1)
  })

  test('goes together with a restore, whichever is asked for first', async ({ mock, control }) => {
    await save(mock, { url: 'http://127.0.0.1:9/', dueAt: NOON + 1 })

    await Promise.all([control.advance(60), control.restore({}), control.advance(60)])

    expect(mock.clock.now()).toBe(NOON + 2 * MINUTE)
  })

  test('is not waited for by its receiver', async ({ mock, control, receiver }) => {
    const asked: unknown[] = []
    const { url, received } = await receiver.start(async (_, response) => {
      asked.push(await control.advance(60).catch((error: unknown) => error))
      asked.push(await control.freeze().catch((error: unknown) => error))
      response.writeHead(200).end()
    })
    await save(mock, { url, dueAt: NOON + 1 })
    await mock.advance(MINUTE)

    expect(asked).toMatchObject([{ code: 'MOCK_CLOCK_BUSY' }, { code: 'MOCK_CLOCK_BUSY' }])
    expect(received).toHaveLength(1)
    expect(await control.notifications({ state: 'delivered' })).toHaveLength(1)
    expect(mock.clock.now()).toBe(NOON + MINUTE)
  })
})
