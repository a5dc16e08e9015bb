import { describe, expect } from 'vitest'
import {
  applyAbnormalRefund,
  associateTradeInfo,
  createRefund,
  partnerAppPrepay,
  partnerCloseOrder,
  partnerH5Prepay,
  partnerJsapiPrepay,
  partnerNativePrepay,
  partnerQueryOrderById,
  partnerQueryOrderByOutTradeNo,
  queryOrderById,
  queryOrderByOutTradeNo,
  queryRefund,
  returnCoupon,
  useCoupon,
} from '../../src/products/operations.ts'
import { test } from '../helpers/callbacks.ts'
import { NOON, STOCK_ID, transports } from '../helpers/world.ts'
import { refused, told } from '../products/transfer/transfers.ts'

const sp_mchid = '1900000001'
const sub_mchid = '1900000109'
const out_trade_no = 'ORDER_0001'
const named = { sp_mchid, sub_mchid }

const wanted = (changes: object = {}) => ({
  sp_appid: 'wxd678efh567hg6787',
  sp_mchid,
  sub_mchid,
  description: '测试商品',
  out_trade_no,
  notify_url: 'https://shop.example.com/pay/notify',
  amount: { total: 100 },
  payer: { sp_openid: 'oPartnerUser' },
  ...changes,
})

const NOT_FOUND = refused(404, 'ORDER_NOT_EXIST', '订单不存在')
const OTHER_SUB = refused(400, 'INVALID_REQUEST', '子商户号和订单信息不匹配')

describe.for(transports)('orders of partners over %s', (transport) => {
  test.override('transport', transport)

  test.for([
    ['partnerJsapiPrepay', partnerJsapiPrepay, {}],
    ['partnerNativePrepay', partnerNativePrepay, { payer: undefined }],
  ] as const)('a subsidy is at most 5,000 yuan: %s', async ([, prepay, changes], { merchant }) => {
    const subsidized = (subsidy_amount: number) =>
      merchant.call(prepay, wanted({ settle_info: { profit_sharing: true, subsidy_amount }, ...changes }))

    expect(await subsidized(500_001)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: expect.stringContaining('补差金额') },
    })
    expect(await subsidized(500_000)).toMatchObject({ status: 200 })
  })

  test('story 4: paid, told, refunded, with a coupon that stays linked', async ({
    merchant,
    control,
    mock,
    receiver,
    others,
    clientOf,
    seed,
  }) => {
    const sub = { ...others.owner, partners: [sp_mchid], appids: ['wxSubMerchant'] }
    const subClient = await clientOf(sub)
    const shop = await receiver.start(204)
    const { api_v3_key } = await control.credentials()
    const named = { sp_mchid, sub_mchid: sub.mchid }
    const request = wanted({
      sub_mchid: sub.mchid,
      sub_appid: 'wxSubMerchant',
      notify_url: shop.url,
      settle_info: { profit_sharing: true },
    })
    await seed.stock({ belong_merchant: sub.mchid })
    await seed.coupon({ coupon_code: 'C1', openid: 'oPartnerUser' })
    await control.changeSettings({ orders: 'known' })

    const placed = await merchant.call(partnerJsapiPrepay, request)
    expect(placed).toEqual({ status: 200, body: { prepay_id: expect.stringMatching(/^wx25/) } })
    expect(await merchant.call(partnerJsapiPrepay, request)).toEqual(placed)
    for (const [associate_lookup, ...found] of [
      ['own', 404, 404],
      ['partner', 200, 404],
      ['any', 200, 200],
    ] as const) {
      await control.changeSettings({ associate_lookup })
      for (const [i, client] of [merchant, subClient].entries()) {
        const out_request_no = `${associate_lookup}-${i}`
        const link = { stock_id: STOCK_ID, coupon_code: 'C1', out_trade_no, out_request_no }
        expect(await client.call(associateTradeInfo, link)).toMatchObject({ status: found[i] })
      }
    }

    const whose = { sp_appid: 'wxd678efh567hg6787', sub_appid: 'wxSubMerchant', ...named }
    expect(await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...named })).toEqual({
      status: 200,
      body: {
        ...whose,
        out_trade_no,
        trade_state: 'NOTPAY',
        trade_state_desc: '订单未支付',
        amount: { payer_currency: 'CNY', total: 100 },
        promotion_detail: [],
        scene_info: { device_id: '' },
      },
    })

    const { transaction_id = '' } = await control.payOrder(out_trade_no)
    await mock.outbox.idle()
    const paid = {
      ...whose,
      out_trade_no,
      transaction_id,
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      trade_state_desc: '支付成功',
      bank_type: 'OTHERS',
      attach: '',
      success_time: '2026-11-25T12:00:00+08:00',
      payer: { sp_openid: 'oPartnerUser', sub_openid: expect.stringMatching(/^o\w{27}$/) },
      amount: { total: 100, payer_total: 100, currency: 'CNY', payer_currency: 'CNY' },
    }
    // The key is the partner's: the sub-merchant's does not open it.
    const [notice] = shop.received
    if (!notice) throw new Error('The partner was told nothing.')
    const opened = told(notice, api_v3_key)
    expect(opened).toMatchObject({ event_type: 'TRANSACTION.SUCCESS', summary: '支付成功' })
    expect(JSON.parse(opened.plaintext)).toEqual(paid)
    expect(Object.keys(JSON.parse(opened.plaintext)).slice(0, 4)).toEqual([
      'sp_mchid',
      'sub_mchid',
      'sp_appid',
      'sub_appid',
    ])
    expect(() => told(notice, sub.apiV3Key)).toThrow('does not open')
    for (const found of [
      await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...named }),
      await merchant.call(partnerQueryOrderById, { transaction_id, ...named }),
    ]) {
      expect(found).toEqual({ status: 200, body: { ...paid, promotion_detail: [] } })
    }

    // Nobody else sees it.
    const other = { sp_mchid, sub_mchid }
    expect(await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...other })).toEqual(OTHER_SUB)
    expect(await merchant.call(partnerQueryOrderById, { transaction_id, ...other })).toEqual(OTHER_SUB)
    expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no, mchid: sp_mchid })).toEqual(NOT_FOUND)
    expect(await merchant.call(queryOrderById, { transaction_id, mchid: sp_mchid })).toEqual(NOT_FOUND)
    expect(await subClient.call(queryOrderByOutTradeNo, { out_trade_no, mchid: sub.mchid })).toEqual(NOT_FOUND)
    expect(await subClient.call(queryOrderById, { transaction_id, mchid: sub.mchid })).toEqual(
      refused(400, 'INVALID_REQUEST', '商户号和订单信息不匹配'),
    )
    expect(await subClient.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...named })).toMatchObject({
      body: { code: 'PARAM_ERROR', message: 'http header中的mchid与post payload中的mchid不匹配' },
    })

    // The number is used for all sub-merchants.
    expect(await merchant.call(partnerJsapiPrepay, wanted())).toEqual(
      refused(403, 'OUT_TRADE_NO_USED', '商户订单号重复'),
    )

    const used = { stock_id: STOCK_ID, coupon_code: 'C1', openid: 'oPartnerUser', use_request_no: 'U1' }
    const use_time = '2026-11-25T12:00:00+08:00'
    const usage = { ...used, appid: 'wxSubMerchant', use_time }
    expect(await subClient.call(useCoupon, usage)).toMatchObject({ status: 200 })
    const refund = {
      transaction_id,
      out_refund_no: 'R1',
      notify_url: shop.url,
      amount: { refund: 100, total: 100, currency: 'CNY' },
    }
    expect(await merchant.call(createRefund, refund)).toEqual(
      refused(400, 'INVALID_REQUEST', '您的请求参数与订单信息不一致'),
    )
    expect(await merchant.call(createRefund, { ...refund, sub_mchid: sub.mchid })).toMatchObject({
      status: 200,
      body: { status: 'PROCESSING', transaction_id },
    })
    expect(await merchant.call(queryRefund, { out_refund_no: 'R1' })).toMatchObject({ status: 404 })
    await control.advance(5)
    await mock.outbox.idle()
    expect(await merchant.call(queryRefund, { out_refund_no: 'R1', sub_mchid: sub.mchid })).toMatchObject({
      status: 200,
      body: { status: 'SUCCESS' },
    })
    const [, refunded] = shop.received
    expect(JSON.parse(told(refunded as never, api_v3_key).plaintext)).toMatchObject({
      sp_mchid,
      sub_mchid: sub.mchid,
      refund_status: 'SUCCESS',
    })
    expect(await merchant.call(partnerQueryOrderById, { transaction_id, ...named })).toMatchObject({
      body: { trade_state: 'REFUND' },
    })
    expect(await control.coupon(STOCK_ID, 'C1')).toMatchObject({ state: 'USED', associate_out_trade_no: out_trade_no })
    const back = { stock_id: STOCK_ID, coupon_code: 'C1', return_request_no: 'B1' }
    expect(await subClient.call(returnCoupon, back)).toMatchObject({ status: 200 })
  })

  test('every way of paying', async ({ merchant, control }) => {
    const scene_info = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }
    const { payer: _, ...rest } = wanted()
    const ways = [
      [partnerAppPrepay, {}, 'APP', { prepay_id: expect.any(String) }],
      [partnerNativePrepay, {}, 'NATIVE', { code_url: expect.stringMatching(/^weixin:/) }],
      [
        partnerH5Prepay,
        { scene_info },
        'MWEB',
        { h5_url: expect.stringMatching(/\/(?:checkmweb|_mock\/cashier)\?prepay_id=wx/) },
      ],
    ] as const
    for (const [operation, more, trade_type, body] of ways) {
      const number = `ORDER_${trade_type}`
      expect(await merchant.call(operation, { ...rest, ...more, out_trade_no: number })).toEqual({ status: 200, body })
      expect(await control.payOrder(number, { openid: 'oAny' })).toMatchObject({
        trade_type,
        sub_mchid,
        openid: 'oAny',
      })
    }
  })

  test('a payer named under the appid of the sub-merchant has another openid under that of the partner', async ({
    merchant,
    control,
  }) => {
    const request = wanted({ sub_appid: 'wxSub', payer: { sub_openid: 'oSubUser' } })
    expect(await merchant.call(partnerJsapiPrepay, request)).toMatchObject({ status: 200 })
    expect(await merchant.call(partnerJsapiPrepay, request)).toMatchObject({ status: 200 })
    await expect(control.payOrder(out_trade_no, { openid: 'oStranger' })).rejects.toMatchObject({ code: 'MOCK_PAYER' })
    const { openid } = await control.payOrder(out_trade_no, { openid: 'oSubUser' })
    expect(openid).not.toBe('oSubUser')
    expect(await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...named })).toMatchObject({
      body: { payer: { sp_openid: openid, sub_openid: 'oSubUser' } },
    })
  })

  test('without sub_appid no sub_openid is shown, and none may be given', async ({ merchant, control }) => {
    expect(await merchant.call(partnerJsapiPrepay, wanted({ payer: { sub_openid: 'oSubUser' } }))).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: 'sub_appid和sub_openid不匹配' },
    })
    await merchant.call(partnerJsapiPrepay, wanted())
    await control.payOrder(out_trade_no)
    const { body } = await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no, ...named })
    expect(body).toMatchObject({ payer: { sp_openid: 'oPartnerUser' } })
    expect(body).not.toHaveProperty('payer.sub_openid')
    expect(body).not.toHaveProperty('sub_appid')
  })

  test('is closed by the partner with the right sub_mchid only; an unknown number is used up', async ({
    merchant,
    control,
  }) => {
    const close = (input: object) => merchant.call(partnerCloseOrder, { ...named, ...input })
    await merchant.call(partnerJsapiPrepay, wanted())
    expect(await close({ out_trade_no, sub_mchid: '1900000110' })).toEqual(OTHER_SUB)
    expect(await close({ out_trade_no, sub_mchid: undefined })).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    })
    expect(await close({ out_trade_no })).toEqual({ status: 204, body: undefined })
    expect(await control.order(out_trade_no)).toMatchObject({ state: 'CLOSED' })
    expect(await merchant.call(partnerJsapiPrepay, wanted())).toEqual(refused(400, 'ORDER_CLOSED', '订单已关闭'))
    expect(await close({ out_trade_no: 'ORDER_0002' })).toEqual({ status: 204, body: undefined })
    expect(await merchant.call(partnerJsapiPrepay, wanted({ out_trade_no: 'ORDER_0002' }))).toEqual(
      refused(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致'),
    )
  })

  test('another sub-merchant with the same number is refused, before the order is paid too', async ({ merchant }) => {
    await merchant.call(partnerJsapiPrepay, wanted())
    expect(await merchant.call(partnerJsapiPrepay, wanted({ sub_mchid: '1900000110' }))).toEqual(
      refused(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致'),
    )
  })

  test('a sub-merchant that has no money is what a refund fails for, not its partner', async ({
    merchant,
    control,
    others,
    clientOf,
  }) => {
    const poor = { ...others.owner, partners: [sp_mchid], refundableFen: 50 }
    await clientOf(poor)
    await control.addOrder({
      out_trade_no,
      sub_mchid: poor.mchid,
      total: 100,
      success_time: new Date(NOON).toISOString(),
    })
    const refund = (out_refund_no: string) =>
      merchant.call(createRefund, {
        sub_mchid: poor.mchid,
        out_trade_no,
        out_refund_no,
        amount: { refund: 30, total: 100, currency: 'CNY' },
      })
    expect(await refund('R1')).toMatchObject({ status: 200 })
    expect(await refund('R2')).toMatchObject({ status: 403, body: { code: 'NOT_ENOUGH' } })
  })

  test('an abnormal refund is sent another way with its sub_mchid only, and the partner is told', async ({
    merchant,
    control,
    mock,
    receiver,
  }) => {
    const shop = await receiver.start(204)
    const { api_v3_key } = await control.credentials()
    await control.addOrder({ out_trade_no, sub_mchid, total: 100 })
    const made = await control.refundOrder(out_trade_no, { outcome: 'ABNORMAL', notify_url: shop.url })
    const { refund_id, out_refund_no } = made
    await control.advance(5)
    const wanted = { refund_id, out_refund_no, type: 'MERCHANT_BANK_CARD' }
    expect(await merchant.call(applyAbnormalRefund, wanted)).toMatchObject({ status: 404 })
    expect(await merchant.call(applyAbnormalRefund, { ...wanted, sub_mchid })).toMatchObject({
      status: 200,
      body: { status: 'PROCESSING', user_received_account: '商户基本账户商户结算银行账户' },
    })
    await control.advance(5)
    await mock.outbox.idle()
    expect(shop.received.map((one) => told(one, api_v3_key).resource)).toMatchObject([
      { sp_mchid, sub_mchid, refund_status: 'ABNORMAL' },
      { sp_mchid, sub_mchid, refund_status: 'SUCCESS' },
    ])
  })
})
