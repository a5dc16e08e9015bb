import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect } from 'vitest'
import { createCallbackSender } from '../../src/engine/callbacks/callback-sender.ts'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { Outbox } from '../../src/engine/callbacks/outbox.ts'
import { chooseCallbackKey } from '../../src/engine/keys/platform-key.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { open } from '../../src/protocol/envelope.ts'
import { responseMessage } from '../../src/protocol/message.ts'
import { verify } from '../../src/protocol/signature.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { startServer } from '../../src/transports/node-server.ts'
import { NODE, run } from '../cli/cli.ts'
import { test } from '../helpers/callbacks.ts'
import type { OpenedMock } from '../helpers/engine.ts'
import type { Received } from '../helpers/receiver.ts'
import { put, save } from '../helpers/save-callback.ts'
import { TABLES } from '../helpers/tables.ts'
import { NOON } from '../helpers/world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** How long what comes by itself may take on a busy machine. */
const SOON = { timeout: 10_000 }

/** Whether the signature of a callback is the platform's certificate's. */
const isSigned = (received: Received, publicKey: Parameters<typeof verify>[2]) =>
  verify(
    responseMessage({
      timestamp: received.header('Wechatpay-Timestamp') ?? '',
      nonce: received.header('Wechatpay-Nonce') ?? '',
      body: Buffer.from(received.body),
    }),
    received.header('Wechatpay-Signature') ?? '',
    publicKey,
  )

describe('a callback', () => {
  test('has the headers of captured deliveries, in their order and spelling, and nothing else', async ({
    mock,
    receiver,
  }) => {
    const { url, received } = await receiver.start()
    await save(mock, { url })
    await mock.outbox.idle()

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
      ['Wechatpay-Serial', mock.platform.certificates[0].serialNo],
      ['Wechatpay-Signature', expect.stringMatching(/^[0-9A-Za-z+/]{342}==$/)],
      ['Wechatpay-Signature-Type', 'WECHATPAY2-SHA256-RSA2048'],
      ['Wechatpay-Timestamp', String(NOON / 1_000)],
      ['Content-Length', String(Buffer.byteLength(first?.body ?? ''))],
      ['Host', new URL(url).host],
    ])
    expect(first && isSigned(first, mock.platform.certificates[0].publicKey)).toBe(true)
  })

  test('has its content sealed in an envelope with every member', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    const { id } = await save(mock, { url, resource: { coupon_code: '券' } })
    await mock.outbox.idle()

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

  test.for([200, 204])('is delivered once with %d', async (status, { mock, control, receiver }) => {
    const { url, received } = await receiver.start(status)
    await save(mock, { url })
    await mock.outbox.idle()
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
    receiver,
  }) => {
    const { url, received } = await receiver.start(500)
    await save(mock, { url })
    await mock.advance(2 * MINUTE)

    expect(received).toHaveLength(3)
    expect(new Set(received.map(({ body }) => body)).size).toBe(1)
    for (const name of ['Wechatpay-Nonce', 'Wechatpay-Signature', 'Request-ID']) {
      expect(new Set(received.map((one) => one.header(name))).size, name).toBe(3)
    }
    expect(received.map((one) => Number(one.header('Wechatpay-Timestamp')) - NOON / 1_000)).toEqual([0, 60, 120])
    expect(received.every((one) => isSigned(one, mock.platform.certificates[0].publicKey))).toBe(true)
  })

  test('is tried 11 times when it is about a coupon, a minute apart', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start(500)
    await save(mock, { url })
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
    let reply: (() => void) | undefined
    const { url } = await receiver.start((_, response) => {
      reply = () => response.writeHead(200).end()
    })
    await save(mock, { url })
    await expect.poll(() => reply, SOON).toBeDefined()
    expect(await control.notifications({ state: 'pending' })).toHaveLength(1)

    reply?.()
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
    const outboxes = Array.from(
      { length: 3 },
      () =>
        new Outbox({
          store,
          clock: mock.clock,
          stopwatch: () => 0,
          ids: mock.ids,
          journal: mock.journal,
          merchants: mock.merchants,
          platformAt: (now) => mock.platformKeys.at(now),
          settings: () => mock.settings,
          publicKeyShareOf: () => 0,
          send: createCallbackSender(),
          faults: mock.faults,
          allowedHosts: [],
        }),
    )
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
    const started = performance.now()

    expect(await run(NODE, [program])).toEqual({ code: 0, stdout: '1\n', stderr: '' })
    expect(performance.now() - started).toBeLessThan(20_000)
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
    let release: (() => void) | undefined
    const hanging = await receiver.start((_, response) => {
      release = () => response.writeHead(200).end()
    })
    const other = await receiver.start()
    await save(mock, { url: hanging.url, eventType: 'HANGS' })
    await save(mock, { url: hanging.url, eventType: 'WAITS' })
    await expect.poll(() => release, SOON).toBeDefined()
    await save(mock, { url: other.url })

    await expect.poll(() => other.received.length, SOON).toBe(1)
    expect(hanging.received).toHaveLength(1)
    const first = release
    release?.()
    await expect.poll(() => release, SOON).not.toBe(first)
    release?.()
    await mock.outbox.idle()
    expect(await control.notifications({ state: 'delivered' })).toHaveLength(3)
  })
})

describe('the clock', () => {
  test('that is set forward delivers, in the answer of the control API', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start(500)
    await save(mock, { url })
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

  test('that goes back delivers nothing', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    await save(mock, { url, dueAt: NOON + MINUTE })
    await mock.advance(-MINUTE)
    await mock.outbox.idle()
    await mock.advance(MINUTE)

    expect(received).toEqual([])
    await mock.advance(MINUTE)
    expect(received).toHaveLength(1)
  })

  test('that runs makes repeats due by itself', async ({ mock, receiver, machine }) => {
    await mock.setClock({ frozen: false })
    const { url, received } = await receiver.start(500)
    await save(mock, { url, dueAt: NOON + 30 })
    await mock.outbox.idle()
    expect(received).toEqual([])

    machine.pass(30)
    await expect.poll(() => received.length, SOON).toBe(1)
    await mock.outbox.idle()
    machine.pass(MINUTE)
    mock.outbox.wake()
    await expect.poll(() => received.length, SOON).toBe(2)
  })

  test('that stands still delivers only what is due', async ({ mock, receiver, machine }) => {
    const { url, received } = await receiver.start(500)
    await save(mock, { url })
    await mock.outbox.idle()
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

  test('cannot be moved out of its range, and then delivers nothing', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start()
    await save(mock, { url, dueAt: NOON + 1 })
    await expect(mock.advance(1e300)).rejects.toMatchObject({ code: 'MOCK_CLOCK_OUT_OF_RANGE' })

    expect(received).toEqual([])
    expect(mock.clock.now()).toBe(NOON)
  })

  test('going back to the time of the machine delivers what is due on the way there', async ({
    mock,
    machine,
    control,
    receiver,
  }) => {
    const { url, received } = await receiver.start(500)
    await save(mock, { url })
    await mock.outbox.idle()
    machine.pass(2 * MINUTE)
    await control.setClock({ now: 'machine' })

    expect({ now: mock.clock.now(), frozen: mock.clock.frozen }).toEqual({ now: NOON + 2 * MINUTE, frozen: false })
    expect(received).toHaveLength(3)
    await mock.advance(MINUTE)
    await control.setClock({ now: 'machine' })
    expect(mock.clock.now()).toBe(NOON + 2 * MINUTE)
    expect(received).toHaveLength(4)
  })

  test('moves are made one after the other', async ({ mock, receiver }) => {
    const { url, received } = await receiver.start(500)
    await save(mock, { url })
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

    test('may be the machine, for receivers that have no other', async ({ mock, receiver }) => {
      const { url, received } = await receiver.start()
      await save(mock, { url })
      await mock.outbox.idle()

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

describe('what is not sent', () => {
  test.for([
    'http://192.0.2.1/notify',
    'https://shop.example.com/notify',
    'http://0.0.0.0:1/notify',
    'http://[::ffff:127.0.0.1]:1/notify',
    'http://localhost.example.com/notify',
    'http://127.0.0.1@shop.example.com/notify',
    'ftp://127.0.0.1/notify',
    'nonsense',
  ])('%s, which nobody allowed, with the reason', async (url, { mock, control }) => {
    await save(mock, { url })
    await mock.advance(86_400_000)

    const [shown, ...others] = await control.notifications()
    expect(others).toEqual([])
    expect(shown).toMatchObject({ state: 'failed', attempts: [{ error: expect.stringMatching(/^Not sent: /) }] })
    const [exchange, ...more] = await control.journal()
    expect(more).toEqual([])
    expect(exchange).toMatchObject({
      callback: { id: shown?.id, event_type: 'COUPON.SEND', attempt: 1 },
      request: { target: url, headers: {}, body: '' },
      remarks: [{ about: 'callback', text: shown?.attempts[0]?.error }],
    })
    expect(exchange).not.toHaveProperty('response')
  })

  test('to a merchant that the mock does not know', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    await save(mock, { url, mchid: '1900000404' })
    await mock.outbox.idle()

    expect(received).toEqual([])
    expect(await control.notifications()).toMatchObject([
      { state: 'failed', attempts: [{ error: expect.stringContaining('1900000404') }] },
    ])
  })

  describe('with a fetch that was handed in, and no hosts named', () => {
    const calls: string[] = []
    test.override('options', {
      clockStart: { now: NOON, frozen: true },
      // Not async, as a handler may be.
      fetch: (request: Request) => {
        calls.push(request.url)
        return new Response(null, { status: 204 })
      },
    })

    test('is only what goes over no http', async ({ mock, control }) => {
      calls.length = 0
      const anywhere = ['https://shop.example.com/a', 'http://192.0.2.1:8080/b', 'http://127.0.0.1:1/c']
      for (const url of [...anywhere, 'ftp://shop.example.com/d']) await save(mock, { url })
      await mock.outbox.idle()

      expect(calls).toEqual(anywhere)
      expect(await control.notifications({ state: 'failed' })).toMatchObject([{ url: 'ftp://shop.example.com/d' }])
    })
  })

  describe('with hosts that were named', () => {
    const calls: string[] = []
    test.override('options', {
      clockStart: { now: NOON, frozen: true },
      allowCallbackHosts: ['Shop.Example.com', '[2001:db8::1]'],
      fetch: async (request: Request) => {
        calls.push(request.url)
        return new Response(null, { status: 204 })
      },
    })

    test('is only what goes to others', async ({ mock, control }) => {
      calls.length = 0
      const allowed = ['https://shop.example.com/a', 'http://shop.example.com:8080/b', 'https://[2001:db8::1]/c']
      for (const url of [...allowed, 'https://www.shop.example.com/d']) await save(mock, { url })
      await mock.outbox.idle()

      expect(calls).toEqual(allowed)
      expect(await control.notifications({ state: 'failed' })).toHaveLength(1)
    })
  })
})

describe('the key', () => {
  test.for([
    ['certificate', 0, [0, 20]],
    ['certificate', 100, [0, 20]],
    ['public-key', 0, [20, 0]],
    ['both', 0, [0, 20]],
    ['both', 100, [20, 0]],
  ] as const)('is that of the key mode %s, %d per cent', async ([key_mode, share, counts], { mock, control }) => {
    await control.changeSettings({ key_mode, callback_public_key_share: share })
    for (let i = 0; i < 20; i++) await save(mock)
    await mock.outbox.idle()

    const serials = mock.journal.list({ callbacks: 'only' }).map(({ request }) => request.headers['Wechatpay-Serial'])
    const count = (serial: string) => serials.filter((one) => one === serial).length
    expect([count(mock.platform.publicKey.serialNo), count(mock.platform.certificates[0].serialNo)]).toEqual(counts)
  })

  test('is of the kind that the merchant asked for last, where it has both', async ({ mock, control }) => {
    const client = createMerchantClient({
      credentials: await control.credentials(),
      send: (request) => mock.handle(request),
      now: () => mock.clock.now(),
    })
    const { publicKey, certificates } = mock.platform
    const serialAfter = async (wechatpaySerial?: 'certificate' | 'public-key') => {
      await client.request({ target: '/v3/certificates', ...(wechatpaySerial && { wechatpaySerial }) })
      await save(mock)
      await mock.outbox.idle()
      return mock.journal.list({ callbacks: 'only' }).at(-1)?.request.headers['Wechatpay-Serial']
    }

    expect(await serialAfter()).toBe(certificates[0].serialNo)
    expect(await serialAfter('public-key')).toBe(publicKey.serialNo)
    expect(await serialAfter()).toBe(publicKey.serialNo)
    expect(await serialAfter('certificate')).toBe(certificates[0].serialNo)
    await serialAfter('public-key')
    await control.reset()
    expect(await serialAfter()).toBe(certificates[0].serialNo)
  })

  test('is the public key for about the share of them, and for the same ones in every run', () => {
    const { platform } = wellKnownIdentity()
    const chosen = (share: number) =>
      Array.from({ length: 2_000 }, (_, i) =>
        chooseCallbackKey({ mode: 'both', platform, publicKeyShare: share, id: `id-${i}`, attempt: i % 3 }),
      ).map((key) => key === platform.publicKey)
    const few = chosen(10)

    expect(few.filter(Boolean).length / 2_000).toBeCloseTo(0.1, 1)
    expect(chosen(10)).toEqual(few)
    // As the share grows, no callback goes back to the certificate.
    expect(chosen(50).every((yes, i) => yes || !few[i])).toBe(true)
  })

  test('is that of the merchant, if it has a mode of its own', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start()
    const { mchid } = await control.createMerchant({ key_mode: 'public-key' })
    await save(mock, { url, mchid })
    await mock.outbox.idle()

    expect(received[0]?.header('Wechatpay-Serial')).toBe(mock.platform.publicKey.serialNo)
  })
})

describe('state that is dropped', () => {
  test('takes its callbacks along, also those under way', { timeout: 4_500 }, async ({ mock, control, receiver }) => {
    let arrived = false
    const { url } = await receiver.start(() => {
      arrived = true
    })
    await save(mock, { url })
    await save(mock, { url })
    await expect.poll(() => arrived, SOON).toBe(true)
    await control.reset()
    await mock.outbox.idle()

    expect(await control.notifications()).toEqual([])
    expect(await control.journal()).toEqual([])
    expect((await control.world()).notifications).toEqual([])
  })

  test("of one merchant leaves another's callbacks", async ({ mock, control, receiver }) => {
    const { mchid } = await control.createMerchant()
    let arrived = 0
    const { url } = await receiver.start((_, response) => {
      arrived++
      if (arrived === 2) response.writeHead(200).end()
    })
    await save(mock, { url, mchid })
    await save(mock, { url })
    await expect.poll(() => arrived, SOON).toBe(1)
    await control.reset(mchid)
    await mock.outbox.idle()

    expect(await control.notifications()).toMatchObject([{ mchid: mock.defaultMerchant.mchid, state: 'delivered' }])
  })

  test("of one merchant leaves another's tries under way", async ({ mock, control, receiver }) => {
    await mock.setClock({ frozen: false })
    const { mchid } = await control.createMerchant()
    const replies: (() => void)[] = []
    const hang: Parameters<typeof receiver.start>[0] = (_, response) => {
      replies.push(() => response.writeHead(200).end())
    }
    const [one, other] = [await receiver.start(hang), await receiver.start(hang)]
    await save(mock, { url: one.url, mchid })
    await save(mock, { url: other.url })
    await expect.poll(() => replies.length, SOON).toBe(2)
    await control.reset(mchid)
    for (const reply of replies) reply()
    await mock.outbox.idle()

    expect(await control.notifications()).toMatchObject([
      { mchid: mock.defaultMerchant.mchid, state: 'delivered', attempts: [{ status: 200 }] },
    ])
  })

  test('comes back with a snapshot, which goes on where it was', async ({ mock, control, receiver }) => {
    const { url, received } = await receiver.start(500)
    const { id } = await save(mock, { url })
    await mock.advance(MINUTE)
    const snapshot = await control.world()
    await control.reset()
    await mock.advanceTo(NOON + 5 * MINUTE)
    expect(received).toHaveLength(2)

    await mock.setClock({ now: NOON + MINUTE })
    await control.restore(snapshot)
    await mock.outbox.idle()
    expect((await control.world()).notifications).toEqual(snapshot.notifications)
    expect(received).toHaveLength(2)
    await mock.advance(MINUTE)
    expect(received).toHaveLength(3)
    expect(JSON.parse(received[2]?.body ?? '').id).toBe(id)
  })
})

describe.concurrent('a receiver that takes its time', () => {
  test.for<[string, (socket: Socket) => void, object]>([
    ['never replies', () => {}, { state: 'pending', attempts: [{ error: 'No reply within 5 seconds.' }] }],
    [
      'sends its header a byte at a time',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nX-Slow: ')
        const timer = setInterval(() => socket.write('x'), 100)
        socket.on('close', () => clearInterval(timer))
      },
      { state: 'pending', attempts: [{ error: 'No reply within 5 seconds.' }] },
    ],
    [
      'never ends its body, and is judged by its status',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nso far'),
      { state: 'delivered', attempts: [{ status: 200 }] },
    ],
  ])('%s', { timeout: 10_000 }, async ([, answer, expected], { mock, control, receiver }) => {
    const { url } = await receiver.raw(answer)
    await save(mock, { url })
    const started = performance.now()
    await mock.outbox.idle()

    expect(performance.now() - started).toBeGreaterThan(4_900)
    expect(performance.now() - started).toBeLessThan(6_900)
    expect(await control.notifications()).toMatchObject([expected])
  })
})

describe('a receiver', () => {
  test('whose body never ends is judged by its status', async ({ mock, control, receiver }) => {
    const { url } = await receiver.raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      const pour = () => {
        while (!socket.destroyed && socket.write(`10000\r\n${'x'.repeat(65_536)}\r\n`));
      }
      socket.on('drain', pour)
      pour()
    })
    await save(mock, { url })
    await mock.outbox.idle()

    expect(await control.notifications()).toMatchObject([{ state: 'delivered' }])
    expect((await control.journal())[0]?.response?.body).toHaveLength(4_096)
  })

  test.for<[string, string | undefined, (socket: Socket) => void]>([
    ['hangs up', 'closed the connection', (socket) => socket.destroy()],
    ['resets the connection', 'closed the connection', (socket) => socket.resetAndDestroy()],
    ['speaks nonsense', 'HPE_INVALID', (socket) => socket.end('nonsense\r\n\r\n')],
    [
      'sends huge headers',
      'too large',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\n${`X-Filler: ${'x'.repeat(1_000)}\r\n`.repeat(1_000)}`),
    ],
    ['switches protocols', undefined, (socket) => socket.write('HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n')],
  ])('that %s does no harm', async ([, reason, answer], { mock, control, receiver }) => {
    const { url } = await receiver.raw(answer)
    await save(mock, { url })
    await mock.outbox.idle()

    const [shown] = await control.notifications()
    expect(shown).toMatchObject({ state: 'pending', attempts: [{ time: '2026-11-25T12:00:00+08:00' }] })
    if (reason !== undefined) expect(shown?.attempts[0]?.error).toContain(reason)
  })

  test('that hangs is let go when the server is closed', async ({ mock, receiver, control }) => {
    const server = await startServer({ mock, port: 0 })
    let arrived = false
    const { url, received } = await receiver.start(() => {
      arrived = true
    })
    await save(mock, { url })
    await save(mock, { url })
    await expect.poll(() => arrived, SOON).toBe(true)
    await server.close(0)

    expect(await control.notifications()).toMatchObject([
      { attempts: [{ error: 'The mock was stopped.' }] },
      { attempts: [], state: 'pending' },
    ])
    await mock.outbox.idle()
    expect(received).toHaveLength(1)
  })

  describe('over https', () => {
    test.override('options', ({ machine }) => ({
      clock: machine,
      clockStart: { frozen: true },
      allowCallbackHosts: ['0.0.0.0'],
    }))

    test.for([
      ['127.0.0.1', { state: 'delivered', attempts: [{ status: 200 }] }],
      ['0.0.0.0', { state: 'pending', attempts: [{ error: expect.stringContaining('UNABLE_TO_VERIFY') }] }],
    ] as const)(
      'at %s needs a certificate that somebody signed, except on this machine',
      async ([host, expected], { mock, control, onTestFinished }) => {
        const [{ certificate, privateKey }] = mock.platform.certificates
        const server = createServer(
          { cert: certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
          (_, response) => response.end(),
        )
        await new Promise<void>((resolve) => server.listen(0, resolve))
        onTestFinished(() => {
          server.close()
          server.closeAllConnections()
        })
        await save(mock, { url: `https://${host}:${(server.address() as AddressInfo).port}/` })
        await mock.outbox.idle()

        expect(await control.notifications()).toMatchObject([expected])
      },
    )
  })
})
