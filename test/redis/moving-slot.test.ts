/** A cluster moves the slot of a mock to another node, key by key: until it is there, nothing is answered from what one of the two has. */
import { expect, test } from 'vitest'
import { documentKey } from '../../src/engine/state/documents.ts'
import { ALL } from '../../src/engine/state/table.ts'
import { coupons } from '../../src/products/merchant-coupon/coupons.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'
import { type RunningRedis, startCluster } from './redis-server.ts'

const ALICE = '1900000001'
const NOTE = documentKey<string>('note')

test('while its slot moves, a mock is not available, whatever has moved so far; then it goes on with all it had', async ({
  onTestFinished,
}) => {
  const cluster = await startCluster({ replicas: 0 })
  onTestFinished(() => cluster.remove())
  const address = `${cluster.url}?prefix=shop`
  const source = await cluster.masterOf('shop')
  const target = cluster.nodes.find((node) => node !== source)
  if (!target) throw new Error('There is one node only.')
  const store = await RedisStore.open(address, TABLES)
  onTestFinished(() => store.close())
  await store.replace({ coupons: [aCoupon({ mchid: ALICE, coupon_code: 'seed' })] })
  await store.documents.update((draft) => draft.put(NOTE, 'kept'))
  const save = (code: string) =>
    store.transaction((tx) => tx.in(coupons).save(aCoupon({ mchid: ALICE, coupon_code: code })))
  await save('changed')
  await store.counters.take({ mchid: ALICE, operation: 'useCoupon', start: 1 }, 10)
  const list = async () =>
    (await store.transaction((tx) => tx.in(coupons).page('newest', ALL, { limit: 9 }))).map(
      ({ coupon_code }) => coupon_code,
    )
  const calls: readonly (() => Promise<unknown>)[] = [
    list,
    () => save('new'),
    () => store.reset(ALICE),
    () => store.reset(),
    () => store.replace({}),
    () => store.documents.refresh(),
    async () => store.documents.update((draft) => draft.put(NOTE, 'new')),
    () => store.counters.take({ mchid: ALICE, operation: 'useCoupon', start: 1 }, 10),
    () => store.exchanges.list(),
    () => RedisStore.open(address, TABLES),
  ]
  const keysOf = async (node: RunningRedis) => ((await node.command('KEYS', '*')) as string[]).toSorted()
  const slot = String(await source.command('CLUSTER', 'KEYSLOT', '{shop}'))
  const idOf = async (node: RunningRedis) => String(await node.command('CLUSTER', 'MYID'))
  const [from, to] = [await idOf(source), await idOf(target)]
  const all = await keysOf(source)
  expect(all.length).toBeGreaterThan(12)

  await target.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from)
  await source.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to)
  for (let moved = 0; moved <= all.length; moved++) {
    for (const call of calls) await expect(call()).rejects.toThrow('the cluster is moving its slot')
    expect(await keysOf(target)).toEqual(all.slice(0, moved))
    expect(await keysOf(source)).toEqual(all.slice(moved))
    const key = all[moved]
    if (key) await source.command('MIGRATE', '127.0.0.1', String(target.port), key, '0', '5000')
  }
  for (const node of [target, source]) await node.command('CLUSTER', 'SETSLOT', slot, 'NODE', to)

  expect(await list()).toEqual(['changed', 'seed'])
  await store.documents.refresh()
  expect(store.documents.get(NOTE)).toBe('kept')
  await save('new')
  expect(await list()).toEqual(['changed', 'new', 'seed'])
})
