import { describe, expect, test } from 'vitest'
import { type AuthenticationFailure, authenticate } from '../../src/engine/exchange/authenticate.ts'
import type { WireRequest } from '../../src/engine/http-message.ts'
import { GOOD_STANDING } from '../../src/engine/keys/standing.ts'
import { payGateway } from '../../src/products/payment/index.ts'
import { formatAuthorization } from '../../src/wire/protocol/authorization.ts'
import { requestMessage } from '../../src/wire/protocol/message.ts'
import { sign } from '../../src/wire/protocol/signature.ts'
import { merchantKey, vectorMerchant, vectorMerchants } from '../wire/protocol/vectors.ts'

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

const BRAND = 'WECHATPAY-BRAND-SHA256-RSA2048'

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
  test.for<[what: string, signing: Signing, brand: boolean]>([
    ['its merchant', {}, false],
    ['its brand, on a brand path', { target: '/brand/x', identity: '100001', scheme: BRAND }, true],
    ...['*/*', ' */*', 'application/json, text/plain, */*'].map((accept): [string, Signing, boolean] => [
      `its merchant, and accepts ${accept}`,
      { headers: { accept } },
      false,
    ]),
  ])('is from %s, and may use its nonce again', async ([, signing, brand]) => {
    const request = await aRequest(signing)

    for (let i = 0; i < 2; i++) {
      expect(authenticate(request, merchants, NOW)).toEqual({ caller: vectorMerchant, brand })
    }
  })
})

describe('the checks come in their order, and the first that fails decides', () => {
  // Each request breaks its own check and every later one.
  const wrong = { signature: 'd3Jvbmc=' }
  const serial = { ...wrong, serialNo: '0'.repeat(40) }
  const merchant = { ...serial, identity: UNFIT.mchid }
  const timestamp = { ...merchant, timestamp: '1600000000' }
  const scheme = { ...timestamp, scheme: BRAND } as const
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
    ['the scheme to use', { scheme: BRAND }, /use WECHATPAY2-SHA256-RSA2048\.$/],
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

describe('pay endpoints', () => {
  const target = '/v3/pay/transactions/jsapi'
  const detail = expect.objectContaining({ field: 'signature', location: 'authorization' })
  const verifyFailed = { code: 'SIGN_ERROR', message: '签名信息错误，验签失败' }
  const malformed = expect.stringContaining('Http头Authorization值格式错误')
  const otherScheme = { scheme: BRAND } as const

  test.for<[what: string, signing: Signing, error: object, isKnown: boolean]>([
    ['a signature', { signedBody: '' }, { message: '签名错误，请检查后再试', detail }, true],
    ['a serial', { serialNo: '0' }, { message: '商户证书序列号有误。', detail }, true],
    ['no Authorization', { headers: { authorization: '' } }, verifyFailed, false],
    ['a scheme of others', { headers: { authorization: 'Bearer x' } }, verifyFailed, false],
    ['an unknown merchant', { identity: '1900000099' }, { code: 'SIGN_ERROR', message: '签名错误' }, false],
    // In the words of all endpoints.
    ['a header that does not read', { headers: { authorization: 'rubbish' } }, { message: malformed }, false],
    ['a scheme for other paths', otherScheme, { message: expect.stringContaining('认证类型不正确') }, false],
    ['a timestamp', { timestamp: '1' }, { message: expect.stringContaining('中的timestamp') }, true],
  ])(
    'have a Request-ID only for merchants that are known, and words for %s',
    async ([, signing, expected, isKnown]) => {
      const { error, withoutRequestId } = await failureOf({ target, ...signing })

      expect(error.toJSON()).toMatchObject(expected)
      expect(withoutRequestId).toBe(isKnown ? undefined : true)
      expect(error.detail !== undefined).toBe('detail' in expected)
    },
  )

  test.for(['accept', 'user-agent'])('do without %s', async (name) => {
    const request = await aRequest({ target, headers: { [name]: '' } })

    expect(authenticate(request, merchants, NOW, payGateway(target)?.authentication)).toHaveProperty('caller')
  })
})

test('other endpoints have no detail for a serial', async () => {
  expect((await failureOf({ serialNo: '0' })).error.detail).toBeUndefined()
})
