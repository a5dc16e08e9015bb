/** A server that evicts keys, or loses some to a deletion: no answer may come from the remaining ones. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nothingFound } from '../../src/engine/journal/found.ts'
import type { Exchange } from '../../src/engine/journal/journal.ts'
import { DEFAULT_SETTINGS } from '../../src/engine/settings.ts'
import { documentKey } from '../../src/engine/state/documents.ts'
import { StoreUnavailable, type Transaction } from '../../src/engine/state/store.ts'
import { ALL } from '../../src/engine/state/table.ts'
import { openMock } from '../../src/open-mock.ts'
import { coupons, withState } from '../../src/products/merchant-coupon/coupons.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import type { Awaitable } from '../../src/wire/shared/pieces.ts'
import { spawnCli } from '../cli/cli.ts'
import { isRepresentative } from '../helpers/representative.ts'
import { TABLES } from '../helpers/tables.ts'
import { aCoupon } from '../products/merchant-coupon/rules/builders.ts'
import { forTest, type RunningCluster, type RunningRedis, startCluster, startRedis, until } from './redis-server.ts'

const ALICE = '1900000001'
const BOB = '1900000777'
const STOCK = '100088'
const NOTE = documentKey<string>('note')

const serverWith = (...settings: string[]) => forTest(startRedis(settings), (server) => server.remove())
const opened = (address: string) => forTest(RedisStore.open(address, TABLES), (store) => store.close())

const find = (store: RedisStore, code: string) => store.transaction((tx) => tx.in(coupons).find(ALICE, STOCK, code))
const save = (store: RedisStore, code: string) =>
  store.transaction(async (tx) => {
    await tx.in(coupons).save(couponOf(ALICE, code))
  })

describe('a server that is short of memory', () => {
  test.for(['allkeys-lru', 'allkeys-lfu', 'allkeys-random'])('and drops any key is refused: %s', async (policy) => {
    const redis = await serverWith('--maxmemory', '64mb', '--maxmemory-policy', policy)

    await expect(openMock({ store: redis.url })).rejects.toMatchObject({
      code: 'MOCK_STORE_DROPS_KEYS',
      message: expect.stringContaining(`maxmemory-policy ${policy}`),
    })
    expect(await redis.command('DBSIZE')).toBe(0)
  })

  test('and drops any key is refused by serve in one line, in both languages', async () => {
    const redis = await serverWith('--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru')
    for (const [lang, line] of [
      [
        'en',
        `The store at ${redis.url} evicts keys when its memory is full (maxmemory-policy allkeys-lru), and part of the state with them: set maxmemory-policy to noeviction, or use another server.`,
      ],
      [
        'zh',
        `存储 ${redis.url} 在内存用尽时会淘汰键（maxmemory-policy allkeys-lru），状态会因此残缺：请把 maxmemory-policy 设为 noeviction，或换一个服务器。`,
      ],
    ] as const) {
      const { code, stderr } = await spawnCli(['serve', '--port', '0', '--store', redis.url, '--lang', lang])
      expect([code, stderr]).toEqual([2, `wechatpay-mock: ${line}\n`])
    }
  })

  test('and drops any key is refused where it is the node of a cluster that would keep the mock', async () => {
    const cluster = await forTest(startCluster({ replicas: 0 }), (one) => one.remove())
    const node = await cluster.masterOf('shop')
    await node.command('CONFIG', 'SET', 'maxmemory', '64mb', 'maxmemory-policy', 'allkeys-lru')

    await expect(RedisStore.open(`${cluster.url}?prefix=shop`, TABLES)).rejects.toMatchObject({
      code: 'MOCK_STORE_DROPS_KEYS',
    })
    await node.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
    expect((await opened(`${cluster.url}?prefix=shop`)).warnings).toEqual([])
  })

  test('and drops any key, but has no limit, is used', async () => {
    const redis = await serverWith('--maxmemory-policy', 'allkeys-lru')

    expect((await opened(redis.url)).warnings).toEqual([])
  })

  test('and does not tell what it drops is used with a warning', async () => {
    const redis = await serverWith()
    await redis.command('ACL', 'SETUSER', 'default', '-info')
    const warnings: string[] = []
    const onWarning = ({ message }: { readonly message: string }) => void warnings.push(message)
    await forTest(openMock({ store: redis.url, onWarning }), (mock) => mock.close())

    expect(warnings).toEqual([expect.stringContaining(`${redis.url} does not say whether it evicts keys`)])
  })

  test.for(['noeviction', 'volatile-lru', 'volatile-ttl', 'volatile-random'])(
    'refuses changes and drops nothing of the mock: %s',
    async (policy) => {
      const redis = await serverWith('--maxmemory', '4mb', '--maxmemory-policy', policy)
      const store = await opened(redis.url)
      const acknowledged: string[] = []
      const filling = async () => {
        for (let i = 0; i < 50_000; i++) {
          await save(store, `c-${i}`)
          acknowledged.push(`c-${i}`)
        }
      }

      await expect(filling()).rejects.toThrow(StoreUnavailable)
      const kept = new Set(
        (await store.transaction((tx) => tx.in(coupons).list())).map(({ coupon_code }) => coupon_code),
      )
      expect(acknowledged.filter((code) => !kept.has(code))).toEqual([])
      await redis.command('CONFIG', 'SET', 'maxmemory', '0')
      await save(store, 'after')
      expect(await find(store, 'after')).toMatchObject({ coupon_code: 'after' })
    },
  )

  test('and begins to drop keys later never makes the mock answer from what is left', async () => {
    const redis = await serverWith()
    const store = await opened(redis.url)
    await store.replace({ coupons: [aCoupon({ mchid: ALICE, coupon_code: 'seed' })] })
    await store.documents.update((draft) => draft.put(NOTE, 'kept'))
    await save(store, 'changed')
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random')
    const used = Number(/used_memory:(\d+)/.exec(String(await redis.command('INFO', 'memory')))?.[1])
    await redis.command('CONFIG', 'SET', 'maxmemory', String(used - 1))
    // The server chooses the keys to evict, so ask until it has evicted everything.
    let refusals = 0
    for (let i = 0; i < 200; i++) {
      const answers = await Promise.allSettled([
        find(store, 'seed'),
        find(store, 'changed'),
        store.transaction((tx) => tx.in(coupons).count()),
        store.transaction((tx) => tx.in(coupons).countAmong('newest', ALL)),
        store.transaction(async (tx) => (await tx.in(coupons).page('newest', ALL, { limit: 9 })).length),
        store.documents.refresh().then(() => store.documents.names('')),
      ])
      for (const [n, expected] of (
        [{ coupon_code: 'seed' }, { coupon_code: 'changed' }, 2, 2, 2, ['note']] as const
      ).entries()) {
        const answer = answers[n]
        if (answer?.status === 'fulfilled')
          expect(answer.value).toEqual(
            typeof expected === 'object' && 'coupon_code' in expected ? expect.objectContaining(expected) : expected,
          )
        else expect(answer?.reason).toBeInstanceOf(StoreUnavailable)
        if (answer?.status === 'rejected') refusals++
      }
    }
    expect(refusals).toBeGreaterThan(0)
  })
})

const STORES = [
  ['a server', false],
  ['a cluster', true],
] as const

describe.for(isRepresentative ? STORES.slice(0, 1) : STORES)('a key that is gone from %s', ([, isCluster]) => {
  let cluster: RunningCluster | undefined
  let server: RunningRedis | undefined
  beforeAll(async () => {
    if (isCluster) cluster = await startCluster({ replicas: 0 })
    else server = await startRedis()
  })
  afterAll(async () => {
    await cluster?.remove()
    await server?.remove()
  })

  /**
   * A store with a seed, changes of two merchants (one of them was reset), documents, counts and an exchange. One of the seed's rows was changed in
   * place, and one was deleted.
   */
  async function filled() {
    const prefix = randomUUID()
    const node = server ?? (await cluster?.masterOf(prefix))
    if (!node) throw new Error('There is no server.')
    const address = `${(server ?? cluster)?.url}?prefix=${prefix}`
    const store = await opened(address)
    const seed = ['seed', 'used', 'deleted'].map((code) => couponOf(ALICE, code))
    await store.replace({ coupons: [...seed, couponOf(BOB, 'theirs')] })
    await store.documents.update((draft) => draft.put(NOTE, 'kept'))
    await save(store, 'changed')
    await store.transaction(async (tx) => {
      await tx.in(coupons).save({ ...couponOf(ALICE, 'used'), state: 'USED' })
      await tx.in(coupons).delete(ALICE, STOCK, 'deleted')
    })
    await changeOfBob(store)
    await store.reset(BOB)
    await store.counters.take({ mchid: ALICE, operation: 'useCoupon', start: 1 }, 10)
    await store.exchanges.add(exchange(), 10)
    const keys = async () => ((await node.command('KEYS', `{${prefix}}:*`)) as string[]).toSorted()
    const swept = () => until(async () => !(await keys()).some((key) => key.endsWith(':garbage')))
    // Garbage that the reset left.
    await swept()
    return { store, address, node, keys, swept }
  }

  /** Every question to the store, each with a single right answer. */
  const questions: Readonly<Record<string, (store: RedisStore) => Promise<unknown>>> = {
    'find a row of the seed': async (store) => (await find(store, 'seed'))?.coupon_code,
    'find a changed row': async (store) => (await find(store, 'changed'))?.coupon_code,
    'find a row that was reset': (store) => store.transaction((tx) => tx.in(coupons).find(BOB, STOCK, 'other')),
    'look up the seed': (store) => lookUp(store, 'seed'),
    'look up a change': (store) => lookUp(store, 'changed'),
    'look up by sender': (store) =>
      store.transaction(async (tx) => (await tx.in(coupons).where('sentIn', `${ALICE} ${STOCK}`)).length),
    'a page of all': (store) => pageOf(store, 'newest', ALL),
    "a page of one merchant's": (store) => pageOf(store, 'newest', ALL, { owner: ALICE }),
    'a page in the middle': (store) => pageOf(store, 'newest', ALL, { owner: ALICE, offset: 1 }),
    'a page of what stands in the seed': (store) => pageOf(store, 'ofUser', 'user-seed'),
    'a page of what was changed in its place': (store) => pageOf(store, 'ofUser', 'user-used'),
    'a page of what was deleted': (store) => pageOf(store, 'ofUser', 'user-deleted'),
    'a page of what is new': (store) => pageOf(store, 'ofUser', 'user-changed'),
    'a page of those with a status': (store) => pageOf(store, 'inStock', withState('SENDED', STOCK)),
    'a page of those whose status was changed': (store) => pageOf(store, 'inStock', withState('USED', STOCK)),
    'count a list': (store) => store.transaction((tx) => tx.in(coupons).countAmong('newest', ALL)),
    'count what stands in the seed': (store) => countOf(store, 'user-seed'),
    'count what was deleted': (store) => countOf(store, 'user-deleted'),
    'count what is new': (store) => countOf(store, 'user-changed'),
    list: async (store) =>
      (await store.transaction((tx) => tx.in(coupons).list())).map(({ coupon_code }) => coupon_code).toSorted(),
    count: (store) => store.transaction((tx) => tx.in(coupons).count()),
    documents: async (store) => {
      await store.documents.refresh()
      return store.documents.get(NOTE)
    },
    rates: (store) => store.counters.isReached({ mchid: ALICE, operation: 'useCoupon', start: 1 }, 1),
    journal: async (store) => (await store.exchanges.list()).length,
  }
  const lookUp = async (store: RedisStore, code: string) =>
    (await store.transaction((tx) => tx.in(coupons).where('coupon_code', code))).length
  const pageOf = async (
    store: RedisStore,
    list: 'newest' | 'ofUser' | 'inStock',
    among: string,
    stretch: { owner?: string; offset?: number } = {},
  ) =>
    (await store.transaction((tx) => tx.in(coupons).page(list, among, { ...stretch, limit: 9 }))).map(
      ({ coupon_code, state }) => `${coupon_code} ${state}`,
    )
  const countOf = (store: RedisStore, openid: string) =>
    store.transaction((tx) => tx.in(coupons).countAmong('ofUser', openid))

  test('is noticed wherever it matters, whichever it is', async () => {
    const whole = await filled()
    const names = (await whole.keys()).map((key) => key.replace(/\d{13}/g, '#'))
    const right = await Promise.all(Object.values(questions).map((ask) => ask(whole.store)))
    const noticed = new Map<string, ReadonlySet<string>>()
    for (const [n, name] of names.entries()) {
      const { store, node, keys } = await filled()
      const key = (await keys())[n] ?? ''
      expect(await node.command('UNLINK', key)).toBe(1)
      const refused = new Set<string>()
      for (const [i, [question, ask]] of Object.entries(questions).entries()) {
        try {
          expect([name, question, await ask(store)]).toEqual([name, question, right[i]])
        } catch (error) {
          if (!(error instanceof StoreUnavailable)) throw error
          expect(error.message).toMatch(/has lost/)
          refused.add(question)
        }
      }
      noticed.set(name, refused)
    }
    expect([...noticed].filter(([, by]) => by.size === 0)).toEqual([])
    expect(new Set(names.map((name) => kindOf(name)))).toEqual(KINDS)
  })

  test('is noticed after what a reset has left in it was swept', async () => {
    const { store, node, keys, swept } = await filled()
    await changeOfBob(store)
    await node.command('UNLINK', ...(await keys()).filter((key) => /:c\d+:index:/.test(key)))
    await store.reset(BOB)
    await swept()

    await expect(lookUp(store, 'changed')).rejects.toThrow('has lost')
  })

  test('ends with a reset, another world, or the start of a mock', async () => {
    for (const [pattern, repair] of [
      [/:c\d+:rows/, (store: RedisStore) => store.reset()],
      [/:c\d+:hidden/, (store: RedisStore) => store.reset()],
      [/:s\d+:rows/, (store: RedisStore) => store.replace({})],
      [/:s\d+:sorted/, (store: RedisStore) => store.replace({})],
      [/:journal$/, (store: RedisStore) => store.exchanges.clear()],
      [/:rates$/, (store: RedisStore) => store.counters.clear()],
      [/:documents$/, async (_: RedisStore, address: string) => (await RedisStore.open(address, TABLES)).close()],
      [/:meta$/, async (_: RedisStore, address: string) => (await RedisStore.open(address, TABLES)).close()],
    ] as const) {
      const { store, address, node, keys } = await filled()
      await node.command('UNLINK', ...(await keys()).filter((key) => pattern.test(key)))
      await expect(Promise.all(Object.values(questions).map((ask) => ask(store)))).rejects.toThrow('has lost')
      await repair(store, address)

      for (const ask of Object.values(questions)) await ask(store)
    }
  })

  test('leaves nothing of the old state behind, once a mock has begun the store anew', async () => {
    const { address, node, keys, swept } = await filled()
    await node.command('UNLINK', ...(await keys()).filter((key) => /:documents$/.test(key)))
    await opened(address)
    await swept()

    expect((await keys()).map(kindOf)).toEqual(['documents', 'keys', 'meta'])
  })

  test('is not confused with one that nothing was written to, or that was emptied', async () => {
    const { store } = await filled()
    await store.transaction(async (tx) => {
      await tx.in(coupons).delete(ALICE, STOCK, 'changed')
      await tx.in(coupons).delete(ALICE, STOCK, 'seed')
    })
    await store.reset(ALICE)
    for (let i = 0; i < 3; i++) {
      await save(store, 'again')
      expect([await lookUp(store, 'again'), await countOf(store, 'user-again')]).toEqual([1, 1])
      await store.reset(ALICE)
      expect([await lookUp(store, 'again'), await countOf(store, 'user-again')]).toEqual([0, 0])
    }
    await store.exchanges.clear()
    await store.counters.clear(ALICE)
    for (const ask of Object.values(questions)) await ask(store)
    await store.reset()
    for (const ask of Object.values(questions)) await ask(store)
  })

  test('is known by its name as long as it exists, whatever is written, moved, deleted and reset', async () => {
    const { store, node, keys, swept } = await filled()
    const checkNames = async () => {
      const existing = await keys()
      const named = await Promise.all(
        existing
          .filter((key) => kindOf(key) === 'keys')
          .map(async (key) => (await node.command('SMEMBERS', key)) as string[]),
      )
      const ofGenerations = existing.filter((key) => /:[sc]\d+:/.test(key))
      expect(
        named
          .flat()
          .filter((key) => !/:s\d+$/.test(key))
          .toSorted(),
      ).toEqual(ofGenerations)
      return new Set(ofGenerations.filter((key) => /:c\d+:/.test(key)).map(kindOf))
    }
    const change = (work: (tx: Transaction) => Awaitable<void>) => store.transaction(work)
    expect(await checkNames()).toContain('hidden')

    // The seed's rows are back in their places, and the new one was deleted, so the changes file nothing.
    await change(async (tx) => {
      await tx.in(coupons).save(couponOf(ALICE, 'deleted'))
      await tx.in(coupons).save(couponOf(ALICE, 'used'))
      await tx.in(coupons).delete(ALICE, STOCK, 'changed')
    })
    expect([...(await checkNames())].toSorted()).toEqual(['index', 'owners', 'resets', 'rows', 'stamps'])
    await change(async (tx) => {
      await tx.in(coupons).save({ ...couponOf(ALICE, 'deleted'), receive_time: 7 })
      await tx.in(coupons).save({ ...couponOf(BOB, 'theirs'), openid: 'user-moved' })
    })
    expect(await checkNames()).toContain('hidden')
    await store.reset(ALICE)
    await swept()
    expect(await checkNames()).toContain('hidden')
    await store.reset(BOB)
    await swept()
    expect([...(await checkNames())].toSorted()).toEqual(['resets', 'stamps'])
    await store.replace({ coupons: [couponOf(ALICE, 'seed')] })
    await swept()
    expect((await checkNames()).size).toBe(0)
  })
})

/** Kinds of keys in a store: those of a generation, and the others. */
const KINDS: ReadonlySet<string> = new Set([
  'rows',
  'index',
  'sorted',
  'hidden',
  'listed',
  'owners',
  'resets',
  'stamps',
  'keys',
  'meta',
  'documents',
  'journal',
  'rates',
])

function kindOf(key: string): string {
  return /\}:(?:[sc][#\d]+:)?(\w+)/.exec(key)?.[1] ?? key
}

function couponOf(creatorMchid: string, code: string) {
  return aCoupon({ mchid: creatorMchid, coupon_code: code, openid: `user-${code}` })
}

/** Adds one coupon of Bob and removes another. */
function changeOfBob(store: RedisStore): Promise<void> {
  return store.transaction(async (tx) => {
    await tx.in(coupons).save(couponOf(BOB, 'other'))
    await tx.in(coupons).delete(BOB, STOCK, 'theirs')
  })
}

function exchange(): Exchange {
  return {
    id: '1',
    at: 1,
    durationMs: 1,
    request: { method: 'GET', target: '/v3/x', headers: {}, body: Buffer.from('') },
    response: { status: 200, headers: [], body: Buffer.from('') },
    remarks: [],
    before: nothingFound(DEFAULT_SETTINGS),
  }
}
