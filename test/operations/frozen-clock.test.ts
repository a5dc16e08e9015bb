import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMock } from '../../src/mock.ts'
import {
  associateTradeInfo,
  createRefund,
  createStock,
  downloadCertificates,
  jsapiPrepay,
  queryOrderByOutTradeNo,
  queryStock,
  returnCoupon,
  securityEcho,
  sendCoupon,
  setCallback,
  useCoupon,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { anAvailableTime, aStockRequest, aUseRule } from '../helpers/stock-request.ts'

const FROZEN = '2031-05-20T13:29:35+08:00'
const notify_url = 'http://127.0.0.1:9/notify'
const appid = 'wx1234567889999'
const openid = 'oUser'

test('while the clock stands still, nothing that is answered or sent has the time of the machine', async () => {
  const sent: string[] = []
  const mock = createMock({
    seed: 'empty',
    clockStart: { now: Date.parse(FROZEN), frozen: true },
    receive: async (request) => {
      sent.push(JSON.stringify([...request.headers]), await request.text())
      return new Response()
    },
  })
  const { control } = mock
  const merchant = createMerchantClient({
    credentials: await control.credentials(),
    send: (request) => mock.handle(request),
    now: () => mock.clock.now(),
  })
  const call = async (...args: Parameters<typeof merchant.call>) => {
    const { status, body } = await merchant.call(...args)
    expect({ status, body }).toMatchObject({ status: expect.toSatisfy((code: number) => code < 300) })
    await sleep(2)
    return body as Record<string, string>
  }

  await call(setCallback, { notify_url })
  const { stock_id = '' } = await call(
    createStock,
    aStockRequest({
      coupon_use_rule: aUseRule({
        coupon_available_time: anAvailableTime({
          available_begin_time: '2031-05-01T00:00:00+08:00',
          available_end_time: '2031-06-01T00:00:00+08:00',
        }),
      }),
    }),
  )
  await call(sendCoupon, { appid, openid, stock_id, out_request_no: 'SEND_1' })
  const [coupon] = (await control.world()).coupons
  const coupon_code = coupon?.coupon_code ?? ''
  const order = { appid, mchid: '1900000001', description: '商品', out_trade_no: 'ORDER_1', notify_url }
  await call(jsapiPrepay, { ...order, amount: { total: 100 }, payer: { openid } })
  await control.payOrder('ORDER_1')
  await call(associateTradeInfo, { stock_id, coupon_code, out_trade_no: 'ORDER_1', out_request_no: 'LINK_1' })
  await call(useCoupon, { stock_id, coupon_code, appid, use_time: FROZEN, use_request_no: 'USE_1' })
  await call(createRefund, {
    out_trade_no: 'ORDER_1',
    out_refund_no: 'REFUND_1',
    notify_url,
    amount: { refund: 100, total: 100, currency: 'CNY' },
  })
  await call(returnCoupon, { stock_id, coupon_code, return_request_no: 'RETURN_1' })
  await call(securityEcho, { echo_message: 'hello', notify_url }, { wechatpaySerial: 'public-key' })
  await call(queryOrderByOutTradeNo, { out_trade_no: 'ORDER_1', mchid: '1900000001' })
  await call(queryStock, { stock_id })
  await call(downloadCertificates)
  await control.advance('PT1H')
  await control.advance(0)

  const text = JSON.stringify([await control.journal(), await control.world(), sent])
  const machine = Date.now()
  // The day of the machine in the ways in which the service writes times, and its seconds or milliseconds since 1970.
  const traces = [
    new Date(machine).toISOString().slice(0, 10),
    new Date(machine + 8 * 3_600_000).toISOString().slice(0, 10),
    new Date(machine).toUTCString().slice(0, 16),
    `\\b${String(machine).slice(0, 7)}\\d{3}(?:\\d{3})?\\b`,
  ]
  expect(traces.filter((trace) => new RegExp(trace).test(text))).toEqual([])
  expect(sent.length).toBe(8)
})
