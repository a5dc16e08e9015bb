import { describe, expect, vi } from 'vitest'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { test } from '../../helpers/callbacks.ts'
import { save } from '../../helpers/save-callback.ts'
import { NOON } from '../../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** How long what comes by itself may take on a busy machine. */
const SOON = { timeout: 10_000 }

describe('the clock', () => {
  test('that is set forward delivers, in the answer of the control API', async ({ control, sent }) => {
    const { received } = await sent(500)
    await control.setClock({ now: new Date(NOON + 3 * MINUTE), frozen: false })

    expect(received).toHaveLength(4)
    expect(await control.clock()).toEqual({ now: '2026-11-25T12:03:00.000+08:00', frozen: false })
  })

  test('that runs stands still at each instant while it is moved, and runs on from its aim', async ({
    mock,
    receiver,
    machine,
  }) => {
    await mock.setClock({ frozen: false })
    const { url } = await receiver.start((_, response) => {
      machine.pass(7)
      response.writeHead(500).end()
    })
    for (let i = 0; i < 2; i++) await save(mock, { url, dueAt: NOON + SECOND })
    await mock.advance(3 * MINUTE)

    expect(mock.journal.list({ callbacks: 'only' }).map(({ at }) => at - NOON)).toEqual(
      [1, 1, 61, 61, 121, 121].map((s) => s * SECOND),
    )
    expect({ now: mock.clock.now(), frozen: mock.clock.frozen }).toEqual({ now: NOON + 3 * MINUTE, frozen: false })
    machine.pass(5)
    expect(mock.clock.now()).toBe(NOON + 3 * MINUTE + 5)
  })

  test('is written together with what was taken before, and with what begins', async ({
    mock,
    control,
    receiver,
    onTestFinished,
  }) => {
    const count = 20
    const seen: number[] = []
    const { url } = await receiver.start(async (_, response) => {
      const attempts = (await control.notifications()).flatMap((one) => one.attempts)
      seen.push(attempts.filter(({ status }) => status === 200).length)
      response.writeHead(200).end()
    })
    for (let i = 1; i <= count; i++) await save(mock, { url, dueAt: NOON + i * SECOND })
    // No receiver is slow then.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const transactions = vi.spyOn(MemoryStore.prototype, 'transaction')
    await mock.advance(MINUTE)

    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i))
    const ofReceiver = count
    // Not two for each callback; some look for callbacks before and after.
    expect(transactions.mock.calls.length - ofReceiver).toBeLessThan(2 * count)
  })

  test('that goes back delivers nothing', async ({ mock, sent }) => {
    const { received } = await sent(undefined, { dueAt: NOON + MINUTE })
    await mock.advance(-MINUTE)
    await mock.outbox.idle()
    await mock.advance(MINUTE)

    expect(received).toEqual([])
    await mock.advance(MINUTE)
    expect(received).toHaveLength(1)
  })

  test('that runs makes repeats due by itself', async ({ mock, machine, sent }) => {
    await mock.setClock({ frozen: false })
    const { received } = await sent(500, { dueAt: NOON + 30 })
    expect(received).toEqual([])

    machine.pass(30)
    await expect.poll(() => received.length, SOON).toBe(1)
    await mock.outbox.idle()
    machine.pass(MINUTE)
    mock.outbox.wake()
    await expect.poll(() => received.length, SOON).toBe(2)
  })

  test('that stands still delivers only what is due', async ({ mock, machine, sent }) => {
    const { received } = await sent(500)
    machine.pass(10 * MINUTE)
    await mock.outbox.idle()

    expect(received).toHaveLength(1)
  })

  test('is the only one that shows in a callback', async ({ mock, control, receiver, machine }) => {
    const { url, received } = await receiver.start(500)
    machine.pass(86_400_000)
    await save(mock, { url })
    await mock.advance(MINUTE)

    expect(received.map((one) => one.header('Wechatpay-Timestamp'))).toEqual(
      [NOON, NOON + MINUTE].map((at) => `${at / SECOND}`),
    )
    const texts = [await control.notifications(), await control.journal(), received.map(({ body }) => body)]
    const times = JSON.stringify(texts).match(/20\d\d-\d\d-\d\dT\d\d:\d\d/g)
    expect(new Set(times)).toEqual(new Set(['2026-11-25T12:00', '2026-11-25T12:01', '2026-11-25T12:02']))
  })

  test('cannot be moved out of its range, and then delivers nothing', async ({ mock, sent }) => {
    const { received } = await sent(undefined, { dueAt: NOON + 1 })
    await expect(mock.advance(1e300)).rejects.toMatchObject({ code: 'MOCK_CLOCK_OUT_OF_RANGE' })

    expect(received).toEqual([])
    expect(mock.clock.now()).toBe(NOON)
  })

  test('going back to the time of the machine delivers what is due on the way there', async ({
    mock,
    machine,
    control,
    sent,
  }) => {
    const { received } = await sent(500)
    machine.pass(2 * MINUTE)
    await control.setClock({ now: 'machine' })

    expect({ now: mock.clock.now(), frozen: mock.clock.frozen }).toEqual({ now: NOON + 2 * MINUTE, frozen: false })
    expect(received).toHaveLength(3)
    await mock.advance(MINUTE)
    await control.setClock({ now: 'machine' })
    expect(mock.clock.now()).toBe(NOON + 2 * MINUTE)
    expect(received).toHaveLength(4)
  })

  test('moves are made one after the other', async ({ mock, sent }) => {
    const { received } = await sent(500)
    await Promise.all([mock.advance(MINUTE), mock.advance(MINUTE), mock.advance(-MINUTE), mock.advance(3 * MINUTE)])

    expect(mock.clock.now()).toBe(NOON + 4 * MINUTE)
    expect(received).toHaveLength(5)
  })

  describe('of signatures', () => {
    test.override('options', ({ machine }) => ({
      clock: machine,
      clockStart: { now: NOON + 86_400_000, frozen: true },
      signatureClock: 'machine' as const,
    }))

    test('may be the machine, for receivers that have no other', async ({ sent }) => {
      const { received } = await sent()

      expect(received[0]?.header('Wechatpay-Timestamp')).toBe(String(NOON / SECOND))
      expect(JSON.parse(received[0]?.body ?? '').create_time).toBe('2026-11-26T12:00:00+08:00')
    })

    test('may change while the mock runs', async ({ mock, control, receiver }) => {
      const { url, received } = await receiver.start()
      await control.changeSettings({ signature_clock: 'mock' })
      await save(mock, { url })
      await mock.outbox.idle()

      expect(received[0]?.header('Wechatpay-Timestamp')).toBe(String(NOON / SECOND + 86_400))
    })
  })
})

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
    sent,
  }) => {
    const { received } = await sent(() => {}, { dueAt: NOON + 1 })
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
