import { expect, test } from 'vitest'
import { findDue, notifications } from '../../src/engine/callbacks/notifications.ts'
import { ALL } from '../../src/engine/state/table.ts'
import type { UploadedCode } from '../../src/products/merchant-coupon/codes.ts'
import { codes, withStatus } from '../../src/products/merchant-coupon/codes.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { sampleCallback } from '../engine/outbox/sample-callback.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon, NOON } from '../products/merchant-coupon/rules/builders.ts'
import { commandsOf, redisForFile, until } from './redis-server.ts'

const ALICE = '1900000001'

const server = redisForFile()

/** A store with the given number of codes and coupons in its seed, half of them used since. */
async function storeWith(size: number): Promise<RedisStore> {
  const store = await RedisStore.open(server.address(), TABLES)
  const all = Array.from({ length: size }, (_, position): UploadedCode => {
    return { mchid: ALICE, stock_id: '100088', code: `C${position}`, upload_time: NOON, position }
  })
  await store.replace({
    codes: all,
    coupons: all.map(({ code, position }) =>
      aCoupon({ mchid: ALICE, coupon_code: code, receive_time: NOON - position }),
    ),
  })
  for (let from = 0; from < size / 2; from += 1_000) {
    await store.transaction(async (tx) => {
      for (const code of all.slice(from, Math.min(from + 1_000, size / 2))) {
        await tx.in(codes).save({ ...code, dispatched_time: NOON })
      }
    })
  }
  return store
}

test('a page, a count and the first row take hardly more commands of the server with 20,000 rows than with 200', async () => {
  const counts = []
  for (const size of [200, 20_000]) {
    const store = await storeWith(size)
    const available = withStatus('AVAILABLE', '100088')
    const next = await commandsOf(server.redis, () =>
      store.transaction(async (tx) => {
        const [first] = await tx.in(codes).page('byStatus', available, { owner: ALICE, limit: 1 })
        expect(first?.code).toBe(`C${size / 2}`)
        if (first) await tx.in(codes).save({ ...first, dispatched_time: NOON })
      }),
    )
    const page = await commandsOf(server.redis, () =>
      store.transaction((tx) => tx.in(coupons).page('newest', ALL, { limit: 50 })),
    )
    const behind = await commandsOf(server.redis, () =>
      store.transaction(async (tx) => {
        const [row] = await tx.in(codes).page('ofStock', '100088', { owner: ALICE, offset: size - 1, limit: 50 })
        expect(row?.code).toBe(`C${size - 1}`)
      }),
    )
    const count = await commandsOf(server.redis, () =>
      store.transaction((tx) => tx.in(codes).countAmong('ofStock', '100088')),
    )
    counts.push({ next, page, behind, count })
    await store.close()
  }

  const [few, many] = counts
  for (const name of ['next', 'page', 'behind', 'count'] as const) {
    // A search in a hundred times as many rows takes about seven more steps, of a few commands each, in both layers.
    expect(many?.[name], name).toBeLessThan((few?.[name] ?? 0) + 200)
    expect(few?.[name], name).toBeGreaterThan(2)
  }
})

test('what is due next takes few commands, however many merchants have callbacks that were delivered', async () => {
  const counts = []
  for (const merchants of [2, 500]) {
    const store = await RedisStore.open(server.address(), TABLES)
    const delivered = Array.from({ length: merchants }, (_, i) =>
      sampleCallback({ id: `D-${i}`, mchid: String(1_900_100_000 + i) }),
    )
    await store.replace({ notifications: [...delivered, sampleCallback({ id: 'W', mchid: ALICE, dueAt: NOON })] })
    await store.transaction((tx) =>
      tx.in(notifications).save(sampleCallback({ id: 'D-0', mchid: '1900100000', xml: '' })),
    )
    // Remains of the previous seed are swept gradually, with commands of their own.
    await until(async () => ((await server.redis.command('KEYS', '*:garbage')) as string[]).length === 0)
    counts.push(
      await commandsOf(server.redis, async () => {
        const { due } = await store.transaction((tx) => findDue(tx, NOON, NOON))
        expect(due.map(({ id }) => id)).toEqual(['W'])
      }),
    )
    await store.close()
  }
  const [few, many] = counts

  expect(many).toBe(few)
})
