import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Notification } from '../../src/engine/callbacks/notification.ts'
import { notifications } from '../../src/engine/callbacks/notifications.ts'
import { findDue } from '../../src/engine/callbacks/pending.ts'
import { ALL } from '../../src/engine/state/table.ts'
import { coupons, withStatus } from '../../src/products/merchant-coupon/coupons/table.ts'
import { refunds } from '../../src/products/payment/refunds/table.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { sampleCallback } from '../engine/outbox/sample-callback.ts'
import { OLDER_TABLES, olderNotifications } from '../helpers/older-tables.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, aRefund, aStock } from '../products/merchant-coupon/rules/builders.ts'
import { type RunningRedis, startCluster, startRedis } from './redis-server.ts'

const ALICE = '1900000001'
const BOB = '1900000002'

let redis: RunningRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.remove())

const callback = (id: string, dueAt: number | undefined, mchid = ALICE): Notification =>
  sampleCallback({ id, mchid, createdAt: Number(id), position: Number(id), ...(dueAt !== undefined && { dueAt }) })

async function opened(address: string, tables = TABLES): Promise<RedisStore> {
  const store = await RedisStore.open(address, tables)
  onTestFinished(() => store.close())
  return store
}

/**
 * A store that a mock of format 3 has left: with callbacks in the seed that are as they were, due at another time, delivered and dropped, with new ones over
 * them, and with what one merchant's reset has dropped.
 */
async function anOlderStore(): Promise<{ address: string; prefix: string }> {
  const prefix = randomUUID()
  const address = `${redis.url}?prefix=${prefix}`
  const store = await RedisStore.open(address, OLDER_TABLES)
  const seed = [callback('1', 50), callback('2', 10), callback('3', 20), callback('4', 30), callback('5', undefined)]
  await store.replace({ stocks: [aStock()], coupons: [aCoupon()], refunds: [aRefund()], notifications: seed })
  await store.transaction((tx) => tx.in(olderNotifications).save(callback('9', 5, BOB)))
  await store.reset(BOB)
  await store.transaction(async (tx) => {
    await tx.in(olderNotifications).save(callback('2', 70))
    await tx.in(olderNotifications).save(callback('3', undefined))
    await tx.in(olderNotifications).delete(ALICE, '4')
    await tx.in(olderNotifications).save(callback('6', 60))
    await tx.in(olderNotifications).save(callback('7', 40, BOB))
  })
  await store.close()
  await redis.command('HSET', `{${prefix}}:meta`, 'format', '3')
  return { address, prefix }
}

const idsOf = (some: readonly Notification[]) => some.map(({ id }) => id)

async function dueIn(store: RedisStore, at: number) {
  const { due, nextAt } = await store.transaction((tx) => findDue(tx, at))
  return { due: idsOf(due), nextAt }
}

test('a store from before callbacks were sorted by due time has them all in that order, over their seed', async () => {
  const { address } = await anOlderStore()

  const store = await opened(address)

  expect(await dueIn(store, 60)).toEqual({ due: ['7', '1', '6'], nextAt: 70 })
  const newest = await store.transaction((tx) => tx.in(notifications).page('newest', ALL, { limit: 99 }))
  expect(idsOf(newest)).toEqual(['7', '6', '5', '3', '2', '1'])
  expect(await store.transaction((tx) => tx.in(notifications).countAmong('due', ALL))).toBe(4)

  // What is changed from now on is filed as in any store.
  await store.transaction(async (tx) => {
    await tx.in(notifications).save(callback('1', undefined))
    await tx.in(notifications).save(callback('3', 20))
    await tx.in(notifications).save(callback('4', 30))
    await tx.in(notifications).delete(BOB, '7')
  })
  expect(await dueIn(store, 99)).toEqual({ due: ['3', '4', '6', '2'], nextAt: undefined })

  await store.reset()
  expect(await dueIn(store, 99)).toEqual({ due: ['2', '3', '4', '1'], nextAt: undefined })
})

test('a store from before batches counted their coupons counts them', async () => {
  const { address } = await anOlderStore()
  const store = await opened(address)

  const usable = withStatus('sended', aStock().stockId)
  expect(await store.transaction((tx) => tx.in(coupons).countAmong('inStock', usable))).toBe(1)
})

test('a store from before refunds were sorted lists them', async () => {
  const { address } = await anOlderStore()
  const store = await opened(address)

  const newest = await store.transaction((tx) => tx.in(refunds).page('newest', ALL, { limit: 99 }))
  expect(newest).toEqual([aRefund()])
})

test('nothing is left of how its rows were found before', async () => {
  const { address, prefix } = await anOlderStore()

  await (await RedisStore.open(address, TABLES)).close()

  const keys = (await redis.command('KEYS', `{${prefix}}:*`)) as string[]
  expect(keys.filter((key) => /:index:notifications:pending/.test(key))).toEqual([])
  // Every set of a generation names the keys that there are, and no others.
  for (const names of keys.filter((key) => /:keys:/.test(key))) {
    const generation = names.replace(':keys', '')
    const members = (await redis.command('SMEMBERS', names)) as string[]
    expect(members.filter((key) => key !== generation).toSorted()).toEqual(
      keys.filter((key) => key.startsWith(`${generation}:`)).toSorted(),
    )
  }
  expect(await redis.command('HGET', `{${prefix}}:meta`, 'format')).toBe('4')
})

test('several that open it at the same time agree', async () => {
  const { address } = await anOlderStore()

  const stores = await Promise.all(Array.from({ length: 4 }, () => opened(address)))

  for (const store of stores) expect(await dueIn(store, 99)).toEqual({ due: ['7', '1', '6', '2'], nextAt: undefined })
})

test.for([
  ['seed', 's'],
  ['changes', 'c'],
])('one that has lost rows of its %s is refused, and left as it is', async ([what, generation]) => {
  const { address, prefix } = await anOlderStore()
  const rows = (await redis.command('KEYS', `{${prefix}}:${generation}[0-9]*:rows:notifications:*`)) as string[]
  expect(rows.length).toBeGreaterThan(0)
  await redis.command('UNLINK', ...rows)
  const keys = async () => ((await redis.command('KEYS', `{${prefix}}:*`)) as string[]).toSorted()
  const before = await keys()

  await expect(RedisStore.open(address, TABLES)).rejects.toMatchObject({
    code: 'MOCK_STORE_UNREACHABLE',
    message: expect.stringContaining(`LOST ${what}`),
  })
  expect(await keys()).toEqual(before)
  expect(await redis.command('HGET', `{${prefix}}:meta`, 'format')).toBe('3')
})

test('one in a cluster is filed anew too', { timeout: 60_000 }, async () => {
  const cluster = await startCluster({ replicas: 0 })
  onTestFinished(() => cluster.remove())
  const prefix = randomUUID()
  const address = `${cluster.url}?prefix=${prefix}`
  const before = await RedisStore.open(address, OLDER_TABLES)
  await before.replace({ notifications: [callback('1', 50), callback('2', 10)] })
  await before.close()
  const master = await cluster.masterOf(prefix)
  await master.command('HSET', `{${prefix}}:meta`, 'format', '3')

  expect(await dueIn(await opened(address), 20)).toEqual({ due: ['2'], nextAt: 50 })
})
