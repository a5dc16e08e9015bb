import { describe, expect } from 'vitest'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  listUserCoupons,
  returnCoupon,
  sendCoupon,
  setCallback,
  subsidyPay,
  uploadCouponCodes,
  useCoupon,
} from '../../src/products/operations.ts'
import { createMerchantClient } from '../../src/testing/merchant-client.ts'
import { startServer } from '../../src/transports/node-server.ts'
import { test as base, STOCK_ID } from '../helpers/world.ts'
import { rawConnection } from './raw-connection.ts'

/** Data received over the wire. */
interface Received {
  readonly statusLine: string
  readonly headers: WireResponse['headers']
  readonly body: Buffer
}

/** Writes a request byte for byte, and reads until the other side closes. */
async function exchange(port: number, { method, target, headers, body }: WireRequest): Promise<Received> {
  const { write, read } = await rawConnection(port)
  const lines = Object.entries({ host: '127.0.0.1', connection: 'close', 'content-length': body.length, ...headers })
  write(`${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
  write(body)
  const [head = '', text = ''] = (await read()).split('\r\n\r\n')
  const [statusLine = '', ...fields] = head.split('\r\n')
  return {
    statusLine,
    headers: fields.map((field): [string, string] => [
      field.slice(0, field.indexOf(':')),
      field.slice(field.indexOf(':') + 1).trim(),
    ]),
    body: Buffer.from(text),
  }
}

const test = base
  .extend('received', () => [] as Received[])
  /** Another merchant on a raw socket; the client checks the signature over the bytes of each answer. */
  .extend('onSocket', ({ mock, control, received }, { onCleanup }) => {
    const starting = startServer({ mock, port: 0 })
    onCleanup(async () => (await starting).close(0))
    return async (mchid: string) => {
      const { port } = await starting
      const send = async (request: WireRequest) => {
        const answer = await exchange(port, request)
        received.push(answer)
        return { status: Number(answer.statusLine.split(' ')[1]), headers: answer.headers, body: answer.body }
      }
      const credentials = await control.credentials(mchid)
      return createMerchantClient({ credentials, send, now: () => mock.clock.now() })
    }
  })

const OPENID = 'xsd3434454567676'
const APPID = 'wx1234567889999'
const coupon = { stock_id: STOCK_ID, coupon_code: 'CODE-1' }
const order = { ...coupon, out_trade_no: 'ORDER_0001', out_request_no: 'R-1' }
const use = { ...coupon, appid: APPID, use_time: '2026-11-25T12:00:00+08:00', use_request_no: 'R-1' }

const NO_RIGHT_OVER_COUPON = ['403 Forbidden', '{"code":"NO_AUTH","message":"商户无权限操作该券"}'] as const

describe('what a refusal of merchant coupons is, byte for byte', () => {
  test.for([
    ['redeeming what one only handed out (corrections 11)', 'sender', useCoupon, use, ...NO_RIGHT_OVER_COUPON],
    ["redeeming another's coupon (corrections 10)", 'merchant', useCoupon, use, ...NO_RIGHT_OVER_COUPON],
    ["linking another's coupon (corrections 10)", 'merchant', associateTradeInfo, order, ...NO_RIGHT_OVER_COUPON],
    ["unlinking another's coupon (corrections 10)", 'merchant', disassociateTradeInfo, order, ...NO_RIGHT_OVER_COUPON],
    [
      "returning another's coupon (corrections 10)",
      'merchant',
      returnCoupon,
      { ...coupon, return_request_no: 'R-1' },
      ...NO_RIGHT_OVER_COUPON,
    ],
    [
      "making another's coupon void (corrections 10)",
      'merchant',
      deactivateCoupon,
      { ...coupon, deactivate_request_no: 'R-1' },
      ...NO_RIGHT_OVER_COUPON,
    ],
    [
      'sending without the right (corrections 12)',
      'merchant',
      sendCoupon,
      { openid: OPENID, appid: APPID, stock_id: STOCK_ID, out_request_no: 'R-1' },
      '403 Forbidden',
      '{"code":"NO_AUTH","message":"发券商户无权限使用此API"}',
    ],
    [
      "setting a merchant's address as its partner (corrections 13)",
      'partner',
      setCallback,
      { mchid: '1900000102', notify_url: 'https://shop.example.com/notify' },
      '403 Forbidden',
      '{"code":"NO_AUTH","message":"抱歉，您无权限操作目标商户"}',
    ],
    [
      "listing a user's coupons without a role (corrections 14)",
      'merchant',
      listUserCoupons,
      { openid: OPENID, appid: APPID },
      '400 Bad Request',
      '{"code":"PARAM_ERROR","message":"创建方商户、归属方商户、发放方商户，必须至少填一个"}',
    ],
    [
      'uploading codes to a batch that makes its own (corrections 15)',
      'partner',
      uploadCouponCodes,
      { stock_id: STOCK_ID, coupon_code_list: ['A'], upload_request_no: 'R-1' },
      '400 Bad Request',
      '{"code":"INVALID_REQUEST","message":"发券模式不合法"}',
    ],
  ] as const)('%s', async ([, who, operation, input, status, body], { mock, others, seed, onSocket, received }) => {
    const { partner, owner, sender } = others
    for (const other of [partner, owner, sender]) mock.merchants.add(other)
    await seed.stock({ mchid: partner.mchid, belong_merchant: owner.mchid })
    await seed.coupon({ mchid: partner.mchid, send_merchant: sender.mchid, coupon_code: coupon.coupon_code })
    const client = await onSocket(who === 'merchant' ? mock.defaultMerchant.mchid : others[who].mchid)

    await client.call(operation, input)

    expect(received).toMatchObject([{ statusLine: `HTTP/1.1 ${status}`, body: Buffer.from(body) }])
  })

  test('a query without a role is refused in 110 bytes, as seen (corrections 14)', async ({
    mock,
    onSocket,
    received,
  }) => {
    const client = await onSocket(mock.defaultMerchant.mchid)

    await client.call(listUserCoupons, { openid: OPENID, appid: APPID })

    expect(received[0]?.body).toHaveLength(110)
    expect(received[0]?.headers).toContainEqual(['Content-Length', '110'])
  })

  test('codes that come too early (corrections 15)', async ({ mock, control, seed, onSocket, received }) => {
    await control.changeSettings({ stock_ready_after: 60 })
    await seed.stock({ coupon_code_mode: 'MERCHANT_UPLOAD', ready_time: '2026-11-25T12:01:00+08:00' })
    const client = await onSocket(mock.defaultMerchant.mchid)

    await client.call(uploadCouponCodes, { stock_id: STOCK_ID, coupon_code_list: ['A'], upload_request_no: 'R-1' })

    expect(received).toMatchObject([
      {
        statusLine: 'HTTP/1.1 400 Bad Request',
        body: Buffer.from('{"code":"STATEMENT_CREATING","message":"批次创建处理中，请稍晚进行上传code操作"}'),
      },
    ])
  })
})

describe('a subsidy, byte for byte (corrections 26)', () => {
  test.for([
    ['sdk', '"status":"PAY_RECEIPT_SUCCESS"'],
    ['page', '"status":"SUCCESS"'],
  ] as const)('with the words of the %s', async ([models, words], { mock, others, control, onSocket, received }) => {
    const { partner, owner } = others
    for (const other of [partner, owner]) mock.merchants.add(other)
    await control.changeSettings({ coupon_models: models })
    await control.addStock({ mchid: partner.mchid, stock_id: STOCK_ID, belong_merchant: owner.mchid, subsidy: true })
    await control.addCoupon({ mchid: partner.mchid, ...coupon, state: 'USED' })
    await control.addOrder({
      mchid: owner.mchid,
      out_trade_no: 'ORDER_0001',
      transaction_id: '4200000913202101152566792388',
      total: 10_000,
    })

    const client = await onSocket(partner.mchid)
    await client.call(subsidyPay, {
      ...coupon,
      transaction_id: '4200000913202101152566792388',
      payer_merchant: partner.mchid,
      payee_merchant: owner.mchid,
      amount: 1,
      description: '补差',
      out_subsidy_no: 'S-1',
    })

    expect(received.map(({ statusLine }) => statusLine)).toEqual(['HTTP/1.1 200 OK'])
    expect(received[0]?.body.toString()).toContain(words)
  })
})
