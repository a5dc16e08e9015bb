import { describe, expect } from 'vitest'
import {
  closeOrder,
  codePay,
  createRefund,
  createSharing,
  partnerCodePay,
  partnerQueryOrderByOutTradeNo,
  partnerReverseOrder,
  queryOrderByOutTradeNo,
  reverseOrder,
} from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'
import { part, SUPPLIER, share } from '../products/profit-sharing/sharing.ts'
import { refused } from '../products/transfer/transfers.ts'

const mchid = '1900000001'
const appid = 'wxd678efh567hg6787'
const auth_code = '134567890123456789'
const out_trade_no = 'ORDER_0001'

const wanted = (changes: object = {}) => ({
  appid,
  mchid,
  description: '拿铁咖啡',
  out_trade_no,
  payer: { auth_code },
  amount: { total: 2_900, currency: 'CNY' },
  scene_info: { device_id: 'TILL_1', store_info: { id: '0001' } },
  ...changes,
})

describe.for(transports)('payments by code over %s', (transport) => {
  test.override('transport', transport)

  test('a code pays at once, and nobody is told', async ({ merchant, control }) => {
    const paid = {
      appid,
      mchid,
      out_trade_no,
      transaction_id: expect.stringMatching(/^4200\d{24}$/),
      trade_type: 'MICROPAY',
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
      bank_type: 'OTHERS',
      attach: '',
      success_time: '2026-11-25T12:00:00+08:00',
      payer: { openid: expect.stringMatching(/^o/) },
      amount: { total: 2_900, payer_total: 2_900, currency: 'CNY', payer_currency: 'CNY' },
      promotion_detail: [],
    }
    const answer = await merchant.call(codePay, wanted({ notify_url: 'http://127.0.0.1:9/pay' }))
    expect(answer).toEqual({ status: 200, body: paid })
    expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({ body: paid })
    expect(await control.notifications()).toEqual([])
    expect(await control.order(out_trade_no)).not.toHaveProperty('prepay_id')
    expect(await merchant.call(codePay, wanted())).toEqual(refused(403, 'OUT_TRADE_NO_USED', '商户订单号重复'))
  })

  test.for([
    ['out_trade_no', { out_trade_no: 'O'.repeat(33) }],
    ['goods_tag', { goods_tag: 'G'.repeat(33) }],
    ['scene_info/device_id', { scene_info: { device_id: 'D'.repeat(33), store_info: {} } }],
    ['scene_info/device_ip', { scene_info: { device_ip: '1'.repeat(46), store_info: {} } }],
    ['scene_info/store_info/id', { scene_info: { store_info: { id: '1'.repeat(33) } } }],
    ['scene_info/store_info/out_id', { scene_info: { store_info: { out_id: '1'.repeat(257) } } }],
    ['detail', { detail: { invoice_id: '1'.repeat(6_144), goods_detail: [] } }],
  ] as const)(
    '%s is not longer than that of orders that are placed in other ways',
    async ([name, changes], { merchant }) => {
      expect(await merchant.call(codePay, wanted(changes))).toMatchObject({
        status: 400,
        body: { code: 'PARAM_ERROR', message: expect.stringContaining(`/body/${name}`) },
      })
    },
  )

  test('the user has to enter the password, and pays', async ({ merchant, control }) => {
    await control.addPaymentCode({ auth_code, outcome: 'password', openid: 'oUser' })
    const asked = await merchant.call(codePay, wanted())
    expect(asked).toMatchObject({
      status: 202,
      body: { trade_state: 'USERPAYING', trade_state_desc: '用户支付中', amount: { total: 2_900 } },
    })
    expect(asked.body).not.toHaveProperty('transaction_id')
    expect(await merchant.call(codePay, wanted())).toEqual(asked)
    expect(await merchant.call(closeOrder, { out_trade_no, mchid })).toEqual(
      refused(400, 'INVALID_REQUEST', '当前交易不允许进行普通关单(只能撤销)'),
    )
    await control.payOrder(out_trade_no, { openid: 'oUser' })
    expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({
      body: { trade_state: 'SUCCESS', payer: { openid: 'oUser' } },
    })
  })

  test('the user declines, and the till reverses the order', async ({ merchant, control }) => {
    await control.addPaymentCode({ auth_code, outcome: 'password' })
    await merchant.call(codePay, wanted())
    await control.markOrder(out_trade_no, { state: 'PAYERROR' })
    expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({
      body: { trade_state: 'PAYERROR', trade_state_desc: '支付失败' },
    })
    const other = wanted({ payer: { auth_code: '100000000000000000' } })
    expect(await merchant.call(codePay, other)).toEqual(
      refused(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致'),
    )
    const reversed = { status: 200, body: { appid, mchid, out_trade_no } }
    expect(await merchant.call(reverseOrder, { appid, mchid, out_trade_no })).toEqual(reversed)
    expect(await merchant.call(reverseOrder, { appid, mchid, out_trade_no })).toEqual(reversed)
    expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid })).toMatchObject({
      body: { trade_state: 'REVOKED', trade_state_desc: '订单已撤销' },
    })
    await expect(control.payOrder(out_trade_no)).rejects.toMatchObject({ code: 'MOCK_ORDER_STATE' })
    expect(await merchant.call(codePay, wanted())).toEqual(refused(400, 'ORDER_CLOSED', '订单已关闭'))
    const { entries } = await control.orderTimeline(out_trade_no)
    expect(entries.map(({ event }) => event)).toContain('reversed')
  })

  test('the user has no money: the number stays free', async ({ merchant, control }) => {
    await control.addPaymentCodes([{ auth_code, outcome: 'not_enough' }])
    expect(await merchant.call(codePay, wanted())).toEqual(refused(403, 'NOT_ENOUGH', '余额不足'))
    const other = wanted({ payer: { auth_code: '150000000000000000' } })
    expect(await merchant.call(codePay, other)).toMatchObject({ status: 200, body: { trade_state: 'SUCCESS' } })
  })

  test('of an order that was paid the user gets the money back, once', async ({ merchant, control }) => {
    await merchant.call(codePay, wanted())
    const { transaction_id } = await control.order(out_trade_no)
    expect(await merchant.call(reverseOrder, { appid, mchid, out_trade_no })).toMatchObject({ status: 200 })
    const refund = { out_trade_no, out_refund_no: 'R1', amount: { refund: 1, total: 2_900, currency: 'CNY' } }
    expect(await merchant.call(createRefund, refund)).toMatchObject({ status: 404 })
    // Bills tell of payments that were reversed, so the row keeps its numbers, through snapshots too.
    const before = await control.world()
    await control.restore(before)
    expect(await control.world()).toEqual(before)
    expect(await control.order(out_trade_no)).toMatchObject({ state: 'REVOKED', transaction_id })
  })

  test('an order of which others got shares is refunded, and one that was reversed is not shared', async ({
    merchant,
    control,
  }) => {
    await control.addSharingReceiver({ account: SUPPLIER })
    const [shared, reversed] = ['ORDER_0001', 'ORDER_0002']
    for (const number of [shared, reversed]) {
      const marked = { out_trade_no: number, settle_info: { profit_sharing: true } }
      expect(await merchant.call(codePay, wanted(marked))).toMatchObject({ status: 200 })
    }
    const named = (number: string) => ({ appid, mchid, out_trade_no: number })
    await control.advance('PT1S')
    expect(await merchant.call(reverseOrder, named(reversed))).toMatchObject({ status: 200 })
    await control.advance('PT60S')
    const asked = async (number: string) => {
      const { transaction_id } = await control.order(number)
      return merchant.call(createSharing, share({ transaction_id, out_order_no: number, receivers: [part(500)] }))
    }

    expect(await asked(reversed)).toMatchObject(refused(403, 'NOT_ENOUGH', '分账金额不足'))
    // With two processes, or once the clock was set back, a later call may have an instant before the reversal.
    await control.changeSettings({ share_after: 0 })
    await control.advance('-PT61S')
    expect(await asked(reversed)).toMatchObject(refused(403, 'NOT_ENOUGH', '分账金额不足'))
    await control.advance('PT61S')
    expect(await asked(shared)).toMatchObject({ status: 200 })

    expect(await merchant.call(reverseOrder, named(shared))).toEqual(refused(400, 'INVALID_REQUEST', '无效请求'))
    const refund = {
      out_trade_no: shared,
      out_refund_no: 'R1',
      amount: { refund: 2_000, total: 2_900, currency: 'CNY' },
    }
    expect(await merchant.call(createRefund, refund)).toMatchObject({ status: 200 })
  })

  test('a partner takes payments for its sub-merchants', async ({ merchant, control }) => {
    const named = { sp_mchid: mchid, sub_mchid: '1900000109' }
    const { appid: _, mchid: __, ...rest } = wanted({ sp_appid: appid, sub_appid: 'wxSub', ...named })
    expect(await merchant.call(partnerCodePay, rest)).toMatchObject({
      status: 200,
      body: { ...named, sub_appid: 'wxSub', trade_state: 'SUCCESS', payer: { sub_openid: expect.any(String) } },
    })
    expect(await merchant.call(partnerReverseOrder, { out_trade_no, ...named })).toEqual({
      status: 200,
      body: { ...named, sp_appid: appid, sub_appid: 'wxSub', out_trade_no },
    })
    expect(await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...named })).toMatchObject({
      body: { trade_state: 'REVOKED' },
    })
    expect(await control.order(out_trade_no)).toMatchObject({ state: 'REVOKED' })
  })
})
