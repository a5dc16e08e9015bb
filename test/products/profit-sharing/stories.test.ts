import { describe, expect } from 'vitest'
import {
  addReceiver,
  createRefund,
  createSharing,
  createSharingReturn,
  jsapiPrepay,
  querySharing,
  queryUnsplitAmount,
  unfreezeOrder,
} from '../../../src/products/operations.ts'
import { profitSharing } from '../../../src/products/profit-sharing/index.ts'
import { SqliteStore } from '../../../src/stores/sqlite.ts'
import { createMerchantClient } from '../../../src/testing/merchant-client.ts'
import { test } from '../../helpers/callbacks.ts'
import { createMock } from '../../helpers/engine.ts'
import { TABLES } from '../../helpers/tables.ts'
import { NOON, transports } from '../../helpers/world.ts'
import { aDataFile } from '../../stores/data-files.ts'
import { encrypted, KEY, told } from '../transfer/transfers.ts'
import { added, giveBack, PAYER, part, refusalOf, share, TRANSACTION, unfreeze, waiting } from './sharing.ts'

const OWNER = '1900000102'
const receivers = (amount: number) => ({ receivers: [part(amount, { account: OWNER })] })
const LEFT = { transaction_id: TRANSACTION }

describe.for(transports)('profit sharing over %s', (transport) => {
  test.override('transport', transport)

  // pay-family.md 15, story 8
  test('an order is shared with a merchant, unfrozen, given back in part, and refunded', async ({
    merchant,
    control,
    mock,
    receiver,
    clientOf,
    others,
  }) => {
    const shop = await receiver.start(204)
    await clientOf(others.owner)
    await control.addSharingAccount({ mchid: OWNER, notify_url: shop.url })
    await merchant.call(jsapiPrepay, {
      appid: 'wx0000000000000001',
      mchid: PAYER,
      description: '拿铁咖啡',
      out_trade_no: 'ORDER_1',
      notify_url: 'https://shop.example.com/notify',
      amount: { total: 10_000 },
      payer: { openid: 'oUser' },
      settle_info: { profit_sharing: true },
    })
    await control.payOrder('ORDER_1', { transaction_id: TRANSACTION })

    expect(await merchant.call(createSharing, share(receivers(3_000)))).toMatchObject(
      refusalOf(createSharing, 'too_early'),
    )
    await control.advance('PT60S')
    expect(await merchant.call(createSharing, share(receivers(3_000)))).toMatchObject(
      refusalOf(createSharing, 'receiver_unknown'),
    )
    const { name } = others.owner
    const adding = added({ account: OWNER, name: encrypted(name) })
    expect(await merchant.call(addReceiver, adding, KEY)).toMatchObject({ status: 200 })
    expect(await merchant.call(createSharing, share(receivers(3_100)))).toMatchObject(
      refusalOf(createSharing, 'over_ratio'),
    )
    expect(await merchant.call(createSharing, share(receivers(1_000)))).toMatchObject({
      body: { receivers: [{ result: 'PENDING', finish_time: '1970-01-01T08:00:00+08:00' }] },
    })
    expect(await merchant.call(createSharing, share({ out_order_no: 'P2', ...receivers(2_000) }))).toMatchObject({
      status: 200,
    })
    expect(await merchant.call(queryUnsplitAmount, LEFT)).toMatchObject({ body: { unsplit_amount: 6_940 } })
    await control.advance('PT1S')
    expect(await merchant.call(querySharing, { out_order_no: 'P2', ...LEFT })).toMatchObject({
      body: { state: 'FINISHED', receivers: [{ result: 'SUCCESS' }] },
    })
    expect(await merchant.call(unfreezeOrder, unfreeze())).toMatchObject({ body: { receivers: [{ amount: 6_940 }] } })
    expect(await merchant.call(createSharing, share({ out_order_no: 'P3', ...receivers(1) }))).toMatchObject(
      refusalOf(createSharing, 'finished'),
    )
    const back = giveBack({ return_mchid: OWNER })
    expect(await merchant.call(createSharingReturn, back)).toMatchObject({ body: { result: 'SUCCESS' } })
    const refund = { out_refund_no: 'REFUND_1', amount: { refund: 9_000, total: 10_000, currency: 'CNY' } }
    expect(await merchant.call(createRefund, { ...LEFT, ...refund })).toMatchObject({
      body: { funds_account: 'AVAILABLE' },
    })
    await mock.outbox.idle()
    expect(shop.received.map((one) => told(one, others.owner.apiV3Key))).toMatchObject([
      { summary: '分账', resource: { out_order_no: 'P1', receiver: { amount: 1_000 } } },
      { summary: '分账', resource: { out_order_no: 'P2', receiver: { amount: 2_000 } } },
      { summary: '分账回退', resource: { out_order_no: 'R1', receiver: { account: PAYER, amount: 300 } } },
    ])
  })
})

test('the story of the product ends with the rest unfrozen', async () => {
  const mock = createMock({ products: [profitSharing], seed: 'empty', clock: { now: () => NOON } })

  await mock.control.playStory()

  const exchanges = await mock.control.journal()
  expect(exchanges.map(({ operation, response }) => [operation, response?.status])).toEqual([
    ['addReceiver', 200],
    ['createSharing', 200],
    ['createSharing', 400],
    ['unfreezeOrder', 200],
    ['unfreezeOrder', 401],
  ])
})

test('100 shares at once in a file never share more than is left, and what is kept of them is all there is', async () => {
  const file = await aDataFile()
  const open = async () => {
    const store = await SqliteStore.open(file, TABLES)
    const mock = createMock({ store, clock: { now: () => NOON }, auth: 'lenient' })
    const send: Parameters<typeof createMerchantClient>[0]['send'] = (request) => mock.handle(request)
    const credentials = await mock.control.credentials()
    return { store, mock, client: createMerchantClient({ credentials, send, now: () => NOON }) }
  }
  const before = await open()
  await waiting(before.mock.control, { total: 1_000 })
  await before.mock.control.addSharingAccount({ max_ratio: 10_000 })

  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, i) =>
      before.client.call(createSharing, share({ out_order_no: `P${i}`, receivers: [part(70)] })),
    ),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(14)
  await before.store.close?.()

  const after = await open()
  expect(await after.client.call(queryUnsplitAmount, LEFT)).toMatchObject({ body: { unsplit_amount: 14 } })
  await after.store.close?.()
})
