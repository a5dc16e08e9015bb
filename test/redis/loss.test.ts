import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { stocks } from '../../src/products/merchant-coupon/stocks.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import type { MerchantClient } from '../../src/testing/merchant-client.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { TABLES } from '../helpers/tables.ts'
import { aStock } from '../products/merchant-coupon/rules/builders.ts'
import { atOnce, type Instance, startInstance } from './instances.ts'
import { forTest, type RunningCluster, startCluster, startRedis, until } from './redis-server.ts'

const STOCK = '700001'
const COUPONS = 1_500

const startedInstance = (store: string) => forTest(startInstance(store), (instance) => instance.kill())
const startedRedis = () => forTest(startRedis(), (redis) => redis.remove())

function associate(client: MerchantClient, i: number) {
  return client.call(associateTradeInfo, {
    stock_id: STOCK,
    coupon_code: `C${i}`,
    out_trade_no: `ORDER-${i}`,
    out_request_no: `LINK-${i}`,
  })
}

async function seed(instance: Instance): Promise<void> {
  await instance.control.restore({
    stocks: [{ stock_id: STOCK }],
    coupons: Array.from({ length: COUPONS }, (_, i) => ({ stock_id: STOCK, coupon_code: `C${i}` })),
  })
}

/** A server of its own, and an instance that has linked the first coupon. */
async function served() {
  const redis = await startedRedis()
  const store = `${redis.url}?prefix=${randomUUID()}`
  const instance = await startedInstance(store)
  await seed(instance)
  const client = await instance.client()
  expect((await associate(client, 0)).status).toBe(200)
  return { redis, store, instance, client }
}

async function linkedAt(instance: Instance): Promise<Set<string>> {
  const { coupons } = await instance.control.world()
  return new Set(coupons.flatMap(({ associate_out_trade_no: order }) => (order === undefined ? [] : [order])))
}

test('while Redis is stopped, calls are answered with 503 that names the mock; then they go on', async () => {
  const { redis, instance, client } = await served()

  await redis.stop()
  const answer = await fetch(`${instance.url}/v3/certificates`)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('wechatpay-signature')).toBeNull()
  const text = await answer.text()
  expect(text).toContain('This is wechatpay-mock, not an answer of WeChat Pay.')
  expect(text).toContain(redis.url)
  const control = await fetch(`${instance.url}/_mock/world`)
  expect([control.status, await control.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'MOCK_STORE_UNAVAILABLE' }),
  ])

  await redis.start()
  await until(async () => (await fetch(`${instance.url}/v3/certificates`)).status === 401)
  expect((await associate(client, 1)).status).toBe(200)
  expect(await linkedAt(instance)).toEqual(new Set(['ORDER-0', 'ORDER-1']))
  // A temporary outage is not a bug.
  expect(instance.log).not.toMatch(/bug/i)
})

test('a Redis that was emptied is no empty mock: nothing is answered until one is started with it again', async () => {
  const { redis, store, instance: one, client } = await served()
  const other = await startedInstance(store)

  await redis.command('FLUSHALL')
  for (const { url } of [one, other]) {
    const answer = await fetch(`${url}/v3/certificates`)
    expect([answer.status, answer.headers.get('wechatpay-signature')]).toEqual([503, null])
    expect(await answer.text()).toContain('has lost the state of the mock')
  }
  const refused = await fetch(`${one.url}/_mock/reset`, { method: 'POST' })
  expect([refused.status, await refused.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'MOCK_STORE_UNAVAILABLE', message: expect.stringContaining('start a mock') }),
  ])

  await startedInstance(store)
  await seed(other)
  expect((await associate(client, 1)).status).toBe(200)
  expect(await linkedAt(other)).toEqual(new Set(['ORDER-1']))
  for (const { log } of [one, other]) expect(log).not.toMatch(/bug/i)
})

test('a Redis that has lost part of the changes answers nothing from the rest: a reset mends it', async () => {
  const { redis, instance, client } = await served()

  const keys = (await redis.command('KEYS', '*:c[0-9]*:rows:coupons:*')) as string[]
  await redis.command('UNLINK', ...keys)
  const lost = await fetch(`${instance.url}/_mock/world`)
  expect([lost.status, await lost.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'MOCK_STORE_UNAVAILABLE', message: expect.stringContaining('POST /_mock/reset') }),
  ])
  await expect(associate(client, 1)).rejects.toThrow()

  expect((await fetch(`${instance.url}/_mock/reset`, { method: 'POST' })).ok).toBe(true)
  expect((await associate(client, 1)).status).toBe(200)
  expect(await linkedAt(instance)).toEqual(new Set(['ORDER-1']))
  expect(instance.log).not.toMatch(/bug/i)
})

test('a Redis that hangs is answered with 503 in seconds, and used again when it goes on', async () => {
  const redis = await startedRedis()
  const instance = await startedInstance(`${redis.url}?prefix=${randomUUID()}`)
  process.kill(redis.pid, 'SIGSTOP')
  try {
    expect((await fetch(`${instance.url}/v3/certificates`)).status).toBe(503)
  } finally {
    process.kill(redis.pid, 'SIGCONT')
  }
  await until(async () => (await fetch(`${instance.url}/v3/certificates`)).status === 401)
})

/** The nodes of a cluster take their time to elect another master. */
const testAtNight = test.skipIf(isRepresentative)
const left = isRepresentative ? ': not run: REPRESENTATIVE=1 leaves it to the night' : ''

testAtNight(`killing the master of a cluster loses nothing that was acknowledged${left}`, async () => {
  const cluster: RunningCluster = await forTest(startCluster({ replicas: 2 }), (one) => one.remove())
  const prefix = randomUUID()
  const store = `${cluster.url}?prefix=${prefix}&replicas=1`
  const instances = [await startedInstance(store), await startedInstance(store)] as const
  await seed(instances[0])
  const clients = await Promise.all(instances.map((instance) => instance.client()))
  const master = await cluster.masterOf(prefix)

  const acknowledged = new Set<string>()
  let failures = 0
  let killed: Promise<void> | undefined
  let done = 0
  await atOnce(
    20,
    Array.from({ length: COUPONS }, (_, i) => i),
    async (i) => {
      const end = performance.now() + 30_000
      while (performance.now() < end) {
        try {
          const client = clients[i % 2]
          if (client && (await associate(client, i)).status === 200) {
            acknowledged.add(`ORDER-${i}`)
            break
          }
        } catch {
          // A 503 has no signature; the client tries again.
          failures++
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
      }
      if (++done >= 300) killed ??= master.kill()
    },
  )
  await killed

  expect(failures).toBeGreaterThan(0)
  expect(acknowledged.size).toBe(COUPONS)
  for (const instance of instances) {
    const linked = await linkedAt(instance)
    expect([...acknowledged].filter((order) => !linked.has(order))).toEqual([])
  }
})

test('a change that too few replicas have taken over is not acknowledged', async () => {
  const redis = await startedRedis()
  const store = await forTest(RedisStore.open(`${redis.url}?prefix=${randomUUID()}`, TABLES), (one) => one.close())
  await store.transaction((tx) => tx.in(stocks).save(aStock()))

  const careful = RedisStore.open(`${redis.url}?prefix=${randomUUID()}&replicas=1`, TABLES)
  await expect(careful).rejects.toThrow('0 of 1 replicas took the change over')
})
