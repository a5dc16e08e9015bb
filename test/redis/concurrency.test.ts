import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { AdjustableClock } from '../../src/engine/clock.ts'
import { documentKey } from '../../src/engine/state/documents.ts'
import { StoreUnavailable, type Transaction } from '../../src/engine/state/store.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { sampleCallback } from '../engine/outbox/sample-callback.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, aStock, NOON } from '../products/merchant-coupon/rules/builders.ts'
import { forTest, redisForFile, scriptsOf, startRedis, until } from './redis-server.ts'

const ALICE = '1900000001'

const server = redisForFile()
let prefix: string
beforeEach(() => {
  prefix = randomUUID()
})

const instance = () => forTest(RedisStore.open(server.address(prefix), TABLES), (store) => store.close())

/** Three instances of one mock. */
async function instances(): Promise<[RedisStore, RedisStore, RedisStore]> {
  return [await instance(), await instance(), await instance()]
}

function keysOfMock(): Promise<string[]> {
  return server.redis.command('KEYS', `{${prefix}}:*`).then((reply) => (reply as string[]).toSorted())
}

/** How many coupons are linked to an order, as each way to read tells it. */
async function held(tx: Transaction, way: 'where' | 'list' | 'page' | 'countAmong'): Promise<number> {
  const repository = tx.in(coupons)
  switch (way) {
    case 'where':
      return (await repository.where('associate_out_trade_no', 'T1')).length
    case 'list':
      return (await repository.list(ALICE)).length
    case 'page':
      return (await repository.page('ofUser', 'oTest-1', { limit: 10 })).length
    case 'countAmong':
      return repository.countAmong('ofUser', 'oTest-1')
  }
}

describe('transactions of several instances', () => {
  test('add up, however many are about the same row', async () => {
    const stores = await instances()
    await stores[0].replace({ coupons: [aCoupon({ mchid: ALICE, coupon_code: 'c-1', history: [] })] })

    await Promise.all(
      Array.from({ length: 300 }, (_, i) =>
        stores[i % 3]?.transaction(async (tx) => {
          const coupon = await tx.in(coupons).find(ALICE, '100088', 'c-1')
          if (!coupon) throw new Error('it is gone')
          await tx.in(coupons).save({ ...coupon, history: [...coupon.history, { event: 'sent', time: i }] })
        }),
      ),
    )

    const coupon = await stores[1].transaction((tx) => tx.in(coupons).find(ALICE, '100088', 'c-1'))
    expect(coupon?.history.map(({ time }) => time).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, i) => i),
    )
  })

  test('come after a move of the clock that another made meanwhile', async () => {
    const [one, other] = await instances()
    const [clock, moved] = [one, other].map(({ documents }) => new AdjustableClock({ now: () => 1_000 }, {}, documents))
    const told: number[] = []

    await one.transaction(async (tx) => {
      const at = clock?.now() ?? 0
      told.push(at)
      await tx.in(coupons).find(ALICE, '100088', 'c-1')
      if (told.length === 1) await moved?.set(5_000)
      await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'c-1', history: [{ event: 'sent', time: at }] }))
    })

    expect(told).toEqual([1_000, 5_000])
    const kept = await other.transaction((tx) => tx.in(coupons).find(ALICE, '100088', 'c-1'))
    expect(kept?.history.map(({ time }) => time)).toEqual([5_000])
  })

  test.for(['where', 'list', 'page', 'countAmong'] as const)(
    'what one adds is no surprise to another that looked with %s',
    async (way) => {
      const stores = await instances()

      const added = await Promise.all(
        Array.from({ length: 30 }, (_, i) =>
          stores[i % 3]?.transaction(async (tx) => {
            if ((await held(tx, way)) >= 5) return false
            await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: `c-${i}`, associate_out_trade_no: 'T1' }))
            return true
          }),
        ),
      )

      expect(added.filter(Boolean)).toHaveLength(5)
      expect(await stores[0].transaction((tx) => tx.in(coupons).list())).toHaveLength(5)
    },
  )

  test('no refusal comes from a state that never was', async () => {
    const [reader, writer] = await instances()
    const save = (state: 'SENDED' | 'USED') =>
      writer.transaction(async (tx) => {
        await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'a', state }))
        await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'b', state }))
      })
    await save('SENDED')

    let tries = 0
    const look = reader.transaction(async (tx) => {
      tries++
      const a = await tx.in(coupons).find(ALICE, '100088', 'a')
      if (tries === 1) await save('USED')
      const b = await tx.in(coupons).find(ALICE, '100088', 'b')
      if (a?.state !== b?.state) throw new Error('torn')
      return a?.state
    })

    expect(await look).toBe('USED')
    expect(tries).toBe(2)
  })

  test('an error of the work comes through, and nothing is kept', async () => {
    const store = await instance()
    const before = await keysOfMock()
    const failing = store.transaction(async (tx) => {
      await tx.in(stocks).find(ALICE, '1')
      await tx.in(stocks).save(aStock({ mchid: ALICE }))
      throw new Error('given up')
    })

    await expect(failing).rejects.toThrow('given up')
    expect(await keysOfMock()).toEqual(before)
  })

  test('one that others always come before ends with a clear failure', async () => {
    const [loser, winner] = await instances()
    let i = 0
    const losing = loser.transaction(async (tx) => {
      await tx.in(stocks).find(ALICE, '100088')
      await winner.transaction((other) => other.in(stocks).save(aStock({ mchid: ALICE, stock_name: `${i++}` })))
      await tx.in(stocks).save(aStock({ mchid: ALICE, stock_name: 'mine' }))
    })

    await expect(losing).rejects.toThrow(StoreUnavailable)
    await expect(losing).rejects.toThrow('at each of 60 attempts')
  })
})

describe('a reset', () => {
  test('is seen by every instance once it has answered', async () => {
    const stores = await instances()
    for (let i = 0; i < 30; i++) {
      await stores[i % 3]?.transaction((tx) => tx.in(stocks).save(aStock({ mchid: ALICE })))
      await stores[(i + 1) % 3]?.reset(i % 2 === 0 ? undefined : ALICE)
      expect(await stores[(i + 2) % 3]?.transaction((tx) => tx.in(stocks).list())).toEqual([])
    }
  })

  test('a transaction that read before it writes nothing of what it read after it', async () => {
    const [one, other] = await instances()
    await one.replace({ coupons: [aCoupon({ mchid: ALICE, coupon_code: 'c-1' })] })
    await one.transaction((tx) =>
      tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: 'c-1', openid: 'oChanged' })),
    )

    let tries = 0
    await one.transaction(async (tx) => {
      const coupon = await tx.in(coupons).find(ALICE, '100088', 'c-1')
      if (tries++ === 0) await other.reset()
      if (coupon) await tx.in(coupons).save({ ...coupon, state: 'USED' })
    })

    expect(await other.transaction((tx) => tx.in(coupons).find(ALICE, '100088', 'c-1'))).toEqual(
      aCoupon({ mchid: ALICE, coupon_code: 'c-1', state: 'USED' }),
    )
  })

  test('leaves nothing behind in the server', async () => {
    const store = await instance()
    await store.replace({ stocks: [aStock({ mchid: ALICE })] })
    await store.reset()
    await until(async () => !(await keysOfMock()).some((key) => key.endsWith(':garbage')))
    const before = (await keysOfMock()).map(withoutNumbers)

    for (let i = 0; i < 5; i++) {
      await store.transaction(async (tx) => {
        for (let n = 0; n < 600; n++) await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: `c-${n}` }))
      })
      await store.reset(i % 2 === 0 ? ALICE : undefined)
    }
    await store.reset()
    await store.replace({ stocks: [aStock({ mchid: ALICE })] })

    await until(async () => !(await keysOfMock()).some((key) => key.endsWith(':garbage')))
    expect((await keysOfMock()).map(withoutNumbers)).toEqual(before)
  })

  test('of one merchant takes its rows out of the indexes too', async () => {
    const store = await instance()
    await store.transaction(async (tx) => {
      for (let n = 0; n < 600; n++) await tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: `c-${n}` }))
      await tx.in(coupons).save(aCoupon({ mchid: '1900000002', coupon_code: 'c-1' }))
    })
    await store.reset(ALICE)
    await until(async () => !(await keysOfMock()).some((key) => key.endsWith(':garbage')))

    const index = (await keysOfMock()).find((key) => key.endsWith(':index:coupons:coupon_code')) ?? 'none'
    expect(await server.redis.command('ZCARD', index)).toBe(1)
    expect(await store.transaction((tx) => tx.in(coupons).where('coupon_code', 'c-1'))).toHaveLength(1)
  })
})

function withoutNumbers(key: string): string {
  return key.replaceAll(/:[sc]\d+/g, ':n')
}

describe('a seed', () => {
  test('that two instances bring to an empty store is taken once', async () => {
    const stores = await instances()
    const begun = documentKey<number>('begun')
    const taken = await Promise.allSettled(
      stores.map((store, i) =>
        store.replace({ stocks: [aStock({ mchid: ALICE, stock_name: `${i}` })] }, (draft) => {
          if (draft.get(begun) !== undefined) throw new Error('another was faster')
          draft.put(begun, i)
        }),
      ),
    )

    const [stock] = await stores[0].transaction((tx) => tx.in(stocks).list())
    expect(taken.map(({ status }, i) => (status === 'fulfilled' ? `${i}` : 'refused'))).toEqual(
      ['0', '1', '2'].map((i) => (i === stock?.stock_name ? i : 'refused')),
    )
    await until(async () => (await keysOfMock()).filter((key) => /:s\d+:rows/.test(key)).length === 1)
  })

  test('is seen whole or not at all', async () => {
    const [one, other] = await instances()
    const seeded = Array.from({ length: 5_000 }, (_, i) => aCoupon({ mchid: ALICE, coupon_code: `c-${i}` }))
    const counts = new Set<number>()
    let done = false
    const replaced = one.replace({ coupons: seeded }).then(() => {
      done = true
    })
    while (!done) {
      counts.add((await other.transaction((tx) => tx.in(coupons).list())).length)
      await sleep(1)
    }
    await replaced
    counts.add((await other.transaction((tx) => tx.in(coupons).list())).length)

    expect([...counts]).toEqual([0, 5_000])
  })
})

describe('a store that is lost', () => {
  const ownServer = (...settings: readonly string[]) => forTest(startRedis(settings), (own) => own.remove())

  test('is a clear failure meanwhile, and works again without a restart', async () => {
    const own = await ownServer()
    const store = await forTest(RedisStore.open(`${own.url}?prefix=${prefix}`, TABLES), (one) => one.close())
    await store.transaction((tx) => tx.in(stocks).save(aStock({ mchid: ALICE })))
    await own.stop()
    const lost = store.transaction((tx) => tx.in(stocks).list())
    await expect(lost).rejects.toThrow(StoreUnavailable)
    await expect(lost).rejects.toThrow(`The store at ${own.url} cannot be used`)
    await expect(store.reset()).rejects.toThrow(StoreUnavailable)

    await own.start()
    await until(async () => (await store.transaction((tx) => tx.in(stocks).list())).length === 1)
  })

  test('with a password: a wrong one is told at the start, and never shown', async () => {
    const own = await ownServer('--requirepass', 'right')
    const address = (password: string) => `redis://:${password}@127.0.0.1:${own.port}/3?prefix=${prefix}`
    const refused = RedisStore.open(address('wrong-one'), TABLES)
    await expect(refused).rejects.toMatchObject({ code: 'MOCK_STORE_UNREACHABLE' })
    await expect(refused).rejects.toThrow(/WRONGPASS/)
    await expect(refused).rejects.not.toThrow(/wrong-one/)

    const store = await RedisStore.open(address('right'), TABLES)
    await store.transaction((tx) => tx.in(stocks).save(aStock({ mchid: ALICE })))
    await store.close()
  })

  test('that takes no changes, or holds what no mock has written, is told at the start', async () => {
    const own = await ownServer()
    const address = `${own.url}?prefix=${prefix}`
    await (await RedisStore.open(address, TABLES)).close()
    await own.command('HSET', `{${prefix}}:meta`, 'since', '1-1', 'documents', '1')
    await own.command('ZADD', `{${prefix}}:documents:changed`, '1', 'clock')
    await own.command('HSET', `{${prefix}}:documents`, 'clock', '1\nrubbish')
    await expect(RedisStore.open(address, TABLES)).rejects.toMatchObject({ code: 'MOCK_STORE_UNREACHABLE' })

    await own.command('REPLICAOF', '127.0.0.1', '1')
    const refused = RedisStore.open(address, TABLES)
    await expect(refused).rejects.toMatchObject({ code: 'MOCK_STORE_UNREACHABLE' })
    await expect(refused).rejects.toThrow(/READONLY/)
  })

  test('that was never there is told at the start', async () => {
    for (const address of ['redis://127.0.0.1:1', 'redis://127.0.0.1:1,127.0.0.1:2']) {
      await expect(RedisStore.open(address, TABLES)).rejects.toMatchObject({ code: 'MOCK_STORE_UNREACHABLE' })
    }
  })
})

test('what a transaction reads in one moment takes one script, and a writer in between is noticed', async () => {
  const store = await instance()
  const ids = ['W-1', 'W-2', 'W-3', 'none']
  const save = (id: string, dueAt: number) =>
    store.transaction((tx) => tx.in(notifications).save(sampleCallback({ id, mchid: ALICE, dueAt })))
  await save('W-1', NOON)
  await save('W-2', NOON + 1)
  await save('W-3', NOON + 2)
  const dueTimes = async (tx: Transaction) => {
    const found = await Promise.all(ids.map((id) => tx.in(notifications).find(ALICE, id)))
    return found.map((callback) => callback?.dueAt)
  }

  const scripts = await scriptsOf(server.redis, async () => {
    expect(await store.transaction(dueTimes)).toEqual([NOON, NOON + 1, NOON + 2, undefined])
  })
  const attempts: unknown[] = []
  await store.transaction(async (tx) => {
    attempts.push(await dueTimes(tx))
    if (attempts.length === 1) await save('W-3', NOON + 3)
    await tx.in(notifications).save(sampleCallback({ id: 'W-4', mchid: ALICE }))
  })

  expect(scripts).toBe(1)
  expect(attempts).toEqual([
    [NOON, NOON + 1, NOON + 2, undefined],
    [NOON, NOON + 1, NOON + 3, undefined],
  ])
})
