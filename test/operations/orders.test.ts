import { describe, expect } from 'vitest'
import {
  closeOrder,
  createRefund,
  jsapiPrepay,
  queryOrderById,
  queryOrderByOutTradeNo,
} from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const mchid = '1900000001'
const out_trade_no = 'ORDER_0001'
const wanted = {
  appid: 'wxd678efh567hg6787',
  mchid,
  description: '测试商品',
  out_trade_no,
  attach: '门店一',
  notify_url: 'https://shop.example.com/pay/notify',
  amount: { total: 100 },
  payer: { openid: 'oUser' },
}
const named = { appid: 'wxd678efh567hg6787', mchid, out_trade_no }
const unpaid = {
  ...named,
  amount: { payer_currency: 'CNY', total: 100 },
  promotion_detail: [],
  scene_info: { device_id: '' },
}
const paid = {
  ...named,
  promotion_detail: [],
  attach: '门店一',
  transaction_id: '4200001234202611250000000001',
  trade_type: 'JSAPI',
  bank_type: 'OTHERS',
  success_time: '2026-11-25T12:00:00+08:00',
  payer: { openid: 'oUser' },
  amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
}
const payment = { transaction_id: paid.transaction_id }

const UNKNOWN = { status: 404, body: { code: 'ORDER_NOT_EXIST', message: '订单不存在' } }

describe.for(transports)('orders over %s', (transport) => {
  test.override('transport', transport)

  describe("looked up by the merchant's number", () => {
    test('not paid yet', async ({ merchant }) => {
      await merchant.call(jsapiPrepay, wanted)

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual({
        status: 200,
        body: { ...unpaid, trade_state: 'NOTPAY', trade_state_desc: '订单未支付' },
      })
    })

    test('paid', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)
      await control.payOrder(out_trade_no, payment)

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual({
        status: 200,
        body: { ...paid, trade_state: 'SUCCESS', trade_state_desc: '支付成功' },
      })
    })

    test('refunded in part, before and after the refund is settled', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)
      await control.payOrder(out_trade_no, payment)
      const amount = { refund: 1, total: 100, currency: 'CNY' }
      await merchant.call(createRefund, { out_trade_no, out_refund_no: 'R1', amount })
      const refunded = {
        status: 200,
        body: { ...paid, trade_state: 'REFUND', trade_state_desc: '订单发生过退款，退款详情请查询退款单' },
      }

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual(refunded)
      await control.settleRefund('R1', { outcome: 'CLOSED' })
      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual(refunded)
    })

    test('closed', async ({ merchant }) => {
      await merchant.call(jsapiPrepay, wanted)
      await merchant.call(closeOrder, { out_trade_no, mchid })

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual({
        status: 200,
        body: { ...unpaid, trade_state: 'CLOSED', trade_state_desc: '订单已关闭' },
      })
    })

    test('placed with a device, and paid without a word of its own', async ({ merchant, control }) => {
      const { attach: _, ...rest } = wanted
      const scene_info = { payer_client_ip: '14.23.150.211', device_id: 'POS-1' }
      await merchant.call(jsapiPrepay, { ...rest, scene_info })
      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({
        body: { scene_info: { device_id: 'POS-1' } },
      })
      await control.payOrder(out_trade_no, payment)

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({
        body: { attach: '', scene_info: { device_id: 'POS-1' } },
      })
    })

    test('paid with coupons of WeChat Pay', async ({ merchant, control }) => {
      const goods_detail = [{ goods_id: 'M1006', quantity: 1, unit_price: 100, discount_amount: 20 }]
      await merchant.call(jsapiPrepay, wanted)
      await control.payOrder(out_trade_no, {
        ...payment,
        promotions: [
          { coupon_id: '109519', name: '单品惠-6', stock_id: '931386', amount: 10 },
          { coupon_id: '109520', scope: 'SINGLE', type: 'NOCASH', amount: 20, contributor: 'wechatpay', goods_detail },
        ],
      })

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual({
        status: 200,
        body: {
          ...paid,
          trade_state: 'SUCCESS',
          trade_state_desc: '支付成功',
          amount: { total: 100, payer_total: 70, currency: 'CNY', payer_currency: 'CNY' },
          promotion_detail: [
            {
              coupon_id: '109519',
              name: '单品惠-6',
              stock_id: '931386',
              scope: 'GLOBAL',
              type: 'CASH',
              amount: 10,
              merchant_contribute: 10,
              currency: 'CNY',
            },
            {
              coupon_id: '109520',
              name: '代金券',
              scope: 'SINGLE',
              type: 'NOCASH',
              amount: 20,
              wechatpay_contribute: 20,
              currency: 'CNY',
              goods_detail,
            },
          ],
        },
      })
    })

    test.for([
      ['USERPAYING', '用户支付中'],
      ['PAYERROR', '支付失败'],
      ['REVOKED', '订单已撤销'],
    ] as const)('in the state %s of payments by code', async ([state, trade_state_desc], { merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)
      await control.markOrder(out_trade_no, { state })

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual({
        status: 200,
        body: { ...unpaid, trade_state: state, trade_state_desc },
      })
    })
  })

  describe("looked up by WeChat Pay's number", () => {
    test('as by the other', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)
      await control.payOrder(out_trade_no, payment)

      expect(await merchant.call(queryOrderById, { ...payment, mchid })).toEqual(
        await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid }),
      )
    })

    test.for([
      '42000',
      '4200000000000000000000000000x',
      '1000320306201511078440737890',
      '42000000000000000000000000001',
    ])('that is none: %s', async (transaction_id, { merchant }) => {
      expect(await merchant.call(queryOrderById, { transaction_id, mchid })).toEqual({
        status: 400,
        body: { code: 'PARAM_ERROR', message: '微信订单号非法' },
      })
    })

    test('of another form, which a seed file gave it', async ({ merchant, control }) => {
      await control.addOrder({ out_trade_no, transaction_id: 'T-1' })

      expect(await merchant.call(queryOrderById, { transaction_id: 'T-1', mchid })).toMatchObject({ status: 200 })
    })
  })

  describe('closed', () => {
    const DONE = { status: 204, body: undefined }

    test('is answered with nothing, again too', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)

      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)
      await control.advance(60)
      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)
      expect(await control.order(out_trade_no)).toMatchObject({
        state: 'CLOSED',
        closed_time: '2026-11-25T12:00:00+08:00',
      })
    })

    test('is answered with nothing for a number that does not exist, again too, which uses it up', async ({
      merchant,
      control,
    }) => {
      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)
      await control.advance(60)
      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual(UNKNOWN)
      expect(await merchant.call(jsapiPrepay, wanted)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    })

    test("uses up no other merchant's number", async ({ merchant, clientOf, others }) => {
      const client = await clientOf(others.owner)
      await client.call(closeOrder, { out_trade_no, mchid: others.owner.mchid })

      expect(await merchant.call(jsapiPrepay, wanted)).toMatchObject({ status: 200 })
    })

    test("leaves another merchant's order alone", async ({ merchant, control, others }) => {
      await control.addOrder({ mchid: others.owner.mchid, out_trade_no, state: 'NOTPAY' })

      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)
      expect(await control.order(out_trade_no)).toMatchObject({ state: 'NOTPAY' })
    })

    test("is refused without the merchant's number", async ({ merchant }) => {
      expect(await merchant.call(closeOrder, { out_trade_no })).toEqual({
        status: 400,
        body: {
          code: 'PARAM_ERROR',
          detail: { location: 'uri_template', value: '' },
          message: '输入源“/uri_template/mchid”映射到字段“直连商户号”必填性规则校验失败，此字段为必填项',
        },
      })
    })
  })
})
