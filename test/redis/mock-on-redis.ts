import { onTestFinished } from 'vitest'
import type { MockOptions } from '../../src/mock.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { createMock } from '../helpers/engine.ts'
import { TABLES } from '../helpers/tables.ts'
import { NOON } from '../helpers/world.ts'

/** A mock with a connection of its own to a store in Redis, and a client of its well-known merchant. Both end with the test. */
export async function mockOnRedis(address: string, options: MockOptions = {}) {
  const store = await RedisStore.open(address, TABLES)
  onTestFinished(() => store.close())
  const mock = createMock({ store, clock: { now: () => NOON }, auth: 'lenient', ...options })
  const client = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })
  return { store, mock, client }
}
