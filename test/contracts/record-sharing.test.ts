import { describe, expect } from 'vitest'
import {
  createRefund,
  createSharing,
  partnerQueryOrderByOutTradeNo,
  querySharing,
  queryUnsplitAmount,
} from '../../src/products/operations.ts'
import { pactIn, test } from './recording.ts'

const SELLER = '1900000117'
const SUPPLIER = { type: 'MERCHANT_ID', account: '1900000110' } as const

describe('the calls of a partner', () => {
  // In a suite: files share the process, and an override of the file would hold in the next one.
  test.override('options', { seed: 'empty' })

  test('are recorded with its orders, refunds, receivers and shares as states', async ({ shop }) => {
    const { client, control } = shop
    const of = { sub_mchid: SELLER }
    const ORDER = { out_trade_no: 'MCH_000007', transaction_id: '4200000000000000000000000007', ...of }
    await control.addOrder({ ...ORDER, profit_sharing: true })
    await control.addSharingReceiver({ mchid: SELLER, ...SUPPLIER })
    await client.call(partnerQueryOrderByOutTradeNo, { out_trade_no: 'MCH_000007', sp_mchid: '1900000001', ...of })
    const { transaction_id } = ORDER
    const share = { out_order_no: 'FZ7', transaction_id, ...of }
    await client.call(createSharing, {
      ...share,
      receivers: [{ ...SUPPLIER, amount: 1_000, description: '供货分账' }],
      unfreeze_unsplit: false,
    })
    await client.call(querySharing, share)
    await control.settleSharingOrder('FZ7')
    await client.call(querySharing, share)
    await client.call(queryUnsplitAmount, { transaction_id })
    await control.addOrder({ ...ORDER, out_trade_no: 'MCH_000008', transaction_id: '4200000000000000000000000008' })
    await client.call(createRefund, {
      out_trade_no: 'MCH_000008',
      out_refund_no: 'TK8',
      amount: { refund: 4_000, total: 10_000, currency: 'CNY' },
      ...of,
    })

    const { leftOut } = await shop.record({ consumer: 'marketplace' })

    expect(leftOut).toEqual([])
    const { interactions } = await pactIn(shop.file)
    const states = interactions.map(({ providerStates = [] }) => providerStates.map(({ name }) => name).join())
    expect(states.toSorted()).toEqual([
      'a share is finished',
      'a share is processing',
      'an order is paid',
      'an order is paid',
      'an order is paid',
      'an order is paid,a receiver of shares was added',
    ])
    await shop.expectVerified()
  })
})
