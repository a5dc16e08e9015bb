import { expect, test } from 'vitest'
import type { Transaction } from '../../src/engine/state/store.ts'
import { jsapiPrepay } from '../../src/products/operations.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import type { Awaitable } from '../../src/wire/shared/pieces.ts'
import { createMock } from '../helpers/engine.ts'
import { TABLES } from '../helpers/tables.ts'

test('a call is of the time when its turn in the store comes', async () => {
  const store = new MemoryStore(TABLES)
  const mock = createMock({ store, clockStart: { now: Date.parse('2031-05-20T13:29:35+08:00'), frozen: true } })
  const merchant = createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })
  const place = (out_trade_no: string) =>
    merchant.call(jsapiPrepay, {
      appid: 'wx1234567889999',
      mchid: mock.defaultMerchant.mchid,
      description: 'x',
      out_trade_no,
      notify_url: 'https://shop.example.com/notify',
      amount: { total: 1 },
      payer: { openid: 'oUser' },
    })
  const { transaction } = store
  store.transaction = async <Result>(work: (tx: Transaction) => Awaitable<Result>) => {
    await mock.clock.set(Date.parse('2031-05-20T13:40:00+08:00'))
    return transaction.call(store, work) as Promise<Result>
  }

  expect(await place('LATE_1')).toMatchObject({ body: { prepay_id: expect.stringMatching(/^wx20134000/) } })
  // Its history knows that this call did it.
  expect((await mock.control.orderTimeline('LATE_1')).entries).toMatchObject([
    { state_after: 'NOTPAY', exchange: { status: 200 } },
  ])
})
