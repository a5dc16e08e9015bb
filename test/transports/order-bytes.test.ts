import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatAuthorization } from '../../src/protocol/authorization.ts'
import { signRequest } from '../../src/protocol/sign-request.ts'
import { startServer } from '../../src/transports/node-server.ts'
import { createMock } from '../helpers/engine.ts'
import { NOON } from '../helpers/world.ts'
import { rawConnection } from './raw-connection.ts'

const ORDER = '/v3/pay/transactions/out-trade-no/ORDER_0001'

/** A mock behind a socket, and the body of an answer as its bytes are. */
async function anOrder() {
  const mock = createMock({ seed: 'empty', randomSeed: 'bytes', clock: { now: () => NOON } })
  const { control } = mock
  const server = await startServer({ mock, port: 0 })
  await control.addOrder({
    out_trade_no: 'ORDER_0001',
    appid: 'wxd678efh567hg6787',
    state: 'NOTPAY',
    openid: 'oUser',
    total: 10,
  })
  /** @param mchid who calls; the well-known merchant if left out */
  const bodyOf = async (method: 'GET' | 'POST', target: string, sent = '', mchid?: string) => {
    const credentials = await control.credentials(mchid)
    const request = { method, target, body: Buffer.from(sent), timestamp: String(NOON / 1_000), nonce: 'BYTES' }
    const signer = {
      identity: credentials.mchid,
      serialNo: credentials.merchant_serial_no,
      privateKey: createPrivateKey(credentials.merchant_private_key),
    }
    const authorization = formatAuthorization(await signRequest(request, signer))
    const connection = await rawConnection(Number(new URL(server.url).port))
    connection.write(
      [
        `${method} ${target} HTTP/1.1`,
        'Host: api.mch.weixin.qq.com',
        'Accept: application/json',
        'User-Agent: raw',
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(sent)}`,
        `Authorization: ${authorization}`,
        'Connection: close',
        '',
        sent,
      ].join('\r\n'),
    )
    const [, body = ''] = (await connection.read()).split('\r\n\r\n')
    return body
  }
  return { control, bodyOf, close: () => server.close(0) }
}

describe('the bytes of answers about an order', () => {
  test('that is not paid, is paid, and is refunded', async () => {
    const { control, bodyOf, close } = await anOrder()
    const query = () => bodyOf('GET', `${ORDER}?mchid=1900000001`)

    expect(await query()).toBe(
      '{"amount":{"payer_currency":"CNY","total":10},"appid":"wxd678efh567hg6787","mchid":"1900000001","out_trade_no":"ORDER_0001","promotion_detail":[],"scene_info":{"device_id":""},"trade_state":"NOTPAY","trade_state_desc":"订单未支付"}',
    )
    await control.payOrder('ORDER_0001', { transaction_id: '4200001863202611250000000001' })
    const paid =
      '{"amount":{"currency":"CNY","payer_currency":"CNY","payer_total":10,"total":10},"appid":"wxd678efh567hg6787","attach":"","bank_type":"OTHERS","mchid":"1900000001","out_trade_no":"ORDER_0001","payer":{"openid":"oUser"},"promotion_detail":[],"success_time":"2026-11-25T12:00:00+08:00","trade_state":"SUCCESS","trade_state_desc":"支付成功","trade_type":"JSAPI","transaction_id":"4200001863202611250000000001"}'
    expect(await query()).toBe(paid)
    const refund = await bodyOf(
      'POST',
      '/v3/refund/domestic/refunds',
      '{"out_trade_no":"ORDER_0001","out_refund_no":"REFUND_1","amount":{"refund":10,"total":10,"currency":"CNY"}}',
    )
    expect(refund).toMatch(
      /^\{"amount":\{"currency":"CNY","discount_refund":0,"from":\[\],"payer_refund":10,"payer_total":10,"refund":10,"refund_fee":0,"settlement_refund":10,"settlement_total":10,"total":10\},"channel":"ORIGINAL","create_time":"2026-11-25T12:00:00\+08:00","funds_account":"AVAILABLE","out_refund_no":"REFUND_1","out_trade_no":"ORDER_0001","promotion_detail":\[\],"refund_id":"503\d{26}","status":"PROCESSING","transaction_id":"4200001863202611250000000001","user_received_account":"支付用户零钱"\}$/,
    )
    expect(await query()).toBe(
      paid
        .replace('"trade_state":"SUCCESS"', '"trade_state":"REFUND"')
        .replace('支付成功', '订单发生过退款，退款详情请查询退款单'),
    )
    await close()
  })

  test('of a merchant without the money to refund it', async () => {
    const { control, bodyOf, close } = await anOrder()
    const { mchid } = await control.createMerchant({ refundable: 0 })
    await control.addOrder({ mchid, out_trade_no: 'ORDER_0002', total: 10 })
    const amount = { refund: 10, total: 10, currency: 'CNY' }
    const sent = JSON.stringify({ out_trade_no: 'ORDER_0002', out_refund_no: 'REFUND_1', amount })

    const body = await bodyOf('POST', '/v3/refund/domestic/refunds', sent, mchid)

    expect(body).toBe('{"code":"NOT_ENOUGH","message":"基本账户余额不足，请充值后重新发起"}')
    expect(Buffer.byteLength(body)).toBe(85)
    await close()
  })
})
