import { describe, expect, vi } from 'vitest'
import { controlEventJson } from '../../src/control/formats/notification.ts'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { Mock } from '../../src/engine/mock.ts'
import { associateTradeInfo, downloadCertificates } from '../../src/products/operations.ts'
import { doors, test } from './doors.ts'

/** Makes a change, and gives how many of those who began to listen since this was called are told of it. */
function listenersOf({ changes }: Mock): () => number {
  const subscribe = changes.subscribe.bind(changes)
  const told = vi.fn()
  vi.spyOn(changes, 'subscribe').mockImplementation((listener) =>
    subscribe((change) => {
      told()
      listener(change)
    }),
  )
  return () => {
    told.mockClear()
    changes.announce(() => ({ tables: [], documents: [] }))
    return told.mock.calls.length
  }
}

describe.for(doors)('events, %s', (door) => {
  test.override('door', door)

  /** Starts to listen, does something, and gives the first events that come of it. */
  const listen = test.extend('eventsOf', ({ control }) => {
    return async (count: number, work: () => Promise<unknown>, lastEventId?: string) => {
      const ending = new AbortController()
      const found = []
      let begin = () => {}
      const opened = new Promise<void>((resolve) => {
        begin = resolve
      })
      const stream = control.events({
        signal: ending.signal,
        onOpen: begin,
        ...(lastEventId !== undefined && { lastEventId }),
      })
      const first = stream.next()
      await opened
      await work()
      for (let next = await first; !next.done; next = await stream.next()) {
        found.push(controlEventJson.parse(next.value))
        if (found.length === count) break
      }
      await stream.return()
      ending.abort()
      return found
    }
  })

  listen('tell of a call and of what it changed', async ({ eventsOf, merchant }) => {
    const body = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'T1', out_request_no: 'A1' }
    // The first call changes which key signs its callbacks, too.
    await merchant.call(downloadCertificates)

    const events = await eventsOf(2, () => merchant.call(associateTradeInfo, body))

    expect(events).toEqual([
      {
        type: 'change',
        change: { tables: expect.arrayContaining(['coupons', 'requests']), documents: [], mchids: ['1900000001'] },
      },
      {
        type: 'exchange',
        exchange: expect.objectContaining({ operation: 'associateTradeInfo', status: 200, mchid: '1900000001' }),
      },
    ])
  })

  listen('tell of the clock and of a reset', async ({ eventsOf, control }) => {
    expect(await eventsOf(1, () => control.freeze())).toEqual([
      { type: 'change', change: { tables: [], documents: expect.arrayContaining(['clock']) } },
    ])
    const events = await eventsOf(2, () => control.reset())
    expect(events).toContainEqual({
      type: 'change',
      change: { tables: expect.arrayContaining(['coupons', 'orders']), documents: [] },
    })
  })

  listen('begin with those that were missed', async ({ eventsOf, control, merchant }) => {
    await merchant.call(downloadCertificates)
    await merchant.call(downloadCertificates)
    const [first, second] = await control.journal()

    const missed = await eventsOf(1, async () => {}, first?.id)
    expect(missed).toEqual([{ type: 'exchange', exchange: expect.objectContaining({ id: second?.id }) }])
  })

  listen('say when those that were missed are gone', async ({ eventsOf }) => {
    expect(await eventsOf(1, async () => {}, '0000')).toEqual([{ type: 'resync' }])
  })

  listen('cost nothing once nobody listens', async ({ eventsOf, control, mock }) => {
    const countListeners = listenersOf(mock)
    await eventsOf(2, async () => {
      expect(countListeners()).toBe(1)
      await control.freeze()
    })
    await expect.poll(countListeners).toBe(0)
  })
})

test('a server that stops does not wait for those who listen', async ({ mock }) => {
  const server = await startServer({ mock, port: 0 })
  const response = await fetch(`${server.url}/_mock/events`)
  const reader = response.body?.getReader()
  await reader?.read()

  // It would wait far longer than this test may take.
  await server.close(3_600_000)

  expect(await reader?.read()).toMatchObject({ done: true })
})

test('who reads too slowly is dropped', async ({ mock }) => {
  const { eventStream } = await import('../../src/control/calls/events.ts')
  const countListeners = listenersOf(mock)
  const reader = (await eventStream(mock, { language: 'en' })).getReader()
  const happen = (events: number, name = '') => {
    for (let i = 0; i < events; i++) mock.changes.announce(() => ({ tables: [], documents: [name] }))
  }
  await reader.read()
  happen(1_000)
  expect(await reader.read()).toMatchObject({ done: false })
  happen(2)

  // It gets the rest when it connects again.
  expect(await reader.read()).toMatchObject({ done: true })
  expect(countListeners()).toBe(0)

  await eventStream(mock, { language: 'en' })
  happen(4, 'x'.repeat(1_000_000))
  expect(countListeners()).toBe(1)
  happen(1, 'x'.repeat(1_000_000))
  expect(countListeners()).toBe(0)
})

test('a call that ends while the journal is read for those that were missed is told of once', async ({ mock }) => {
  const { eventStream } = await import('../../src/control/calls/events.ts')
  const call = () => mock.handle({ method: 'GET', target: '/v3/nowhere', headers: {}, body: new Uint8Array(0) })
  await call()
  await call()
  const [first] = await mock.exchanges.list()
  const list = mock.exchanges.list.bind(mock.exchanges)
  for (const order of ['before it is read', 'after it was read']) {
    vi.spyOn(mock.exchanges, 'list').mockImplementationOnce(async (filter) => {
      if (order === 'before it is read') await call()
      const listed = await list(filter)
      if (order === 'after it was read') await call()
      return listed
    })
    const before = (await list()).length
    const reader = (await eventStream(mock, { language: 'en', lastEventId: first?.id })).getReader()
    await call()
    const ids = new Set<string | undefined>()
    for (let told = 0; told < before + 1; ) {
      const text = Buffer.from((await reader.read()).value ?? []).toString()
      if (!text.startsWith('event: exchange')) continue
      ids.add(/^id: (.*)$/m.exec(text)?.[1])
      told += 1
    }
    expect(ids).toEqual(new Set((await list()).slice(1).map(({ id }) => id)))
    await reader.cancel()
  }
})

test('a call that a shared journal has before it is announced is told of once', async ({ mock }) => {
  const { eventStream } = await import('../../src/control/calls/events.ts')
  const call = () => mock.handle({ method: 'GET', target: '/v3/nowhere', headers: {}, body: new Uint8Array(0) })
  await call()
  await call()
  const [first, second] = await mock.exchanges.list()
  const subscribe = vi.spyOn(mock.journal, 'subscribe')
  const reader = (await eventStream(mock, { language: 'en', lastEventId: first?.id })).getReader()
  if (second) subscribe.mock.calls[0]?.[0](second)
  await call()

  const [, , third] = await mock.exchanges.list()
  const texts: string[] = []
  for (let i = 0; i < 3; i++) texts.push(Buffer.from((await reader.read()).value ?? []).toString())
  expect(texts.map((text) => /^id: (.*)$/m.exec(text)?.[1])).toEqual([undefined, second?.id, third?.id])
})

test('each listener is told in its language, however many there are', async ({ mock }) => {
  const { eventStream } = await import('../../src/control/calls/events.ts')
  const languages = ['en', 'zh', 'en'] as const
  const readers = await Promise.all(
    languages.map(async (language) => (await eventStream(mock, { language })).getReader()),
  )
  await mock.handle({ method: 'GET', target: '/v3/nowhere', headers: {}, body: new Uint8Array(0) })

  const texts = await Promise.all(
    readers.map(async (reader) => {
      const chunks = [await reader.read(), await reader.read()]
      return chunks.map(({ value }) => Buffer.from(value ?? []).toString()).join('')
    }),
  )
  for (const [i, text] of texts.entries()) {
    expect(text).toContain('/v3/nowhere')
    expect(/\p{Script=Han}/u.test(text)).toBe(languages[i] === 'zh')
  }
  expect(texts[2]).toBe(texts[0])
})
