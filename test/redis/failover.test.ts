/** A replica takes over while clients make calls: with `replicas=1` all that was acknowledged is there afterwards. */
import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import type { MerchantClient } from '../../src/testing/merchant-client.ts'
import { spawnCli } from '../cli/cli.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { TABLES } from '../helpers/tables.ts'
import { type FailingOver, WAYS_TO_FAIL_OVER } from './failing-over.ts'
import { type Instance, startInstance } from './instances.ts'
import { forTest, type RunningRedis, startRedis, until } from './redis-server.ts'

const STOCK = '700001'
const CLIENTS = 8

/** How the replica comes to take over. Returns what brings the old master back. */
const ENDS: Readonly<Record<string, (redis: FailingOver, master: RunningRedis) => Promise<() => Promise<void>>>> = {
  'is killed': async (_, master) => {
    await master.kill()
    return () => master.start()
  },
  'gives its place up': async (redis) => {
    await redis.failOver()
    return async () => undefined
  },
  'is paused, and comes back as if nothing had been': async (_, master) => {
    process.kill(master.pid, 'SIGSTOP')
    return async () => {
      process.kill(master.pid, 'SIGCONT')
    }
  },
}

const ways = Object.entries(WAYS_TO_FAIL_OVER)
const cases = ways.flatMap(([way, start]) => Object.entries(ENDS).map(([how, end]) => [way, how, start, end] as const))

async function served(redis: FailingOver) {
  const store = `${redis.address}&replicas=1`
  const instance = await forTest(startInstance(store), (one) => one.kill())
  await instance.control.restore({
    stocks: [{ stock_id: STOCK }],
    coupons: Array.from({ length: 3_000 }, (_, i) => ({ stock_id: STOCK, coupon_code: `C${i}` })),
  })
  return { store, instance, client: await instance.client() }
}

function associate(client: MerchantClient, i: number) {
  return client.call(associateTradeInfo, {
    stock_id: STOCK,
    coupon_code: `C${i}`,
    out_trade_no: `ORDER-${i}`,
    out_request_no: `LINK-${i}`,
  })
}

/** Links coupons until it is told to stop, each one until that is acknowledged. */
function linking(client: MerchantClient) {
  const answers = new Map<number, unknown>()
  let next = 0
  let stopped = false
  let failures = 0
  const lane = async () => {
    while (!stopped) {
      const i = next++
      while (!stopped && !answers.has(i)) {
        try {
          const { status, body } = await associate(client, i)
          expect(status).toBe(200)
          answers.set(i, body)
        } catch (error) {
          // A 503 has no signature.
          if (!(error instanceof Error) || !/503/.test(error.message)) throw error
          failures++
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    }
  }
  const lanes = Promise.all(Array.from({ length: CLIENTS }, lane))
  return {
    answers,
    get failures() {
      return failures
    },
    get next() {
      return next
    },
    async stop() {
      stopped = true
      await lanes
    },
  }
}

async function linkedAt(instance: Instance): Promise<Set<string>> {
  const { coupons } = await instance.control.world()
  return new Set(coupons.flatMap(({ associate_out_trade_no: order }) => (order === undefined ? [] : [order])))
}

const played = isRepresentative ? cases.slice(0, 1) : cases
const left = isRepresentative ? ': REPRESENTATIVE=1 leaves the others to the night' : ''

test.for(played)(`%s: a master %s${left}`, async ([, , start, end]) => {
  const redis = await forTest(start(randomUUID()), (one) => one.remove())
  const { instance, client } = await served(redis)
  const [master, replica] = [await redis.master(), await redis.replica()]
  const work = linking(client)
  await until(async () => work.answers.size > 50)

  const back = await end(redis, master)
  await redis.isMaster(replica)
  await back()
  await redis.rejoin(master)
  const soFar = work.answers.size
  await until(async () => work.answers.size > soFar + 50)
  await work.stop()

  const linked = await linkedAt(instance)
  expect([...work.answers.keys()].filter((i) => !linked.has(`ORDER-${i}`))).toEqual([])
  for (const [i, answer] of [...work.answers].slice(0, 100)) expect((await associate(client, i)).body).toEqual(answer)
  expect(instance.log).not.toMatch(/bug/i)
})

describe('with Sentinel', () => {
  test('an instance that still talks to a former master answers nothing, neither changes nor queries, until it has found the new one', async () => {
    const redis = await forTest(WAYS_TO_FAIL_OVER.sentinel(randomUUID()), (one) => one.remove())
    const address = `${redis.address}&replicas=1`
    const open = () => forTest(RedisStore.open(address, TABLES), (one) => one.close())
    const [idle, busy] = [await open(), await open()]
    const [master, replica] = [await redis.master(), await redis.replica()]
    const count = (store: RedisStore) => store.transaction(async (tx) => (await tx.in(coupons).list()).length)

    process.kill(master.pid, 'SIGSTOP')
    await redis.isMaster(replica)
    process.kill(master.pid, 'SIGCONT')
    // It has not been told yet that it is the master no longer; the Sentinels may be asked before the time to wait for replicas is over.
    await expect(idle.documents.refresh()).rejects.toThrow(/0 of 1 replicas|is the master now/)
    await redis.rejoin(master)
    for (const store of [idle, busy])
      await until(async () => {
        await store.documents.refresh()
        return (await count(store)) === 0
      })
  })

  test('addresses that cannot work are refused with what to do, in both languages', async () => {
    const redis = await forTest(WAYS_TO_FAIL_OVER.sentinel('shop'), (one) => one.remove())
    const plain = await forTest(startRedis(), (one) => one.remove())
    const [sentinels = ''] = redis.address.split('/shop-master')
    const hosts = sentinels.replace('redis+sentinel://', '')
    for (const [address, en, zh] of [
      [`${sentinels}/other`, 'watch no master named other', '没有监视名为 other 的主节点'],
      [`redis://${hosts}`, `write redis+sentinel://${hosts}/NAME`, `请写成 redis+sentinel://${hosts}/NAME`],
      [`redis+sentinel://127.0.0.1:${plain.port}/x`, 'is a Redis, not a Sentinel', '不是哨兵'],
      ['redis+sentinel://127.0.0.1:1/x', 'connect ECONNREFUSED 127.0.0.1:1', 'connect ECONNREFUSED 127.0.0.1:1'],
    ] as const) {
      for (const [lang, text] of [
        ['en', en],
        ['zh', zh],
      ] as const) {
        const { code, stderr } = await spawnCli(['serve', '--port', '0', '--store', address, '--lang', lang])
        expect([code, stderr]).toEqual([2, expect.stringContaining(text)])
      }
    }
  })
})
