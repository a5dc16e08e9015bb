import { describe, expect } from 'vitest'
import {
  closeOrder,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  queryOrderByOutTradeNo,
} from '../../../src/products/operations.ts'
import { PAY_ERRORS } from '../../../src/products/payment/cashier.ts'
import { payParameters } from '../../helpers/pay-parameters.ts'
import { APPID, anOrder, MCHID, NUMBER, PAYER, PLACES, test } from './story.ts'

const NAMED = { out_trade_no: NUMBER, mchid: MCHID }
const OTHER_VALUES = '400 INVALID_REQUEST 请求重入时，参数与首次请求时不一致'
const USED = '403 OUT_TRADE_NO_USED 商户订单号重复'
const CLOSED = '400 ORDER_CLOSED 订单已关闭'

describe.for(PLACES)('an order is told of over %s', (place) => {
  test.override('place', place)

  test('story 1: by JSAPI, its whole life', async ({ take, control, shop, shown, privateKey, clientOf, others }) => {
    const order = anOrder({ ...PAYER, time_expire: '2020-01-01T00:00:00+08:00', notify_url: shop.url })
    const { prepay_id = '' } = await take(jsapiPrepay, order)
    expect(await control.order(NUMBER)).toMatchObject({ time_expire: '2026-11-25T12:01:00+08:00' })
    expect(JSON.stringify(await take(queryOrderByOutTradeNo, NAMED))).toBe(
      `{"amount":{"payer_currency":"CNY","total":1000},"appid":"${APPID}","mchid":"${MCHID}","out_trade_no":"${NUMBER}",` +
        '"promotion_detail":[],"scene_info":{"device_id":""},"trade_state":"NOTPAY","trade_state_desc":"订单未支付"}',
    )

    await control.advance('PT59S')
    const { merchant_private_key: anotherKey } = (await clientOf(others.owner)).credentials
    expect(await shown(payParameters(prepay_id, anotherKey))).toBe('支付验证签名失败')
    expect(await shown(payParameters(prepay_id, privateKey))).toBeUndefined()
    const { transaction_id = '' } = await control.payOrder(NUMBER, { prepay_id })

    const [notice, ...more] = await shop.notices()
    expect(more).toEqual([])
    expect(notice).toMatchObject({ event_type: 'TRANSACTION.SUCCESS', summary: '支付成功' })
    const success_time = '2026-11-25T12:00:59+08:00'
    expect(notice?.plaintext).toBe(
      JSON.stringify({
        mchid: MCHID,
        appid: APPID,
        out_trade_no: NUMBER,
        transaction_id,
        trade_type: 'JSAPI',
        trade_state: 'SUCCESS',
        trade_state_desc: '支付成功',
        bank_type: 'OTHERS',
        attach: '',
        success_time,
        payer: { openid: 'oUser' },
        amount: { total: 1_000, payer_total: 1_000, currency: 'CNY', payer_currency: 'CNY' },
      }),
    )
    await take(queryOrderByOutTradeNo, NAMED, {
      trade_state: 'SUCCESS',
      promotion_detail: [],
      attach: '',
      success_time,
    })
    await take(closeOrder, NAMED, '400 ORDER_PAID 订单已支付')
  })

  test('story 2: numbers are used up', async ({ take, control, shown, privateKey }) => {
    const order = anOrder(PAYER)
    const placed = await take(jsapiPrepay, order)
    expect(await take(jsapiPrepay, order)).toEqual(placed)
    for (const [reorder, answer] of [
      ['documented', USED],
      ['live', OTHER_VALUES],
    ] as const) {
      await control.changeSettings({ reorder })
      await take(jsapiPrepay, { ...order, amount: { total: 999 } }, answer)
      await take(nativePrepay, anOrder(), USED)
    }
    await take(closeOrder, NAMED, '204')
    await take(closeOrder, NAMED, '204')
    await take(jsapiPrepay, order, CLOSED)

    const never = { ...NAMED, out_trade_no: 'ORDER_0002' }
    await take(closeOrder, never, '204')
    await take(jsapiPrepay, { ...order, ...never }, OTHER_VALUES)

    const late = { ...NAMED, out_trade_no: 'ORDER_0003' }
    const { prepay_id = '' } = await take(jsapiPrepay, { ...order, ...late, time_expire: '2026-11-25T12:05:00+08:00' })
    await control.advance('PT5M')
    await take(queryOrderByOutTradeNo, late, { trade_state: 'NOTPAY' })
    expect(await shown(payParameters(prepay_id, privateKey))).toBe(PAY_ERRORS.overdue)
    await expect(control.payOrder(late.out_trade_no)).rejects.toMatchObject({ code: 'MOCK_TIME_TO_PAY' })
    await control.advance('P6DT23H54M59S')
    await take(queryOrderByOutTradeNo, late, { trade_state: 'NOTPAY' })
    await control.advance('PT1S')
    await take(queryOrderByOutTradeNo, late, { trade_state: 'CLOSED', trade_state_desc: '订单已关闭' })
  })

  test('story 3: by Native and H5', async ({ take, control, shown }) => {
    const { code_url: old } = await take(nativePrepay, anOrder())
    const { code_url } = await take(nativePrepay, anOrder())
    expect(await shown({ code_url: old })).toBe(PAY_ERRORS.dead)
    expect(await shown({ code_url, openId: 'oFirst' })).toBeUndefined()
    expect(await shown({ code_url, openId: 'oFirst' })).toBeUndefined()
    expect(await shown({ code_url, openId: 'oSecond' })).toBe('商家订单信息有误，请重新下单支付')
    await expect(control.payOrder(NUMBER, { openid: 'oSecond' })).rejects.toMatchObject({ code: 'MOCK_PAYER' })
    await control.payOrder(NUMBER, { openid: 'oFirst' })
    await take(queryOrderByOutTradeNo, NAMED, { trade_type: 'NATIVE', payer: { openid: 'oFirst' } })

    const inBrowser = { ...NAMED, out_trade_no: 'ORDER_0002' }
    const scene_info = { payer_client_ip: '14.23.150.211', h5_info: { type: 'Wap' } }
    const { h5_url = '' } = await take(h5Prepay, anOrder({ ...inBrowser, scene_info }))
    const back = 'https://shop.example.com/paid?order=ORDER_0002'
    const { searchParams } = new URL(`${h5_url}&redirect_url=${encodeURIComponent(back)}`)
    expect(searchParams.get('redirect_url')).toBe(back)
    const { redirect_url: _, ...opened } = Object.fromEntries(searchParams)
    await control.advance('PT4M59S')
    expect(await shown(opened)).toBeUndefined()
    await control.advance('PT1S')
    expect(await shown(opened)).toBe(PAY_ERRORS.dead)
    await expect(control.payOrder(inBrowser.out_trade_no)).rejects.toMatchObject({ code: 'MOCK_PREPAY_ID' })
    await take(h5Prepay, anOrder({ ...inBrowser, scene_info }))
    await control.payOrder(inBrowser.out_trade_no)
    await take(queryOrderByOutTradeNo, inBrowser, { trade_type: 'MWEB', trade_state: 'SUCCESS' })
  })
})
