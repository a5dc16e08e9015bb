import { expect, test } from 'vitest'
import { createMock, products } from 'wechatpay-mock'
import { createMerchantClient } from 'wechatpay-mock/vitest'
import { loyalty } from './index.ts'
import { stampCard } from './stamp-card.ts'

test('the last stamp makes a card full', async () => {
  const mock = createMock({
    products: [...products, loyalty],
    stampsPerCard: 5,
    seed: { cards: [{ card_id: 'C1', openid: 'oUser', stamps: 4 }] },
  })
  const client = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
  })

  expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 200, body: { stamps: 5 } })
  expect(await client.call(stampCard, { card_id: 'C1' })).toMatchObject({ status: 403, body: { code: 'RULE_LIMIT' } })
  expect(await mock.control.card('C1')).toMatchObject({ stamps: 5 })
})
