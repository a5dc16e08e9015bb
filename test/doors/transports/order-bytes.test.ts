import { describe, expect } from 'vitest'
import { test as base } from '../../helpers/world.ts'

const ORDER = 'ORDER_0001'
const REFUNDS = '/v3/refund/domestic/refunds'

/** With the text of an answer, whose members have an order. */
const test = base.extend('textOf', ({ merchant }) => async (target: string, body?: unknown) => {
  const { bytes } = await merchant.request({ target, body })
  return Buffer.from(bytes).toString()
})

describe('the bytes of answers about an order', () => {
  test.override('transport', 'http')

  test('that is not paid, is paid, and is refunded', async ({ control, textOf }) => {
    await control.addOrder({
      out_trade_no: ORDER,
      appid: 'wxd678efh567hg6787',
      state: 'NOTPAY',
      openid: 'oUser',
      total: 10,
    })
    const query = () => textOf(`/v3/pay/transactions/out-trade-no/${ORDER}?mchid=1900000001`)

    expect(await query()).toBe(
      '{"amount":{"payer_currency":"CNY","total":10},"appid":"wxd678efh567hg6787","mchid":"1900000001","out_trade_no":"ORDER_0001","promotion_detail":[],"scene_info":{"device_id":""},"trade_state":"NOTPAY","trade_state_desc":"订单未支付"}',
    )
    await control.payOrder(ORDER, { transaction_id: '4200001863202611250000000001' })
    const paid =
      '{"amount":{"currency":"CNY","payer_currency":"CNY","payer_total":10,"total":10},"appid":"wxd678efh567hg6787","attach":"","bank_type":"OTHERS","mchid":"1900000001","out_trade_no":"ORDER_0001","payer":{"openid":"oUser"},"promotion_detail":[],"success_time":"2026-11-25T12:00:00+08:00","trade_state":"SUCCESS","trade_state_desc":"支付成功","trade_type":"JSAPI","transaction_id":"4200001863202611250000000001"}'
    expect(await query()).toBe(paid)
    const refund = {
      out_trade_no: ORDER,
      out_refund_no: 'REFUND_1',
      amount: { refund: 10, total: 10, currency: 'CNY' },
    }
    expect(await textOf(REFUNDS, refund)).toMatch(
      /^\{"amount":\{"currency":"CNY","discount_refund":0,"from":\[\],"payer_refund":10,"payer_total":10,"refund":10,"refund_fee":0,"settlement_refund":10,"settlement_total":10,"total":10\},"channel":"ORIGINAL","create_time":"2026-11-25T12:00:00\+08:00","funds_account":"AVAILABLE","out_refund_no":"REFUND_1","out_trade_no":"ORDER_0001","promotion_detail":\[\],"refund_id":"503\d{26}","status":"PROCESSING","transaction_id":"4200001863202611250000000001","user_received_account":"支付用户零钱"\}$/,
    )
    expect(await query()).toBe(
      paid
        .replace('"trade_state":"SUCCESS"', '"trade_state":"REFUND"')
        .replace('支付成功', '订单发生过退款，退款详情请查询退款单'),
    )
  })
})
