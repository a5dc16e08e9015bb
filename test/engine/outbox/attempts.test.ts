import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { notifications } from '../../../src/engine/callbacks/notifications.ts'
import { MemoryStore } from '../../../src/stores/memory.ts'
import { open } from '../../../src/wire/protocol/envelope.ts'
import { NODE, run } from '../../cli/cli.ts'
import { test } from '../../helpers/callbacks.ts'
import type { OpenedMock } from '../../helpers/engine.ts'
import { isSigned } from '../../helpers/receiver.ts'
import { put, save } from '../../helpers/save-callback.ts'
import { TABLES } from '../../helpers/tables.ts'
import { NOON } from '../../helpers/world.ts'
import { outboxWith } from './outbox-with.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND

/** A callback that is to come, and its receiver's reply. */
const asked = () => Promise.withResolvers<() => void>()
const replyTo = (response: ServerResponse) => () => void response.writeHead(200).end()

describe('a callback', () => {
  test('has the headers of captured deliveries, in their order and spelling, and nothing else', async ({
    mock,
    sent,
  }) => {
    const { url, received } = await sent()

    const [first, ...others] = received
    expect(others).toEqual([])
    expect(first).toMatchObject({ method: 'POST', target: '/notify' })
    expect(first?.headers).toEqual([
      ['Accept', '*/*'],
      ['Cache-Control', 'no-cache'],
      ['Pragma', 'no-cache'],
      ['Connection', 'Keep-Alive'],
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Mozilla/4.0'],
      ['Request-ID', expect.stringMatching(/^08[0-9A-F]{40}-0$/)],
      ['Wechatpay-Nonce', expect.stringMatching(/^[0-9A-Za-z]{32}$/)],
      ['Wechatpay-Serial', mock.platform.publicKey.serialNo],
      ['Wechatpay-Signature', expect.stringMatching(/^[0-9A-Za-z+/]{342}==$/)],
      ['Wechatpay-Signature-Type', 'WECHATPAY2-SHA256-RSA2048'],
      ['Wechatpay-Timestamp', String(NOON / 1_000)],
      ['Content-Length', String(Buffer.byteLength(first?.body ?? ''))],
      ['Host', new URL(url).host],
    ])
    expect(first && isSigned(first, mock.platform.publicKey.publicKey)).toBe(true)
  })

  test('has its content sealed in an envelope with every member', async ({ mock, sent }) => {
    const { received, id } = await sent(undefined, { resource: { coupon_code: '券' } })

    const envelope = JSON.parse(received[0]?.body ?? '')
    expect(envelope).toEqual({
      id,
      create_time: '2026-11-25T12:00:00+08:00',
      resource_type: 'encrypt-resource',
      event_type: 'COUPON.SEND',
      summary: '商家券领券通知',
      resource: {
        original_type: 'coupon',
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: expect.any(String),
        associated_data: 'coupon',
        nonce: expect.stringMatching(/^[0-9A-Za-z]{12}$/),
      },
    })
    expect(open(envelope.resource, mock.defaultMerchant.apiV3Key)).toEqual({
      ok: true,
      plaintext: '{"coupon_code":"券"}',
    })
  })

  test.for(['localhost', 'LOCALHOST', '127.0.0.1', '127.1'])('goes to %s', async (host, { mock, receiver }) => {
    const { url, received } = await receiver.start()
    await save(mock, { url: url.replace('127.0.0.1', host) })
    await mock.outbox.idle()

    expect(received).toHaveLength(1)
  })

  test.for([200, 204])('is delivered once with %d', async (status, { mock, control, sent }) => {
    const { received } = await sent(status)
    await mock.advance(86_400_000)

    expect(received).toHaveLength(1)
    expect(await control.notifications()).toMatchObject([{ state: 'delivered', attempts: [{ status }] }])
    expect((await control.notifications())[0]).not.toHaveProperty('due_time')
  })

  test('is delivered with 200, whatever the body says', async ({ mock, control, receiver }) => {
    const { url } = await receiver.start((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"code":"FAIL","message":"失败"}')
    })
    await save(mock, { url })
    await mock.outbox.idle()

    expect(await control.notifications({ state: 'delivered' })).toHaveLength(1)
    expect((await control.journal())[0]?.response?.body).toBe('{"code":"FAIL","message":"失败"}')
  })

  test.for([201, 202, 302, 307, 400, 404, 500])('is repeated after %d', async (status, { mock, receiver }) => {
    const elsewhere = await receiver.start()
    const { url, received } = await receiver.start((_, response, count) => {
      if (count === 1) response.writeHead(status, { Location: elsewhere.url }).end()
      else response.writeHead(204).end()
    })
    await save(mock, { url })
    await mock.advance(MINUTE - 1)
    expect(received).toHaveLength(1)
    await mock.advance(1)

    expect(received).toHaveLength(2)
    expect(elsewhere.received).toEqual([])
  })

  test('is repeated with the same body, and with a signature, nonce and timestamp of its own', async ({
    mock,
    sent,
  }) => {
    const { received } = await sent(500)
    await mock.advance(2 * MINUTE)

    expect(received).toHaveLength(3)
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
    for (const name of ['Wechatpay-Nonce', 'Wechatpay-Signature', 'Request-ID']) {
      expect(new Set(received.map((one) => one.header(name))).size, name).toBe(3)
    }
    expect(received.map((one) => Number(one.header('Wechatpay-Timestamp')) - NOON / 1_000)).toEqual([0, 60, 120])
    expect(received.every((one) => isSigned(one, mock.platform.publicKey.publicKey))).toBe(true)
  })

  test('is tried 11 times when it is about a coupon, a minute apart', async ({ mock, control, sent }) => {
    const { received } = await sent(500)
    await mock.advance(365 * 86_400_000)

    expect(received).toHaveLength(11)
    const [shown] = await control.notifications()
    expect(shown).toMatchObject({ state: 'failed' })
    expect(shown?.attempts.map(({ time }) => Date.parse(time) - NOON)).toEqual(
      Array.from({ length: 11 }, (_, i) => i * MINUTE),
    )
  })

  test('is tried 16 times over 24 hours and 4 minutes when it is about a payment', async ({ mock, control }) => {
    const seen: number[] = []
    mock.journal.subscribe(({ at }) => seen.push((at - NOON) / SECOND))
    // Nobody listens there.
    await save(mock, { url: 'http://127.0.0.1:1/notify', schedule: 'payment' })
    await mock.advance(365 * 86_400_000)

    const gaps = [15, 15, 30, 180, 600, 1_200, 1_800, 1_800, 1_800, 3_600, 10_800, 10_800, 10_800, 21_600, 21_600]
    expect(seen).toEqual([0, ...gaps].map((_, i) => gaps.slice(0, i).reduce((sum, gap) => sum + gap, 0)))
    expect(seen.at(-1)).toBe(24 * 3_600 + 4 * 60)
    expect(await control.notifications({ state: 'failed' })).toMatchObject([
      { attempts: Array.from({ length: 16 }, () => ({ error: expect.stringContaining('refused') })) },
    ])
    expect(mock.clock.now()).toBe(NOON + 365 * 86_400_000)
  })
})

describe('the answer to the client', () => {
  test('does not wait for the receiver', async ({ mock, receiver, control }) => {
    const callback = asked()
    const { url } = await receiver.start((_, response) => callback.resolve(replyTo(response)))
    await save(mock, { url })
    const reply = await callback.promise
    expect(await control.notifications({ state: 'pending' })).toHaveLength(1)

    reply()
    await mock.outbox.idle()
    expect(await control.notifications({ state: 'delivered' })).toHaveLength(1)
  })

  test('is followed by nothing when the transaction fails', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    const failing = mock.store.transaction(async (tx) => {
      await put(mock, tx, { url })
      throw new Error('No')
    })
    await expect(failing).rejects.toThrow('No')
    await mock.outbox.idle()

    expect(received).toEqual([])
    expect(await control.notifications()).toEqual([])
  })
})

describe('several outboxes with one store', () => {
  test('send each callback once', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    const store = new MemoryStore(TABLES)
    const outboxes = Array.from({ length: 3 }, () => outboxWith(mock, store))
    await store.transaction(async (tx) => {
      for (let i = 0; i < 20; i++) await put(mock, tx, { url })
    })
    await Promise.all(outboxes.map((outbox) => outbox.idle()))

    expect(received).toHaveLength(20)
    expect(new Set(received.map(({ body }) => JSON.parse(body).id)).size).toBe(20)
    const kept = await store.transaction((tx) => tx.in(notifications).list())
    expect(kept.map(({ attempts }) => attempts.length)).toEqual(Array(20).fill(1))
  })
})

describe('the process', () => {
  test('ends though a callback is still to come', async () => {
    const program = fileURLToPath(new URL('leave-a-callback.ts', import.meta.url))
    // It is due in an hour, for which no test waits.
    expect(await run(NODE, [program])).toEqual({ code: 0, stdout: '1\n', stderr: '' })
  })
})

describe('the journal', () => {
  test.override('options', { clockStart: { now: NOON, frozen: true }, journalLimit: 2 })

  test('counts callbacks among what it keeps', async ({ mock, control }) => {
    const { id } = await save(mock)
    await mock.advance(3 * MINUTE)

    expect((await control.journal()).map(({ callback }) => callback)).toEqual([
      { id, event_type: 'COUPON.SEND', attempt: 3 },
      { id, event_type: 'COUPON.SEND', attempt: 4 },
    ])
  })
})

describe('the order', () => {
  /** Which coupons the callbacks tell of, in the order of the journal. */
  const told = (mock: OpenedMock) =>
    mock.journal.list({ callbacks: 'only' }).map(({ callback, at }) => [callback?.eventType, (at - NOON) / SECOND])

  test('is that of due times, and of two that are due together that of their making', async ({ mock, receiver }) => {
    const [one, other] = [await receiver.start(), await receiver.start()]
    await save(mock, { url: one.url, eventType: 'LATE', dueAt: NOON + 3 * SECOND })
    await save(mock, { url: other.url, eventType: 'FIRST', dueAt: NOON + 2 * SECOND })
    await save(mock, { url: one.url, eventType: 'SECOND', dueAt: NOON + 2 * SECOND })
    await save(mock, { url: other.url, eventType: 'THIRD', dueAt: NOON + 2 * SECOND })
    await mock.outbox.idle()
    expect(told(mock)).toEqual([])

    await mock.advance(MINUTE)
    expect(told(mock)).toEqual([
      ['FIRST', 2],
      ['SECOND', 2],
      ['THIRD', 2],
      ['LATE', 3],
    ])
  })

  test('lets a receiver use the mock at the time of the callback', async ({ mock, receiver }) => {
    const times: number[] = []
    const { url } = await receiver.start((_, response) => {
      times.push(mock.clock.now() - NOON)
      response.writeHead(500).end()
    })
    await save(mock, { url })
    await mock.advance(10 * MINUTE)

    expect(times).toEqual(Array.from({ length: 11 }, (_, i) => i * MINUTE))
  })

  test('a receiver that hangs holds up nobody else while the clock runs', async ({ mock, receiver, control }) => {
    await mock.setClock({ frozen: false })
    const [first, second, another] = [asked(), asked(), asked()]
    const hanging = await receiver.start((_, response, count) =>
      (count === 1 ? first : second).resolve(replyTo(response)),
    )
    const other = await receiver.start((_, response) => another.resolve(replyTo(response)))
    await save(mock, { url: hanging.url, eventType: 'HANGS' })
    await save(mock, { url: hanging.url, eventType: 'WAITS' })
    const release = await first.promise
    await save(mock, { url: other.url })

    const reply = await another.promise
    expect(hanging.received).toHaveLength(1)
    reply()
    release()
    const replyToSecond = await second.promise
    replyToSecond()
    await mock.outbox.idle()
    expect(await control.notifications({ state: 'delivered' })).toHaveLength(3)
  })
})
