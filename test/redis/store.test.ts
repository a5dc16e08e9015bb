import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { documentsSuite } from '../stores/documents-suite.ts'
import { sortedSuite } from '../stores/sorted-suite.ts'
import { storeSuite } from '../stores/store-suite.ts'
import { startCluster, startRedis } from './redis-server.ts'

describe.for([
  ['the store in Redis', () => startRedis()],
  ['the store in a cluster', () => startCluster({ replicas: 0 })],
] as const)('%s', ([name, start]) => {
  let server: { readonly url: string; remove(): Promise<void> }
  const open: RedisStore[] = []

  beforeAll(async () => {
    server = await start()
  }, 60_000)
  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()))
  })
  afterAll(() => server.remove())

  const makeStore = async () => {
    const store = await RedisStore.open(`${server.url}?prefix=${randomUUID()}`, TABLES)
    open.push(store)
    return store
  }

  storeSuite(name, makeStore)
  sortedSuite(name, makeStore)
  documentsSuite(name, makeStore)
})
