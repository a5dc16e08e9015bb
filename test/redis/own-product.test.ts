import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openMock, products } from 'wechatpay-mock'
import { createMerchantClient } from 'wechatpay-mock/vitest'
import { loyalty } from '../products/loyalty/index.ts'
import { stampCard } from '../products/loyalty/stamp-card.ts'
import { type RunningRedis, startRedis } from './redis-server.ts'

let redis: RunningRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.remove())

test('a product of one’s own is kept in Redis, for every mock with that store', async () => {
  const store = `${redis.url}?prefix=${randomUUID()}`
  const open = async () => {
    const mock = await openMock({
      products: [...products, loyalty],
      seed: { cards: [{ card_id: 'C1', openid: 'oUser' }] },
      store,
    })
    onTestFinished(() => mock.close())
    const credentials = await mock.control.credentials()
    return { mock, client: createMerchantClient({ credentials, send: (request) => mock.handle(request) }) }
  }
  const [first, second] = [await open(), await open()]

  expect(await first.client.call(stampCard, { card_id: 'C1' })).toMatchObject({ body: { stamps: 1 } })
  expect(await second.client.call(stampCard, { card_id: 'C1' })).toMatchObject({ body: { stamps: 2 } })
  expect(await first.mock.control.card('C1')).toMatchObject({ stamps: 2 })
  await first.mock.control.blockCard('C1')
  expect(await second.mock.control.thingPage('cards', { state: 'BLOCKED' })).toMatchObject({
    total: 1,
    items: [{ name: ['1900000001', 'C1'], state: 'BLOCKED', beside: [{ value: 2 }] }],
  })
  await second.mock.control.reset()
  expect(await first.mock.control.card('C1')).toMatchObject({ stamps: 0 })
})
