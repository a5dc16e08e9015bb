import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeExchange } from '../../src/control/describe-exchange.ts'
import { nothingFound } from '../../src/engine/journal/found.ts'
import type { Exchange } from '../../src/engine/journal/journal.ts'
import { DEFAULT_SETTINGS } from '../../src/engine/settings.ts'
import { documentKey } from '../../src/engine/state/documents.ts'
import { StoreUnavailable } from '../../src/engine/state/store.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'
import { redisForFile, scriptsOf, until } from './redis-server.ts'

const COUNT = documentKey<number>('count')

const server = redisForFile()
let address: string
let one: RedisStore
let other: RedisStore

beforeEach(async () => {
  address = server.address()
  one = await RedisStore.open(address, TABLES)
  other = await RedisStore.open(address, TABLES)
})
afterEach(async () => {
  await Promise.all([one.close(), other.close()])
})

describe('documents of two instances', () => {
  test('are seen by the other one once a change was answered', async () => {
    for (let i = 1; i <= 20; i++) {
      const [writer, reader] = i % 2 === 0 ? [one, other] : [other, one]
      await writer.documents.update((draft) => draft.put(COUNT, i))
      await reader.documents.refresh()
      expect(reader.documents.get(COUNT)).toBe(i)
    }
  })

  test('are there at once for an instance that comes later, in the order in which they came', async () => {
    const names = ['b', 'a', 'c']
    for (const name of names) await one.documents.update((draft) => draft.put(documentKey<number>(name), 1))
    await one.documents.update((draft) => draft.put(documentKey<number>('b'), 2))
    await other.documents.refresh()

    expect(other.documents.names('')).toEqual(names)
    expect(one.documents.names('')).toEqual(names)
  })

  test('each of many changes is made on the one before', async () => {
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        (i % 2 === 0 ? one : other).documents.update((draft) => {
          const next = (draft.get(COUNT) ?? 0) + 1
          draft.put(COUNT, next)
          return next
        }),
      ),
    )

    expect(results.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  })

  test('what a change decides on is not old', async () => {
    await one.documents.update((draft) => draft.put(COUNT, 1))
    const refused = other.documents.update((draft) => {
      if (draft.get(COUNT) === 1) throw new Error('there is one already')
    })

    await expect(refused).rejects.toThrow('there is one already')
  })

  test('both instances tell whoever subscribed', async () => {
    const told: string[] = []
    one.documents.subscribe((names) => told.push(`one ${[...names]}`))
    other.documents.subscribe((names) => told.push(`other ${[...names]}`))
    await one.documents.update((draft) => draft.put(COUNT, 1))
    await other.documents.refresh()

    expect(told).toEqual(['one count', 'other count'])
  })

  test('a server that has lost everything takes no change until a store is opened, and has no documents then', async () => {
    await one.documents.update((draft) => draft.put(COUNT, 1))
    await server.redis.command('FLUSHALL')
    const added = () => other.documents.update((draft) => draft.put(documentKey<number>('new'), 1))
    await expect(added()).rejects.toThrow('has lost the state of the mock')
    await expect(one.documents.refresh()).rejects.toThrow('has lost the state of the mock')
    await (await RedisStore.open(address, TABLES)).close()
    await added()
    await one.documents.refresh()

    expect(one.documents.names('')).toEqual(['new'])
  })
})

test('rates are counted together', async () => {
  const window = { mchid: '1900000001', operation: 'useCoupon', start: 1_000 }
  const taken = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? one : other).counters.take(window, 7)),
  )
  expect(taken.filter(Boolean)).toHaveLength(7)
  expect(await one.counters.take({ ...window, mchid: '1900000002' }, 7)).toBe(true)
  expect(await one.counters.isReached(window, 7)).toBe(true)
  expect(await one.counters.isReached(window, 8)).toBe(false)
  expect(await one.counters.isReached({ ...window, start: 2_000 }, 1)).toBe(false)
  expect(await one.counters.take({ ...window, start: 2_000 }, 1)).toBe(true)

  await one.counters.clear('1900000001')
  expect(await other.counters.take({ ...window, start: 2_000 }, 1)).toBe(true)
  expect(await other.counters.take({ ...window, mchid: '1900000002' }, 1)).toBe(false)
  await one.counters.clear()
  expect(await other.counters.take({ ...window, mchid: '1900000002' }, 1)).toBe(true)
})

describe('the journal', () => {
  const exchange = (id: string, body = 'x'): Exchange => ({
    id,
    at: 1,
    durationMs: 1.5,
    request: { method: 'POST', target: '/v3/x', headers: { a: '券' }, body: Buffer.from(body) },
    response: { status: 200, headers: [['A', 'b']], body: new Uint8Array([0, 255, 10]) },
    operation: 'useCoupon',
    mchid: '1900000001',
    remarks: [{ about: 'fault', text: { en: 'It was late.', zh: '应答延迟。' } }],
    before: nothingFound(DEFAULT_SETTINGS),
  })

  test('is one, whole, for both', async () => {
    await one.exchanges.add(exchange('1'), 10)
    await other.exchanges.add(exchange('2'), 10)

    expect((await one.exchanges.list()).map(({ id }) => id)).toEqual(['1', '2'])
    const found = await other.exchanges.find('1')
    expect(Buffer.from(found?.request.body ?? []).toString()).toBe('x')
    expect([...(found?.response?.body ?? [])]).toEqual([0, 255, 10])
    const others = { request: undefined, response: undefined }
    expect({ ...found, ...others }).toEqual({ ...exchange('1'), ...others })
    expect(await one.exchanges.list({ operation: 'sendCoupon' })).toEqual([])
    await one.exchanges.clear()
    expect(await other.exchanges.list()).toEqual([])
  })

  test('takes a few scripts for what is added together, in order and within its limits', async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => String(i))
    const scripts = await scriptsOf(server.redis, () =>
      Promise.all(numbers.map((id) => one.exchanges.add(exchange(id), 150))),
    )

    expect((await other.exchanges.list()).map(({ id }) => id)).toEqual(numbers.slice(50))
    expect(await other.exchanges.dropped()).toEqual({ byNumber: 50, bySize: 0 })
    expect(scripts).toBeLessThan(5)

    const large = 'x'.repeat(3 * 1_048_576)
    await Promise.all(numbers.slice(0, 10).map((id) => one.exchanges.add(exchange(`large ${id}`, large), 150)))
    expect((await other.exchanges.list()).map(({ id }) => id)).toEqual(['large 7', 'large 8', 'large 9'])
    await one.exchanges.clear()
  })

  test('shows an exchange that the version before has kept, which had the rows beside the settings, and one language', async () => {
    const prefix = randomUUID()
    const store = await RedisStore.open(server.address(prefix), TABLES)
    const coupon = aCoupon({ coupon_code: 'c-1' })
    const { request, response, ...rest } = exchange('1')
    const kept = {
      ...rest,
      request: { ...request, body: 'eA==' },
      response: { ...response, body: 'AP8K' },
      remarks: [{ about: 'fault', text: 'It was late.' }],
      before: { settings: DEFAULT_SETTINGS, coupons: [coupon], orders: [], requests: [] },
    }
    await server.redis.command('RPUSH', `{${prefix}}:journal`, JSON.stringify(kept))

    const [found] = await store.exchanges.list()
    expect(found?.before).toEqual({
      settings: DEFAULT_SETTINGS,
      rows: { coupons: [coupon], orders: [], requests: [] },
    })
    const shown = found && describeExchange(found, TABLES, 'zh')
    expect(shown?.before).toMatchObject({
      coupons: [{ stock_id: coupon.stock_id, coupon_code: 'c-1' }],
      orders: [],
      requests: [],
    })
    expect(shown?.request.body).toBe('x')
    expect(shown?.remarks).toEqual([{ about: 'fault', text: 'It was late.' }])
    await store.close()
  })

  test('with something in it that no mock has written cannot be read, which is no bug', async () => {
    const prefix = randomUUID()
    const store = await RedisStore.open(server.address(prefix), TABLES)
    await server.redis.command('RPUSH', `{${prefix}}:journal`, 'rubbish')
    await expect(store.exchanges.list()).rejects.toThrow(StoreUnavailable)
    await store.close()
  })

  test('keeps the latest, by number and by size', async () => {
    for (let i = 0; i < 5; i++) await one.exchanges.add(exchange(String(i)), 3)
    expect((await one.exchanges.list()).map(({ id }) => id)).toEqual(['2', '3', '4'])

    const large = 'x'.repeat(5 * 1_048_576)
    for (let i = 5; i < 9; i++) await one.exchanges.add(exchange(String(i), large), 100)
    expect((await one.exchanges.list()).map(({ id }) => id)).toEqual(['7', '8'])
    expect(await one.exchanges.dropped()).toEqual({ byNumber: 2, bySize: 5 })
    await one.exchanges.clear()
    expect(await one.exchanges.dropped()).toEqual({ byNumber: 0, bySize: 0 })
  })
})

test('a store of another version is left alone', async () => {
  const prefix = randomUUID()
  await server.redis.command('HSET', `{${prefix}}:meta`, 'format', '99')

  await expect(RedisStore.open(server.address(prefix), TABLES)).rejects.toMatchObject({
    code: 'MOCK_STORE_FORMAT',
  })
  expect(await server.redis.command('HLEN', `{${prefix}}:meta`)).toBe(1)
})

test('the connections of a store that was not opened are closed', async () => {
  const prefix = randomUUID()
  await server.redis.command('HSET', `{${prefix}}:meta`, 'format', '99')
  const clients = async () => String(await server.redis.command('CLIENT', 'LIST')).split('\n').length
  const before = await clients()
  await RedisStore.open(server.address(prefix), TABLES).catch(() => undefined)

  await until(async () => (await clients()) <= before)
})
