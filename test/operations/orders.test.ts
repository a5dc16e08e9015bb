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
const unpaid = {
  appid: 'wxd678efh567hg6787',
  mchid,
  out_trade_no,
  amount: { total: 100, currency: 'CNY' },
}
const paid = {
  ...unpaid,
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

    test.for([
      ['P6DT23H59M59S', 'NOTPAY'],
      ['P7D', 'CLOSED'],
    ] as const)('after %s without payment it is %s', async ([duration, trade_state], { merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)
      await control.advance(duration)

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({
        body: { trade_state },
      })
    })

    test('closed', async ({ merchant }) => {
      await merchant.call(jsapiPrepay, wanted)
      await merchant.call(closeOrder, { out_trade_no, mchid })

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual({
        status: 200,
        body: { ...unpaid, trade_state: 'CLOSED', trade_state_desc: '订单已关闭' },
      })
    })

    test("unknown, and another merchant's", async ({ merchant, control, others }) => {
      await control.addOrder({ mchid: others.owner.mchid, out_trade_no })

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toEqual(UNKNOWN)
    })

    test.for([
      [{}, '输入源“/query/mchid”映射到字段“直连商户号”必填性规则校验失败，此字段为必填项'],
      [
        { mchid: 'x' },
        '输入源“/query/mchid”映射到值字段“直连商户号”字符串规则校验失败，字符串必须匹配正则表达式“^[1-9]\\d*$”',
      ],
      [{ mchid: '1900000002' }, 'http header中的mchid与post payload中的mchid不匹配'],
    ] as const)('with the query %j', async ([query, message], { merchant }) => {
      await merchant.call(jsapiPrepay, wanted)

      expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, ...query })).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', message },
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

    test("unknown, and another merchant's", async ({ merchant, control, others }) => {
      const { transaction_id } = await control.addOrder({ mchid: others.owner.mchid, out_trade_no })

      expect(await merchant.call(queryOrderById, { transaction_id, mchid })).toEqual(UNKNOWN)
      expect(await merchant.call(queryOrderById, { transaction_id: '42000', mchid })).toEqual(UNKNOWN)
    })

    test("with another merchant's number", async ({ merchant, control }) => {
      const { transaction_id } = await control.addOrder()

      expect(await merchant.call(queryOrderById, { transaction_id, mchid: '1900000002' })).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR' },
      })
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

    test('is answered with nothing for a number that does not exist, which can still be placed', async ({
      merchant,
    }) => {
      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)
      expect(await merchant.call(jsapiPrepay, wanted)).toMatchObject({ status: 200 })
    })

    test("leaves another merchant's order alone", async ({ merchant, control, others }) => {
      await control.addOrder({ mchid: others.owner.mchid, out_trade_no, state: 'NOTPAY' })

      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(DONE)
      expect(await control.order(out_trade_no)).toMatchObject({ state: 'NOTPAY' })
    })

    test('cannot be paid any more', async ({ merchant, control }) => {
      await merchant.call(jsapiPrepay, wanted)
      await merchant.call(closeOrder, { out_trade_no, mchid })

      await expect(control.payOrder(out_trade_no)).rejects.toMatchObject({ code: 'MOCK_ORDER_STATE' })
    })

    test.for(['SUCCESS', 'REFUND'] as const)('is refused when it is %s', async (state, { merchant, control }) => {
      await control.addOrder({ out_trade_no, state })

      expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual({
        status: 400,
        body: { code: 'ORDERPAID', message: '订单已支付' },
      })
    })

    test("is refused with another merchant's number, and without one", async ({ merchant }) => {
      expect(await merchant.call(closeOrder, { out_trade_no, mchid: '1900000002' })).toMatchObject({
        status: 400,
        body: { message: 'http header中的mchid与post payload中的mchid不匹配' },
      })
      expect(await merchant.call(closeOrder, { out_trade_no })).toMatchObject({
        status: 400,
        body: { message: '输入源“/body/mchid”映射到字段“直连商户号”必填性规则校验失败，此字段为必填项' },
      })
    })
  })
})
