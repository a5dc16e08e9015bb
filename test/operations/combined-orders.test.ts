import { describe, expect } from 'vitest'
import {
  closeCombineOrder,
  closeOrder,
  combineAppPrepay,
  combineH5Prepay,
  combineJsapiPrepay,
  combineNativePrepay,
  createRefund,
  jsapiPrepay,
  partnerQueryOrderByOutTradeNo,
  queryCombineOrder,
  queryOrderByOutTradeNo,
  queryUnsplitAmount,
} from '../../src/products/operations.ts'
import { test } from '../helpers/callbacks.ts'
import { transports } from '../helpers/world.ts'
import { refused, told } from '../products/transfer/transfers.ts'

const mchid = '1900000001'
const combine_appid = 'wxd678efh567hg6787'
const combine_out_trade_no = 'COMBINE_1'

const subOrder = (out_trade_no: string, more: object = {}) => ({
  mchid,
  out_trade_no,
  description: '测试商品',
  attach: out_trade_no,
  amount: { total_amount: 100, currency: 'CNY' },
  ...more,
})

const wanted = (changes: object = {}) => ({
  combine_appid,
  combine_mchid: mchid,
  combine_out_trade_no,
  notify_url: 'https://shop.example.com/pay',
  sub_orders: [subOrder('ORDER_0001'), subOrder('ORDER_0002')],
  combine_payer_info: { openid: 'oUser' },
  ...changes,
})

const USED = refused(403, 'OUT_TRADE_NO_USED', '商户订单号重复')
const NOT_FOUND = refused(404, 'ORDER_NOT_EXIST', '订单不存在')
const ok = expect.objectContaining({ status: 200 })

describe.for(transports)('combined orders over %s', (transport) => {
  test.override('transport', transport)

  test('the subsidy of a sub order is at most 5,000 yuan', async ({ merchant }) => {
    const subsidized = (subsidy_amount: number) => {
      const settle_info = { profit_sharing: true, subsidy_amount }
      const ofSub = { sub_mchid: '1900000109' }
      const sub_orders = [subOrder('ORDER_0001', { ...ofSub, settle_info }), subOrder('ORDER_0002', ofSub)]
      return merchant.call(combineNativePrepay, wanted({ sub_orders, combine_payer_info: undefined }))
    }

    expect(await subsidized(500_001)).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: expect.stringContaining('补差金额') },
    })
    expect(await subsidized(500_000)).toEqual(ok)
  })

  test('story 5: three sub-merchants of a partner are paid at once', async ({ merchant, control, mock, receiver }) => {
    const shop = await receiver.start(204)
    const { api_v3_key } = await control.credentials()
    const subs = ['1900000111', '1900000112', '1900000113']
    const sub_orders = subs.map((sub_mchid, i) =>
      subOrder(`ORDER_000${i + 1}`, { sub_mchid, ...(i === 0 && { sub_appid: 'wxSub' }) }),
    )
    const request = wanted({ sub_orders, notify_url: shop.url })
    const placed = await merchant.call(combineJsapiPrepay, request)
    expect(placed).toEqual({ status: 200, body: { prepay_id: expect.stringMatching(/^wx25/) } })
    expect(await merchant.call(combineJsapiPrepay, request)).toEqual(placed)

    const query = () => merchant.call(queryCombineOrder, { combine_out_trade_no })
    const common = { combine_appid, combine_mchid: mchid, combine_out_trade_no }
    const names = sub_orders.map(({ mchid, out_trade_no }, i) => ({
      mchid,
      sub_mchid: subs[i],
      out_trade_no,
      ...(i === 0 && { sub_appid: 'wxSub' }),
    }))
    expect(await query()).toEqual({
      status: 200,
      body: {
        ...common,
        sub_orders: names.map((one) => ({ ...one, trade_state: 'NOTPAY', promotion_detail: [] })),
      },
    })
    expect(await merchant.call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', mchid })).toEqual(NOT_FOUND)
    const named = { sp_mchid: mchid, sub_mchid: subs[0] }
    expect(await merchant.call(partnerQueryOrderByOutTradeNo, { out_trade_no: 'ORDER_0001', ...named })).toEqual(
      NOT_FOUND,
    )
    expect(await merchant.call(closeOrder, { out_trade_no: 'ORDER_0001', mchid })).toMatchObject({ status: 204 })
    expect(
      await merchant.call(closeCombineOrder, { combine_out_trade_no, combine_appid, sub_orders: names.slice(1) }),
    ).toEqual(refused(400, 'INVALID_REQUEST', '输入的请求非法，请求关单的子单信息与下单时的子单信息不一致'))

    const promotion = { coupon_id: '9867041', name: '立减', stock_id: '9433645', amount: 30 }
    await control.payOrder('ORDER_0002', { promotions: [promotion] })
    await mock.outbox.idle()
    const paid = await query()
    const { sub_orders: all } = Object(paid.body) as { sub_orders: { transaction_id: string; amount: object }[] }
    expect(new Set(all.map(({ transaction_id }) => transaction_id)).size).toBe(3)
    const detail = { ...promotion, scope: 'GLOBAL', type: 'CASH', merchant_contribute: 30, currency: 'CNY' }
    const payment = {
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      bank_type: 'OTHERS',
      success_time: '2026-11-25T12:00:00+08:00',
      transaction_id: expect.stringMatching(/^4200\d{24}$/),
    }
    const amount = { total_amount: 100, payer_amount: 100, currency: 'CNY', payer_currency: 'CNY' }
    const sub = (i: number) => ({
      ...names[i],
      ...payment,
      attach: `ORDER_000${i + 1}`,
      amount: i === 1 ? { ...amount, payer_amount: 70 } : amount,
      ...(i === 0 && { sub_openid: expect.stringMatching(/^o/) }),
    })
    expect(paid.body).toEqual({
      ...common,
      combine_payer_info: { openid: 'oUser' },
      sub_orders: [0, 1, 2].map((i) => ({ ...sub(i), promotion_detail: i === 1 ? [detail] : [] })),
    })

    // One callback, to who combined the orders.
    expect(shop.received).toHaveLength(1)
    const [notice] = shop.received.map((one) => told(one, api_v3_key))
    expect(notice).toMatchObject({ event_type: 'TRANSACTION.SUCCESS', summary: '支付成功' })
    expect(notice?.resource).toEqual({
      ...common,
      sub_orders: [0, 1, 2].map((i) => ({ ...sub(i), ...(i === 1 && { promotion_detail: [detail] }) })),
      combine_payer_info: { openid: 'oUser' },
    })
    expect(Object.keys(notice?.resource ?? {})).toEqual([
      'combine_appid',
      'combine_mchid',
      'combine_out_trade_no',
      'sub_orders',
      'combine_payer_info',
    ])

    const refund = { out_refund_no: 'R1', amount: { refund: 100, total: 100, currency: 'CNY' } }
    const transaction_id = all[1]?.transaction_id
    expect(await merchant.call(createRefund, { ...refund, transaction_id, sub_mchid: subs[0] })).toMatchObject({
      status: 400,
    })
    expect(await merchant.call(createRefund, { ...refund, transaction_id, sub_mchid: subs[1] })).toMatchObject({
      status: 200,
      body: { amount: { payer_total: 70, payer_refund: 70 } },
    })
    expect(await query()).toEqual(paid)
    expect(await control.order('ORDER_0002')).toMatchObject({ state: 'REFUND' })
    expect(await control.order('ORDER_0001')).toMatchObject({ state: 'SUCCESS' })
  })

  test('the whole is paid, or nothing', async ({ merchant, control }) => {
    await merchant.call(combineAppPrepay, { ...wanted(), combine_payer_info: undefined })
    const before = await control.world()
    await expect(
      control.payOrder('ORDER_0001', { promotions: [{ coupon_id: '1', amount: 101 }] }),
    ).rejects.toMatchObject({ code: 'MOCK_PROMOTIONS' })
    await expect(control.payOrder('ORDER_0002', { promotions: [{ coupon_id: '1', amount: 101 }] })).rejects.toThrow()
    expect(await control.world()).toEqual(before)
    expect(await control.payOrder('ORDER_0002', { openid: 'oAny' })).toMatchObject({
      out_trade_no: 'ORDER_0002',
      state: 'SUCCESS',
    })
    expect(await control.order('ORDER_0001')).toMatchObject({ state: 'SUCCESS', openid: 'oAny' })
    await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_ORDER_STATE' })
  })

  test('the orders of direct merchants lie under each, who refunds its own', async ({
    merchant,
    control,
    others,
    clientOf,
  }) => {
    const other = await clientOf(others.owner)
    const sub_orders = [subOrder('ORDER_0001'), subOrder('ORDER_0001', { mchid: others.owner.mchid })]
    expect(await merchant.call(combineNativePrepay, wanted({ sub_orders, combine_payer_info: undefined }))).toEqual(ok)
    await control.payOrder('ORDER_0001', {}, { mchid: others.owner.mchid })
    const refund = {
      out_trade_no: 'ORDER_0001',
      out_refund_no: 'R1',
      amount: { refund: 1, total: 100, currency: 'CNY' },
    }
    expect(await other.call(createRefund, refund)).toEqual(ok)
    expect(await other.call(queryCombineOrder, { combine_out_trade_no })).toEqual(
      refused(404, 'ORDERNOTEXIST', '订单不存在'),
    )
    expect(await control.order('ORDER_0001')).toMatchObject({ mchid, state: 'SUCCESS', combine_position: 0 })
  })

  test('is closed as a whole, again too, and by its time', async ({ merchant, control }) => {
    await merchant.call(combineJsapiPrepay, wanted())
    const sub_orders = [2, 1].map((i) => ({ mchid, out_trade_no: `ORDER_000${i}` }))
    const close = () => merchant.call(closeCombineOrder, { combine_out_trade_no, combine_appid, sub_orders })
    expect(await close()).toEqual({ status: 204, body: undefined })
    expect(await close()).toEqual({ status: 204, body: undefined })
    const closed = { body: { sub_orders: [{ trade_state: 'CLOSED' }, { trade_state: 'CLOSED' }] } }
    expect(await merchant.call(queryCombineOrder, { combine_out_trade_no })).toMatchObject(closed)
    expect(await merchant.call(combineJsapiPrepay, wanted())).toEqual(refused(400, 'ORDER_CLOSED', '订单已关闭'))

    const later = { combine_out_trade_no: 'COMBINE_2', sub_orders: [subOrder('ORDER_0003'), subOrder('ORDER_0004')] }
    await merchant.call(combineJsapiPrepay, wanted({ ...later, time_expire: '2027-01-01T00:00:00+08:00' }))
    expect(await control.order('ORDER_0003')).toMatchObject({ time_expire: '2026-12-02T12:00:00+08:00' })
    await control.advance('P7D')
    expect(await merchant.call(queryCombineOrder, { combine_out_trade_no: 'COMBINE_2' })).toMatchObject(closed)
  })

  test('the money of each waits to be shared if it was ordered so', async ({ merchant, control }) => {
    const sub_orders = [subOrder('ORDER_0001', { settle_info: { profit_sharing: true } }), subOrder('ORDER_0002')]
    await merchant.call(combineJsapiPrepay, wanted({ sub_orders }))
    await control.payOrder('ORDER_0001')

    const { body } = await merchant.call(queryCombineOrder, { combine_out_trade_no })

    const [shared, other] = Object(body).sub_orders.map(({ transaction_id }: { transaction_id: string }) =>
      merchant.call(queryUnsplitAmount, { transaction_id }),
    )
    expect(await shared).toMatchObject({ status: 200, body: { unsplit_amount: 99 } })
    expect(await other).toMatchObject({ status: 404 })
  })

  test('its numbers are those of other orders too', async ({ merchant, control }) => {
    const single = {
      appid: combine_appid,
      mchid,
      description: '测试商品',
      notify_url: 'https://shop.example.com/pay',
      amount: { total: 100 },
      payer: { openid: 'oUser' },
    }
    await control.addOrder({ out_trade_no: 'ORDER_0002', state: 'NOTPAY' })
    expect(await merchant.call(combineJsapiPrepay, wanted())).toEqual(USED)
    await expect(control.order('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_ORDER_UNKNOWN' })
    const sub_orders = [subOrder('ORDER_0001'), subOrder('ORDER_0003')]
    expect(await merchant.call(combineJsapiPrepay, wanted({ sub_orders }))).toEqual(ok)
    expect(await merchant.call(jsapiPrepay, { ...single, out_trade_no: 'ORDER_0003' })).toEqual(USED)
    expect(await merchant.call(combineJsapiPrepay, wanted({ combine_out_trade_no: 'COMBINE_2', sub_orders }))).toEqual(
      USED,
    )
    const more = [...sub_orders, subOrder('ORDER_0004')]
    expect(await merchant.call(combineJsapiPrepay, wanted({ sub_orders: more }))).toEqual(USED)
    await merchant.call(closeOrder, { out_trade_no: 'ORDER_0005', mchid })
    const closed = { combine_out_trade_no: 'COMBINE_3', sub_orders: [subOrder('ORDER_0005'), subOrder('ORDER_0006')] }
    expect(await merchant.call(combineJsapiPrepay, wanted(closed))).toEqual(USED)
    const doubled = { combine_out_trade_no: 'COMBINE_4', sub_orders: [subOrder('ORDER_0007'), subOrder('ORDER_0007')] }
    expect(await merchant.call(combineJsapiPrepay, wanted(doubled))).toEqual(USED)
  })

  test('what a control call does to one is done to all', async ({ merchant, control }) => {
    const scene_info = { payer_client_ip: '14.23.150.211', device_id: 'D1', h5_info: { type: 'Wap' } }
    await merchant.call(combineH5Prepay, wanted({ scene_info, combine_payer_info: undefined }))
    await control.markOrder('ORDER_0001', { state: 'PAYERROR' })
    expect(await control.order('ORDER_0002')).toMatchObject({ state: 'PAYERROR' })
    expect(await merchant.call(queryCombineOrder, { combine_out_trade_no })).toMatchObject({
      body: { scene_info: { device_id: 'D1' }, sub_orders: [{ trade_state: 'NOTPAY' }, { trade_state: 'NOTPAY' }] },
    })
    await control.expireOrder('ORDER_0002')
    await expect(control.payOrder('ORDER_0001')).rejects.toMatchObject({ code: 'MOCK_TIME_TO_PAY' })
  })

  test.for([
    ['a direct merchant with one', { sub_orders: [subOrder('ORDER_0001')] }],
    [
      'a direct merchant with eleven',
      { sub_orders: Array.from({ length: 11 }, (_, i) => subOrder(`ORDER_00${10 + i}`)) },
    ],
    ['none', { sub_orders: [] }],
    ['a direct merchant without notify_url', { notify_url: undefined }],
    ['another caller', { combine_mchid: '1900000002' }],
    [
      'a sub order without attach',
      { sub_orders: [subOrder('ORDER_0001'), subOrder('ORDER_0002', { attach: undefined })] },
    ],
  ] as const)('is refused: %s', async ([, changes], { merchant }) => {
    expect(await merchant.call(combineJsapiPrepay, wanted(changes))).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR' },
    })
  })
})
