import { describe, expect } from 'vitest'
import type { Operation } from '../../src/engine/operation.ts'
import {
  applyPlatformRefund,
  codePay,
  combineJsapiPrepay,
  createRefund,
  createSharing,
  createSharingReturn,
  h5Prepay,
  jsapiPrepay,
  partnerJsapiPrepay,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { NOON, test, transports } from '../helpers/world.ts'

const mchid = '1900000001'
const sub_mchid = '1900000109'
const appid = 'wxd678efh567hg6787'
const order = { description: '测试商品', out_trade_no: 'ORDER_0001', notify_url: 'https://shop.example.com/pay' }
const subOrder = (out_trade_no: string, total_amount: unknown, more: object = {}) => ({
  ...{ mchid, out_trade_no, description: '测试商品', attach: '附加数据' },
  amount: { total_amount, currency: 'CNY' },
  ...more,
})
const combined = (...sub_orders: readonly object[]) => ({
  ...{ combine_appid: appid, combine_mchid: mchid, combine_out_trade_no: 'COMBINE_1', sub_orders },
  ...{ notify_url: order.notify_url, combine_payer_info: { openid: 'oUser' } },
})
const refund = { out_trade_no: 'ORDER_0001', out_refund_no: 'R1' }

/** Each call that moves money, with an amount. */
const CALLS: readonly (readonly [Operation, (amount: unknown) => Readonly<Record<string, unknown>>])[] = [
  [jsapiPrepay, (total) => ({ appid, mchid, ...order, amount: { total }, payer: { openid: 'oUser' } })],
  [
    partnerJsapiPrepay,
    (total) => ({
      sp_appid: appid,
      sp_mchid: mchid,
      sub_mchid,
      ...order,
      amount: { total },
      payer: { sp_openid: 'o' },
    }),
  ],
  [
    codePay,
    (total) => ({
      ...{ appid, mchid, description: '测试商品', out_trade_no: 'ORDER_0001', amount: { total } },
      ...{ payer: { auth_code: '134567890123456789' }, scene_info: { store_info: { id: '0001' } } },
    }),
  ],
  [combineJsapiPrepay, (total) => combined(subOrder('ORDER_0001', 100), subOrder('ORDER_0002', total))],
  [createRefund, (amount) => ({ ...refund, amount: { refund: amount, total: 100, currency: 'CNY' } })],
  [createRefund, (total) => ({ ...refund, amount: { refund: 1, total, currency: 'CNY' } })],
  [
    applyPlatformRefund,
    (amount) => ({ ...refund, sub_mchid, sp_appid: appid, amount: { refund: amount, total: 100 } }),
  ],
  [
    createSharing,
    (amount) => ({
      ...{ appid, transaction_id: '4200001234202611250000000001', out_order_no: 'P1', unfreeze_unsplit: false },
      receivers: [{ type: 'MERCHANT_ID', account: sub_mchid, amount, description: '分账' }],
    }),
  ],
  [
    createSharingReturn,
    (amount) => ({ out_order_no: 'P1', out_return_no: 'R1', return_mchid: sub_mchid, amount, description: '退款' }),
  ],
]

describe.for(transports)('amounts over %s', (transport) => {
  test.override('transport', transport)

  test.for([2 ** 53, 1e30, -1, 0, 1.5, '100', true])(
    '%j is refused as an amount',
    async (amount, { merchant, control }) => {
      await control.addOrder({ out_trade_no: 'ORDER_0001', total: 100 })
      const before = await control.world()

      for (const [operation, bodyOf] of CALLS) {
        const { status, body } = await merchant.call(operation, bodyOf(amount))
        expect([operation.id, status, Object(body).code]).toEqual([operation.id, 400, 'PARAM_ERROR'])
        expect(Object(body).message).toMatch(/(?:amount|refund|total|total_amount)”/)
      }
      expect(await control.world()).toEqual(before)
    },
  )

  test.for<[name: string, sub_orders: readonly object[], answer: readonly [status: number, code: string]]>([
    ['twice', [subOrder('ORDER_0001', 100), subOrder('ORDER_0001', 100)], [403, 'OUT_TRADE_NO_USED']],
    [
      '51 times',
      Array.from({ length: 51 }, (_, i) => subOrder(`ORDER_00${10 + i}`, 100, { sub_mchid })),
      [400, 'PARAM_ERROR'],
    ],
  ])(
    'a combined order with a number %s places nothing',
    async ([, sub_orders, [status, code]], { merchant, control }) => {
      expect(await merchant.call(combineJsapiPrepay, combined(...sub_orders))).toMatchObject({
        status,
        body: { code },
      })
      expect((await control.world()).orders).toEqual([])
    },
  )

  test('an order that two phones pay at once is paid by one', async ({ merchant, control, mock }) => {
    await merchant.call(combineJsapiPrepay, combined(subOrder('ORDER_0001', 100), subOrder('ORDER_0002', 50)))

    const both = await Promise.allSettled([control.payOrder('COMBINE_1'), control.payOrder('ORDER_0002')])

    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'MOCK_ORDER_STATE' } })
    await mock.outbox.idle()
    const { orders, notifications } = await control.world()
    expect(orders.map(({ state }) => state)).toEqual(['SUCCESS', 'SUCCESS'])
    expect(notifications).toHaveLength(1)
    await expect(control.payOrder('COMBINE_2')).rejects.toMatchObject({ code: 'MOCK_ORDER_UNKNOWN' })
    await expect(control.payOrder('COMBINE_1', {}, { mchid: sub_mchid })).rejects.toMatchObject({
      code: 'MOCK_ORDER_UNKNOWN',
    })
  })

  test('an order that two tills charge at once is charged once', async ({ merchant, control }) => {
    const [, , [operation, bodyOf] = []] = CALLS
    if (!operation || !bodyOf) throw new Error('Nobody pays by code.')
    const answers = await Promise.all([1, 2].map(() => merchant.call(operation, bodyOf(100))))

    expect(answers.map(({ status }) => status)).toContain(200)
    expect((await control.world()).orders).toMatchObject([{ state: 'SUCCESS', total: 100 }])
  })
})

test('an h5_url leads back over TLS where the call came so', async ({ mock, control }) => {
  const body = { appid, mchid, ...order, amount: { total: 100 } }
  const scene_info = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }
  const credentials = await control.credentials()
  const address = async (more: object) => {
    const client = createMerchantClient({
      credentials,
      send: ({ headers, ...request }) =>
        mock.handle({ ...request, headers: { ...headers, host: 'mock.test:8443' }, ...more }),
      now: () => NOON,
    })
    return Object((await client.call(h5Prepay, { ...body, scene_info })).body).h5_url
  }

  expect(await address({})).toMatch(/^http:\/\/mock\.test:8443\/_mock\/cashier/)
  expect(await address({ secure: true })).toMatch(/^https:\/\/mock\.test:8443\/_mock\/cashier/)
})
