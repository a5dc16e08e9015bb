import { describe, expect, test } from 'vitest'
import { type AuthenticationFailure, authenticate } from '../../src/engine/exchange/authenticate.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { GOOD_STANDING } from '../../src/engine/keys/standing.ts'
import { payGateway } from '../../src/products/payment/index.ts'
import { formatAuthorization } from '../../src/protocol/authorization.ts'
import { requestMessage } from '../../src/protocol/message.ts'
import { sign } from '../../src/protocol/signature.ts'
import { merchantKey, vectorMerchant, vectorMerchants } from '../protocol/vectors.ts'

const NOW = 1_700_000_000_000
const merchants = vectorMerchants()
const { brandId: _, ...direct } = vectorMerchant
/** One that may not call. */
const UNFIT = {
  ...direct,
  mchid: '1900000077',
  serialNo: '77'.repeat(20),
  standing: { ...GOOD_STANDING, apiV3KeySet: false },
}
merchants.add(UNFIT)

interface Signing {
  method?: string
  target?: string
  body?: string
  signedBody?: string
  timestamp?: string
  identity?: string
  serialNo?: string
  scheme?: 'WECHATPAY2-SHA256-RSA2048' | 'WECHATPAY-BRAND-SHA256-RSA2048' | 'WECHATPAY2-SM2-WITH-SM3'
  signature?: string
  headers?: Readonly<Record<string, string>>
}

/** A request of the first merchant, signed well unless the test changes something. */
async function aRequest(signing: Signing = {}): Promise<WireRequest> {
  const { method = 'POST', target = '/v3/marketing/busifavor/coupons/use', body = '{"a":1}' } = signing
  const { timestamp = '1700000000', identity = vectorMerchant.mchid, serialNo = vectorMerchant.serialNo } = signing
  const { scheme = 'WECHATPAY2-SHA256-RSA2048', signedBody = body } = signing
  const message = requestMessage({ method, target, timestamp, nonce: 'n0nce', body: Buffer.from(signedBody) })
  const signature = signing.signature ?? (await sign(message, merchantKey))
  return {
    method,
    target,
    headers: {
      accept: 'application/json',
      'user-agent': 'test',
      authorization: formatAuthorization({ scheme, identity, nonce: 'n0nce', timestamp, serialNo, signature }),
      ...signing.headers,
    },
    body: Buffer.from(body),
  }
}

/** Why a request was not let in; the test fails when it was. */
async function failureOf(signing: Signing): Promise<AuthenticationFailure> {
  const request = await aRequest(signing)
  const result = authenticate(request, merchants, NOW, payGateway(request.target)?.authentication)
  if (!('failure' in result)) throw new Error('The request was let in')
  return result.failure
}

describe('a request that is signed well', () => {
  test('is from its merchant', async () => {
    expect(authenticate(await aRequest(), merchants, NOW)).toEqual({ caller: vectorMerchant, brand: false })
  })

  test('is from its brand on a brand path', async () => {
    const request = await aRequest({
      target: '/brand/x',
      scheme: 'WECHATPAY-BRAND-SHA256-RSA2048',
      identity: '100001',
    })

    expect(authenticate(request, merchants, NOW)).toEqual({ caller: vectorMerchant, brand: true })
  })

  test('may use its nonce again', async () => {
    const request = await aRequest()
    authenticate(request, merchants, NOW)

    expect(authenticate(request, merchants, NOW)).toHaveProperty('caller')
  })

  test.for(['*/*', ' */*', 'application/json, text/plain, */*'])('may accept %j', async (accept) => {
    expect(authenticate(await aRequest({ headers: { accept } }), merchants, NOW)).toHaveProperty('caller')
  })
})

describe('the checks come in their order, and the first that fails decides', () => {
  // Each request breaks its own check and every later one.
  const wrong = { signature: 'd3Jvbmc=' }
  const serial = { ...wrong, serialNo: '0'.repeat(40) }
  const merchant = { ...serial, identity: UNFIT.mchid }
  const timestamp = { ...merchant, timestamp: '1600000000' }
  const scheme = { ...timestamp, scheme: 'WECHATPAY-BRAND-SHA256-RSA2048' as const }
  const authorization = { ...scheme, headers: { authorization: 'rubbish' } }

  test.for([
    ['headers', { ...authorization, headers: { ...authorization.headers, 'user-agent': '' } }, 400],
    ['authorization', authorization, 401],
    ['scheme', scheme, 401],
    ['timestamp', timestamp, 401],
    ['merchant', merchant, 401],
    ['serial', serial, 401],
    ['signature', wrong, 401],
  ] as const)('%s', async ([check, signing, status]) => {
    const failure = await failureOf(signing)

    expect(failure.check).toBe(check)
    expect(failure.error.status).toBe(status)
  })
})

describe('what the developer is told', () => {
  test.for([
    ['Accept', { headers: { accept: '' } }, /no Accept header/],
    ['both headers', { headers: { accept: '', 'user-agent': '' } }, /no Accept and no User-Agent header/],
    ['the scheme to use', { scheme: 'WECHATPAY-BRAND-SHA256-RSA2048' }, /use WECHATPAY2-SHA256-RSA2048\.$/],
    ['that SM2 is not verified', { scheme: 'WECHATPAY2-SM2-WITH-SM3' }, /does not verify SM2 .*0009-no-sm2\.md/],
    [
      'the clock',
      { timestamp: '1699999000' },
      /not within 300 seconds of the mock's clock \(2023-11-15T06:13:20\+08:00\)/,
    ],
    ['an unknown merchant', { identity: '1900000099' }, /no merchant 1900000099/],
    ['the right serial', { serialNo: '0'.repeat(40) }, /certificate of merchant 1900000001 is 5A1B/],
    ['a bad signature', { signedBody: '{"a":2}' }, /does not fit the message under the certificate 5A1B/],
    ['no base64', { signature: 'not base64 !' }, /not base64/],
  ] as const)('%s', async ([, signing, explanation]) => {
    expect((await failureOf(signing)).explanation.en).toMatch(explanation)
  })

  test('the message that was expected, when the signature does not fit', async () => {
    const failure = await failureOf({ signedBody: '{"a":2}' })

    expect(failure.expectedMessage).toBe('POST\n/v3/marketing/busifavor/coupons/use\n1700000000\nn0nce\n{"a":1}\n')
  })

  test('a long message is cut', async () => {
    const failure = await failureOf({ body: 'x'.repeat(100_000), signedBody: '' })

    expect(failure.expectedMessage).toHaveLength(16_384)
    expect(failure.error.detail).toHaveProperty('sign_information.sign_message_length', 100_000 + 59)
  })

  test('who the request says it is from, once that is known', async () => {
    expect((await failureOf({ timestamp: '1' })).claimed).toBe(vectorMerchant)
    expect((await failureOf({ serialNo: '0' })).claimed).toBe(vectorMerchant)
    expect((await failureOf({ signedBody: '' })).claimed).toBe(vectorMerchant)
    expect((await failureOf({ identity: '1900000099' })).claimed).toBeUndefined()
  })
})

describe('pay endpoints have their own words', () => {
  const target = '/v3/pay/transactions/jsapi'

  test('for a signature', async () => {
    const { error } = await failureOf({ target, signedBody: '' })

    expect(error.message).toBe('签名错误，请检查后再试')
    expect(error.detail).toMatchObject({ field: 'signature', sign_information: { url: target } })
  })

  test('for a serial, with a detail', async () => {
    const { error } = await failureOf({ target, serialNo: '0' })

    expect(error.message).toBe('商户证书序列号有误。')
    expect(error.detail).toMatchObject({ field: 'signature', location: 'authorization' })
  })

  test.for<[string, Signing]>([
    ['no Authorization', { headers: { authorization: '' } }],
    ['a scheme of others', { headers: { authorization: 'Bearer x' } }],
  ])('for %s', async ([, signing]) => {
    const { error, withoutRequestId } = await failureOf({ target, ...signing })

    expect(error.toJSON()).toEqual({ code: 'SIGN_ERROR', message: '签名信息错误，验签失败' })
    expect(withoutRequestId).toBe(true)
  })

  test('for a merchant that is not known, without a detail', async () => {
    const { error, withoutRequestId } = await failureOf({ target, identity: '1900000099' })

    expect(error.toJSON()).toEqual({ code: 'SIGN_ERROR', message: '签名错误' })
    expect(withoutRequestId).toBe(true)
  })

  test.for<[string, Signing, string]>([
    ['a header that does not read', { headers: { authorization: 'rubbish' } }, 'Http头Authorization值格式错误'],
    [
      'a scheme of WeChat Pay’s for other paths',
      { scheme: 'WECHATPAY-BRAND-SHA256-RSA2048' },
      'Http头Authorization认证类型不正确',
    ],
    ['a timestamp', { timestamp: '1', identity: '1900000099' }, 'Http头Authorization中的timestamp'],
  ])('but not for %s', async ([, signing, message]) => {
    expect((await failureOf({ target, ...signing })).error.message).toContain(message)
  })

  test('and a Request-ID for merchants that are known', async () => {
    for (const signing of [{ serialNo: '0' }, { signedBody: '' }, { timestamp: '1' }]) {
      expect(await failureOf({ target, ...signing })).not.toHaveProperty('withoutRequestId')
    }
  })

  test.for(['accept', 'user-agent'])('and do without %s', async (name) => {
    const request = await aRequest({ target, headers: { [name]: '' } })

    expect(authenticate(request, merchants, NOW, payGateway(target)?.authentication)).toHaveProperty('caller')
  })

  test('but other endpoints have none for a serial', async () => {
    expect((await failureOf({ serialNo: '0' })).error.detail).toBeUndefined()
  })
})
