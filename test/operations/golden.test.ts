import { describe, expect } from 'vitest'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import type { MockOptions } from '../../src/mock.ts'
import type { WorldJson } from '../../src/products/json.ts'
import type { CouponJson } from '../../src/products/merchant-coupon/coupons.ts'
import type { StockJson } from '../../src/products/merchant-coupon/stocks.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { rawConnection } from '../doors/transports/raw-connection.ts'
import { NOON, test } from '../helpers/world.ts'

/** Everything is spelled out, so that no made-up number moves when scenarios or defaults change. */
const coupon = (coupon_code: string, more: CouponJson = {}): CouponJson => ({
  stock_id: '100088',
  coupon_code,
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  receive_time: '2026-11-20T08:00:00+08:00',
  send_request_no: '100088202611200001',
  ...more,
})
const stock = (stock_id: string, mchid: string): StockJson => ({
  stock_id,
  mchid,
  stock_name: '满100减10元券',
  comment: '活动使用',
  goods_name: '全场商品',
  coupon_code_mode: 'MERCHANT_API',
  coupon_use_rule: {
    coupon_available_time: {
      available_begin_time: '2026-11-01T00:00:00+08:00',
      available_end_time: '2026-12-31T23:59:59+08:00',
    },
    fixed_normal_coupon: { discount_amount: 1000, transaction_minimum: 10000 },
    use_method: 'OFF_LINE',
  },
})
const WORLD: WorldJson = {
  stocks: [stock('100088', '1900000001'), stock('200088', '1900000009')],
  coupons: [
    coupon('sxxe34343434'),
    coupon('COUPON_USED', { state: 'USED', use_request_no: 'USE_1', use_time: '2026-11-21T08:00:00+08:00' }),
    coupon('COUPON_LINKED', {
      associate_out_trade_no: 'MCH_UNPAID',
      associate_request_no: 'ASSOCIATE_1',
      associate_time: '2026-11-21T08:00:00+08:00',
    }),
    coupon('COUPON_FOREIGN', { stock_id: '200088', mchid: '1900000009' }),
  ],
}

/** The documented example call (busifavor.md 5.1), and what else there is to ask. */
const ASSOCIATE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}
const associate = (changes: Partial<typeof ASSOCIATE> = {}): MerchantRequest => ({
  target: associateTradeInfo.path,
  body: { ...ASSOCIATE, ...changes },
})

const posting = (target: string, body: object): MerchantRequest => ({ target, body })

const EXCHANGES: Record<string, { request: MerchantRequest; options?: MockOptions }> = {
  'associate-200': { request: associate() },
  'associate-200-public-key': { request: { ...associate(), wechatpaySerial: 'public-key' } },
  'associate-400-missing': { request: { target: associateTradeInfo.path, body: { stock_id: '100088' } } },
  'associate-400-too-long': { request: associate({ stock_id: '100088100088100088100' }) },
  'associate-400-pattern': { request: associate({ out_request_no: 'R 1' }) },
  'associate-400-undefined-parameter': {
    request: { target: associateTradeInfo.path, body: { ...ASSOCIATE, appid: 'wx233544546545989' } },
  },
  'associate-400-malformed': { request: { target: associateTradeInfo.path, body: '{' } },
  'associate-400-not-found': { request: associate({ coupon_code: 'NONE' }) },
  'associate-400-used': { request: associate({ coupon_code: 'COUPON_USED' }) },
  'associate-400-linked-to-other-order': { request: associate({ coupon_code: 'COUPON_LINKED' }) },
  'associate-403': { request: associate({ stock_id: '200088', coupon_code: 'COUPON_FOREIGN' }) },
  'associate-404-order-unknown': { request: associate({ out_trade_no: 'NONE' }), options: { orders: 'known' } },
  'associate-401-signature': { request: { ...associate(), signInstead: { body: Buffer.from('{}') } } },
  'associate-401-signature-diagnosis-off': {
    request: { ...associate(), signInstead: { body: Buffer.from('{}') } },
    options: { diagnosis: 'off' },
  },
  'associate-401-serial': { request: { ...associate(), authorization: { serialNo: '0'.repeat(40) } } },
  'associate-401-timestamp': { request: { ...associate(), timestamp: NOON / 1_000 - 301 } },
  'associate-401-no-authorization': { request: { ...associate(), authorization: undefined } },
  'associate-400-no-user-agent': { request: { ...associate(), headers: { 'User-Agent': undefined }, signed: false } },
  'associate-400-platform-serial': { request: { ...associate(), wechatpaySerial: '0'.repeat(40) } },
  'associate-405': { request: { target: associateTradeInfo.path } },
  'disassociate-200': {
    request: {
      target: '/v3/marketing/busifavor/coupons/disassociate',
      body: { ...ASSOCIATE, coupon_code: 'COUPON_LINKED', out_trade_no: 'MCH_UNPAID' },
    },
  },
  'use-200': {
    request: posting('/v3/marketing/busifavor/coupons/use', {
      coupon_code: 'sxxe34343434',
      stock_id: '100088',
      appid: 'wx1234567889999',
      use_time: '2026-11-25T12:00:00+08:00',
      use_request_no: '1002600620019090123143254435',
    }),
  },
  'return-200': {
    request: posting('/v3/marketing/busifavor/coupons/return', {
      coupon_code: 'COUPON_USED',
      stock_id: '100088',
      return_request_no: '1002600620019090123143254436',
    }),
  },
  'deactivate-200': {
    request: posting('/v3/marketing/busifavor/coupons/deactivate', {
      coupon_code: 'sxxe34343434',
      stock_id: '100088',
      deactivate_request_no: '1002600620019090123143254436',
      deactivate_reason: '此券使用时间设置错误',
    }),
  },
  'send-200': {
    request: posting('/v3/marketing/busifavor/coupons/send', {
      openid: 'xsd3434454567676',
      appid: 'wx1234567889999',
      stock_id: '100088',
      out_request_no: '1002600620019090123143254435',
      coupon_code: 'NEW_1',
    }),
  },
  'list-200': {
    request: {
      target:
        '/v3/marketing/busifavor/users/oUpF8uMuAJO_M2pxb1Q9zNjWeS6o/coupons?appid=wx233544546545989&creator_merchant=1900000001&limit=2',
    },
  },
  'query-200': {
    request: {
      target:
        '/v3/marketing/busifavor/users/oUpF8uMuAJO_M2pxb1Q9zNjWeS6o/coupons/COUPON_LINKED/appids/wx233544546545989',
    },
  },
  'certificates-200': { request: { target: '/v3/certificates' } },
  'certificates-404': { request: { target: '/v3/certificates' }, options: { keyMode: 'public-key' } },
  'unknown-path-404': { request: { target: '/v3/pay/transactions/faceless', body: {} } },
  'jsapi-prepay-200': {
    request: posting('/v3/pay/transactions/jsapi', {
      appid: 'wxd678efh567hg6787',
      mchid: '1900000001',
      description: '测试商品',
      out_trade_no: 'ORDER_0001',
      notify_url: 'https://shop.example.com/pay/notify',
      amount: { total: 100, currency: 'CNY' },
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    }),
  },
  'close-order-204': {
    request: { target: '/v3/pay/transactions/out-trade-no/ORDER_0001/close', body: { mchid: '1900000001' } },
  },
}

/** Whole exchanges, byte for byte, as they go over the wire; the clock stands still and the ids come from a seed. */
describe.for(Object.entries(EXCHANGES))('%s', ([name, { request, options = {} }]) => {
  test.override('options', { seed: WORLD, randomSeed: 'golden', ...options })

  test('is what it was', async ({ mock, control }) => {
    const server = await startServer({ mock, port: 0 })
    const connection = await rawConnection(server.port)
    let exchange = ''
    const client = createMerchantClient({
      credentials: await control.credentials(),
      now: () => NOON,
      send: async (wireRequest) => {
        const sent = requestText(wireRequest)
        connection.write(sent)
        const received = await connection.read(isWhole)
        exchange = `${sent}\r\n\r\n${received}\r\n`
        return parseResponse(received)
      },
    })

    await client.request({ nonce: '593BEC0C930BF1AFEB40B4A08C8FB242', ...request })
    connection.socket.destroy()
    await server.close(0)

    await expect(exchange.replaceAll('\r\n', '\n')).toMatchFileSnapshot(`../golden/${name}.snap`)
  })
})

function requestText({ method, target, headers, body }: WireRequest): string {
  const fields = Object.entries({
    host: 'api.mch.weixin.qq.com',
    ...headers,
    ...(body.length > 0 && { 'content-length': body.length }),
  })
  return [
    `${method} ${target} HTTP/1.1`,
    ...fields.map(([field, value]) => `${field}: ${value}`),
    '',
    Buffer.from(body).toString('utf8'),
  ].join('\r\n')
}

function parseResponse(text: string): WireResponse {
  const at = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...fields] = text.slice(0, at).split('\r\n')
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: fields.map((field) => {
      const [name = '', ...value] = field.split(': ')
      return [name, value.join(': ')]
    }),
    body: Buffer.from(text.slice(at + 4)),
  }
}

function isWhole(text: string): boolean {
  const at = text.indexOf('\r\n\r\n')
  const [, length = '0'] = /\r\nContent-Length: (\d+)/.exec(text) ?? []
  return at !== -1 && Buffer.byteLength(text.slice(at + 4)) >= Number(length)
}
