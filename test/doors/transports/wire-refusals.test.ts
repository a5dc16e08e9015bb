import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../../src/doors/transports/node-server.ts'
import type { Settings } from '../../../src/engine/settings.ts'
import { createMock } from '../../../src/mock.ts'
import { createMerchantClient, type MerchantRequest } from '../../../src/testing/merchant-client.ts'
import { SIGNATURE_NAMES, USUAL_NAMES } from '../../helpers/header-names.ts'
import { NOON } from '../../helpers/world.ts'
import { rawConnection } from './raw-connection.ts'

/** Head and body of an answer as received from a socket. */
interface Received {
  readonly status: string
  /** In order of appearance. */
  readonly names: readonly string[]
  readonly fields: Readonly<Record<string, string>>
  readonly body: string
}

let server: RunningServer

async function start(options: Partial<Settings> & { diagnosis?: 'on' | 'off' } = {}): Promise<void> {
  const mock = createMock({ seed: 'empty', clock: { now: () => NOON }, diagnosis: 'off', ...options })
  server = await startServer({ mock, port: 0 })
}

beforeEach(() => start())
afterEach(() => server.close(0))

/** Sends a request unchanged; besides Host and its length, it has only the given `headers`. */
async function ask(
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Received> {
  const connection = await rawConnection(server.port)
  const lines = Object.entries({ Host: 'api.mch.weixin.qq.com', ...headers, 'Content-Length': Buffer.byteLength(body) })
  connection.write(
    `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
  const received = await connection.read((text) => {
    const at = text.indexOf('\r\n\r\n')
    const [, length] = /\r\nContent-Length: (\d+)/.exec(text) ?? []
    return at !== -1 && Buffer.byteLength(text.slice(at + 4)) >= Number(length ?? 0)
  })
  connection.socket.destroy()
  const at = received.indexOf('\r\n\r\n')
  const [status = '', ...fields] = received.slice(0, at).split('\r\n')
  const pairs = fields.map((field): [string, string] => [
    field.slice(0, field.indexOf(': ')),
    field.slice(field.indexOf(': ') + 2),
  ])
  return {
    status,
    names: pairs.map(([name]) => name),
    fields: Object.fromEntries(pairs),
    body: received.slice(at + 4),
  }
}

/** Header fields of a well-behaved client, without a signature. */
const usual = { Accept: 'application/json', 'User-Agent': 'curl/8' }
const askUnsigned = (method: string, target: string, body?: string) => ask(method, target, usual, body)

/** Sends a signed request of the well-known merchant, with some of its parts replaced by the test. */
async function askSigned(request: MerchantRequest): Promise<Received> {
  let received: Received | undefined
  const client = createMerchantClient({
    credentials: await server.mock.control.credentials(),
    now: () => NOON,
    send: async ({ method, target, headers, body }) => {
      received = await ask(method, target, headers, Buffer.from(body).toString('utf8'))
      const { status, fields } = received
      return {
        status: Number(status.split(' ')[1]),
        headers: Object.entries(fields),
        body: Buffer.from(received.body),
      }
    },
  })
  await client.request(request)
  if (!received) throw new Error('Nothing was sent')
  return received
}

const WITHOUT_REQUEST_ID = USUAL_NAMES.filter((name) => name !== 'Request-ID')

const CERTIFICATES = '/v3/certificates'
const NATIVE = '/v3/pay/transactions/native'
const BY_NUMBER = '/v3/pay/transactions/out-trade-no/PROBE_FAKE_0001?mchid=1900000099'
const REFUNDS = '/v3/refund/domestic/refunds'
/** Like the fourth probe: well-formed, but of an unknown merchant. */
const fake = (timestamp: number) =>
  `WECHATPAY2-SHA256-RSA2048 mchid="1900000099",nonce_str="PROBE0001",signature="ZmFrZQ==",timestamp="${timestamp}",serial_no="${'0'.repeat(40)}"`

const MALFORMED =
  '{"code":"SIGN_ERROR","message":"Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"}'

describe('an unknown path or method (corrections 2)', () => {
  test.each([
    ['404 Not Found', 'GET', '/v3/pay/transactions/no-such-endpoint-probe'],
    ['404 Not Found', 'POST', '/v3/nowhere'],
    ['405 Method Not Allowed', 'GET', NATIVE],
    ['405 Method Not Allowed', 'POST', CERTIFICATES],
  ])('%s: %s %s has an empty body', async (status, method, target) => {
    const answer = await askUnsigned(method, target)

    expect(answer).toMatchObject({ status: `HTTP/1.1 ${status}`, names: USUAL_NAMES, body: '' })
    expect(answer.fields['Content-Length']).toBe('0')
    expect(answer.fields['Content-Type']).toBe('application/json; charset=utf-8')
  })

  test('is the same to a body that is too large', async () => {
    const answer = await ask('POST', '/v3/nowhere', usual, 'x'.repeat(2_097_153))

    expect(answer).toMatchObject({ status: 'HTTP/1.1 404 Not Found', body: '' })
  })

  test('of API v2 is diagnosed in one more header field', async () => {
    await server.close(0)
    await start({ diagnosis: 'on' })
    const { names, fields } = await ask('POST', '/pay/orderquery', {}, '<xml><mch_id>1900000099</mch_id></xml>')

    expect(names).toEqual([...USUAL_NAMES, 'Wechatpay-Mock-Diagnosis'])
    expect(fields['Wechatpay-Mock-Diagnosis']).toBe('path; api_v2')
  })
})

describe('pay endpoints (corrections 3, 4 and 6)', () => {
  const MISSING = '{"code":"SIGN_ERROR","message":"签名信息错误，验签失败"}'

  test.each([
    ['without Authorization', 'POST', NATIVE, {}, MISSING],
    ['without Authorization and User-Agent', 'POST', NATIVE, { 'User-Agent': '' }, MISSING],
    ['without Authorization and Accept', 'POST', NATIVE, { Accept: '' }, MISSING],
    ['with Bearer', 'GET', BY_NUMBER, { Authorization: 'Bearer fake-token' }, MISSING],
    ['without Authorization, to ask for an order', 'GET', BY_NUMBER, {}, MISSING],
    [
      'of an unknown merchant',
      'GET',
      BY_NUMBER,
      { Authorization: fake(NOON / 1_000) },
      '{"code":"SIGN_ERROR","message":"签名错误"}',
    ],
    [
      'of an unknown merchant at another time: the timestamp comes first',
      'GET',
      BY_NUMBER,
      { Authorization: fake(1_554_208_460) },
      '{"code":"SIGN_ERROR","message":"Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"}',
    ],
  ])('%s: a 401 with its own text and without Request-ID', async (_, method, target, headers, body) => {
    const sent = Object.fromEntries(Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== ''))
    const answer = await ask(method, target, sent, method === 'POST' ? '{"mchid":"1900000099"}' : '')

    expect(answer).toMatchObject({ status: 'HTTP/1.1 401 Unauthorized', names: WITHOUT_REQUEST_ID, body })
    expect(answer.fields['Content-Length']).toBe(String(Buffer.byteLength(body)))
  })

  test('the journal has such a call all the same, with its id', async () => {
    await askUnsigned('POST', NATIVE, '{}')

    const [exchange] = await server.control.journal()
    expect(exchange?.id).toMatch(/^08[0-9A-F]{40}$/)
    expect(await server.control.exchange(exchange?.id ?? '')).toMatchObject({
      code: 'SIGN_ERROR',
      response: { status: 401 },
      remarks: [{ about: 'authorization' }],
    })
  })

  test('a signature of a known merchant that does not fit has a Request-ID', async () => {
    const answer = await askSigned({ target: NATIVE, body: {}, signInstead: { method: 'GET' } })

    expect(answer.names).toEqual(USUAL_NAMES)
    expect(answer.fields['Request-ID']).toMatch(/^08[0-9A-F]{40}-268443699$/)
  })

  test('a signed call may do without User-Agent and Accept', async () => {
    const headers = { 'User-Agent': undefined, Accept: undefined }

    expect((await askSigned({ target: NATIVE, body: {}, headers })).status).toBe('HTTP/1.1 400 Bad Request')
  })
})

describe('all other paths (corrections 5, 6 and 8)', () => {
  test.each([
    ['GET', CERTIFICATES],
    ['POST', REFUNDS],
    ['POST', '/v3/marketing/busifavor/coupons/associate'],
  ])('without Authorization: %s %s has the 125 bytes and a Request-ID', async (method, target) => {
    const answer = await askUnsigned(method, target, method === 'POST' ? '{}' : '')

    expect(answer).toMatchObject({ status: 'HTTP/1.1 401 Unauthorized', names: USUAL_NAMES, body: MALFORMED })
    expect(answer.fields['Content-Length']).toBe('125')
    expect(Buffer.byteLength(answer.body)).toBe(125)
    expect(answer.fields['Request-ID']).toMatch(/^08[0-9A-F]{40}-270924346$/)
  })

  test('a malformed Authorization has the same', async () => {
    const answer = await ask('POST', REFUNDS, { ...usual, Authorization: fake(1).replaceAll('"', "'") }, '{}')

    expect(answer.body).toBe(MALFORMED)
    expect(answer.fields['Request-ID']).toMatch(/-270924346$/)
  })

  test.each([
    ['GET', CERTIFICATES, 'User-Agent'],
    ['GET', `${REFUNDS}/probe0001`, 'User-Agent'],
    ['GET', CERTIFICATES, 'Accept'],
  ])('%s %s without %s: an unsigned 400 before the 401', async (method, target, name) => {
    const sent = Object.fromEntries(Object.entries(usual).filter(([known]) => known !== name))
    const answer = await ask(method, target, sent)

    expect(answer).toMatchObject({
      status: 'HTTP/1.1 400 Bad Request',
      names: USUAL_NAMES,
      body: '{"code":"INVALID_REQUEST","message":"Http头缺少Accept或User-Agent"}',
    })
  })

  test('the timestamp comes before merchant, serial and signature', async () => {
    const answer = await ask('GET', CERTIFICATES, { ...usual, Authorization: fake(1_554_208_460) })

    expect(answer.body).toContain('timestamp与发起请求的时间不得超过5分钟')
  })

  test('a refund words serial and signature as certificates do', async () => {
    const serial = await askSigned({ target: REFUNDS, body: {}, authorization: { serialNo: '0'.repeat(40) } })
    const signature = await askSigned({ target: REFUNDS, body: {}, signInstead: { method: 'GET' } })

    expect(serial.body).toBe('{"code":"SIGN_ERROR","message":"商户证书序列号有误。请使用签名私钥匹配的证书序列号"}')
    expect(JSON.parse(signature.body)).toMatchObject({ message: '错误的签名，验签失败' })
  })
})

describe('with authErrors documented, pay endpoints are like all others', () => {
  beforeEach(async () => {
    await server.close(0)
    await start({ authErrors: 'documented' })
  })

  test('without Authorization', async () => {
    const answer = await askUnsigned('POST', NATIVE, '{}')

    expect(answer).toMatchObject({ names: USUAL_NAMES, body: MALFORMED })
  })

  test('without User-Agent', async () => {
    expect(await ask('POST', NATIVE, { Accept: '*/*' }, '{}')).toMatchObject({
      status: 'HTTP/1.1 400 Bad Request',
      body: '{"code":"INVALID_REQUEST","message":"Http头缺少Accept或User-Agent"}',
    })
  })

  test('of an unknown merchant, with another serial, with another signature', async () => {
    const merchant = await ask('GET', BY_NUMBER, { ...usual, Authorization: fake(NOON / 1_000) })
    const serial = await askSigned({ target: NATIVE, body: {}, authorization: { serialNo: '0'.repeat(40) } })
    const signature = await askSigned({ target: NATIVE, body: {}, signInstead: { method: 'GET' } })

    for (const { body, names } of [merchant, serial]) {
      expect(names).toEqual(USUAL_NAMES)
      expect(JSON.parse(body)).toEqual({
        code: 'SIGN_ERROR',
        message: '商户证书序列号有误。请使用签名私钥匹配的证书序列号',
      })
    }
    expect(JSON.parse(signature.body)).toMatchObject({ message: '错误的签名，验签失败' })
  })

  test('is a setting that can be changed', async () => {
    await server.mock.control.changeSettings({ auth_errors: 'observed' })

    expect(await askUnsigned('POST', NATIVE, '{}')).toMatchObject({ names: WITHOUT_REQUEST_ID })
  })
})

describe('a value of another JSON type (corrections 1)', () => {
  const order = {
    appid: 'wxd678efh567hg6787',
    mchid: '1900000001',
    description: '测试商品',
    out_trade_no: 'ORDER_0001',
    notify_url: 'https://shop.example.com/pay/notify',
    amount: { total: 1 },
    payer: { openid: 'oUser' },
  }
  const refund = {
    out_trade_no: 'ORDER_0001',
    out_refund_no: 'BACK_0001',
    amount: { refund: 1, total: 1, currency: 'CNY' },
  }
  const jsapi = (changes: object) => ({ target: '/v3/pay/transactions/jsapi', body: { ...order, ...changes } })

  test.each([
    [
      'a number for a text',
      jsapi({ payer: { openid: 4 } }),
      '{"code":"PARAM_ERROR","detail":{"location":"body","value":4},"message":"无法将 JSON 输入源“/body/payer/openid”映射到目标字段“用户标识”中，此字段需要一个 string 类型的 Json 值"}',
    ],
    [
      'a fraction for an integer',
      jsapi({ amount: { total: 0.01 } }),
      '{"code":"PARAM_ERROR","detail":{"location":"body","value":0.01},"message":"无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，此字段需要一个合法的 64 位有符号整数"}',
    ],
    [
      'a text for an integer',
      { target: REFUNDS, body: { ...refund, amount: { ...refund.amount, refund: '100' } } },
      '{"code":"PARAM_ERROR","detail":{"location":"body","value":"100"},"message":"无法将 JSON 输入源“/body/amount/refund”映射到目标字段“退款金额”中，此字段需要一个合法的 64 位有符号整数"}',
    ],
  ])('%s', async (_, request, body) => {
    const answer = await askSigned(request)

    expect(answer).toMatchObject({
      status: 'HTTP/1.1 400 Bad Request',
      names: [...USUAL_NAMES, ...SIGNATURE_NAMES],
      body,
    })
    expect(answer.fields['Content-Length']).toBe(String(Buffer.byteLength(body)))
    expect(answer.fields['Request-ID']).toMatch(/-268435461$/)
  })

  test('null counts as a member that the call does not have (reported of transfers)', async () => {
    const body =
      '{"code":"PARAM_ERROR","detail":{"location":null,"value":["/body/payer/openid"]},"message":"请求中含有未在API文档中定义的参数"}'
    const answer = await askSigned(jsapi({ payer: { openid: null } }))

    expect(answer).toMatchObject({ status: 'HTTP/1.1 400 Bad Request', body })
    expect(answer.fields['Request-ID']).toMatch(/-270924358$/)
  })
})
