import { generateKeyPairSync } from 'node:crypto'
import { describe, expect } from 'vitest'
import { createMock } from '../../src/mock.ts'
import { products } from '../../src/products/index.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import { sign } from '../../src/wire/protocol/signature.ts'
import { brands, queryStore } from '../helpers/brands.ts'
import { test as base, NOON, STOCK_ID, transports } from '../helpers/world.ts'

/** The well-known merchant at a mock that serves a call of the brand API. */
const test = base.extend('merchantOfBrand', async () => {
  const mock = createMock({ products: [...products, brands], seed: 'empty', clock: { now: () => NOON } })
  return createMerchantClient({
    credentials: await mock.control.credentials(),
    send: (request) => mock.handle(request),
    now: () => NOON,
  })
})

const BODY = {
  stock_id: STOCK_ID,
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}
const REQUEST: MerchantRequest = { target: associateTradeInfo.path, body: BODY }
const NOON_SECONDS = NOON / 1_000
const NONCE = '0123456789abcdef0123456789abcdef'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const PAIRS = [
  'mchid="1900000001"',
  `nonce_str="${NONCE}"`,
  `timestamp="${NOON_SECONDS}"`,
  'serial_no="5A1B2C3D4E5F60718293A4B5C6D7E8F901234567"',
  'signature="c2lnbmF0dXJl"',
]

const signError = (message: string) => ({ status: 401, body: { code: 'SIGN_ERROR', message } })
const MALFORMED = signError('Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》')
const UNFIT = signError('Http头Authorization认证类型不正确')
const UNTIMELY = signError('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟')
const SERIAL = signError('商户证书序列号有误。请使用签名私钥匹配的证书序列号')

/** The answer to a signature mismatch: it shows the expected message, with its body cut to eight characters. */
const mismatch = (
  message: string,
  { method, url, head, length }: { method: string; url: string; head: string; length: number },
) => ({
  status: 401,
  body: {
    code: 'SIGN_ERROR',
    detail: {
      detail: { issue: 'sign not match' },
      field: 'signature',
      location: 'authorization',
      sign_information: {
        method,
        sign_message_length: length,
        truncated_sign_message: `${method}\n${url}\n${NOON_SECONDS}\n${NONCE}\n${head}\n`,
        url,
      },
    },
    message,
  },
})

const lengthOf = (method: string, url: string, body: string | Uint8Array) =>
  Buffer.byteLength(`${method}\n${url}\n${NOON_SECONDS}\n${NONCE}\n\n`) + Buffer.byteLength(body)

const JSON_BODY = JSON.stringify(BODY)
const MISMATCH = mismatch('错误的签名，验签失败', {
  method: 'POST',
  url: associateTradeInfo.path,
  head: '{"stock_',
  length: lengthOf('POST', associateTradeInfo.path, JSON_BODY),
})

describe.for(transports)('authentication over %s', (transport) => {
  test.override('transport', transport)

  describe('headers', () => {
    test.for(['Accept', 'User-Agent'])('%s has to be there', async (name, { merchant }) => {
      const { status, body } = await merchant.request({ ...REQUEST, headers: { [name]: undefined }, signed: false })

      expect({ status, body }).toEqual({
        status: 400,
        body: { code: 'INVALID_REQUEST', message: 'Http头缺少Accept或User-Agent' },
      })
    })

    test.for(['*/*', 'application/json, text/plain, application/x-gzip', 'text/html'])(
      'Accept may be %s',
      async (Accept, { merchant, seed }) => {
        await seed.coupon({ coupon_code: BODY.coupon_code })

        expect(await merchant.request({ ...REQUEST, headers: { Accept } })).toMatchObject({ status: 200 })
      },
    )

    test('a missing Accept comes before everything but the path', async ({ merchant }) => {
      const unfit = { authorization: undefined, headers: { Accept: undefined }, signed: false }

      expect(await merchant.request({ ...REQUEST, ...unfit })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_REQUEST' },
      })
      expect(await merchant.request({ target: '/nowhere', ...unfit })).toMatchObject({ status: 404, body: undefined })
    })
  })

  describe('the Authorization header', () => {
    test.for<[string, string | undefined]>([
      ['missing', undefined],
      ['a scheme alone', SCHEME],
      ['pairs alone', PAIRS.join(',')],
    ])('%s: malformed', async ([, authorization], { merchant }) => {
      const { status, body } = await merchant.request({ ...REQUEST, authorization })

      expect({ status, body }).toEqual(MALFORMED)
    })

    test.for(['wechatpay2-sha256-rsa2048', 'WECHATPAY2-SM2-WITH-SM3', 'Bearer'])(
      'scheme %s: unfit',
      async (scheme, { merchant }) => {
        const { status, body } = await merchant.request({ ...REQUEST, authorization: `${scheme} ${PAIRS.join(',')}` })

        expect({ status, body }).toEqual(UNFIT)
      },
    )

    test('the brand scheme outside of /brand/: unfit', async ({ merchant }) => {
      const { status, body } = await merchant.request({
        ...REQUEST,
        authorization: { scheme: 'WECHATPAY-BRAND-SHA256-RSA2048', identity: '100001' },
      })

      expect({ status, body }).toEqual(UNFIT)
    })

    test('the ordinary scheme under /brand/: unfit', async ({ merchantOfBrand }) => {
      const { status, body } = await merchantOfBrand.request({
        target: queryStore.path,
        authorization: { scheme: SCHEME },
      })

      expect({ status, body }).toEqual(UNFIT)
    })

    test('the brand scheme under /brand/ is let in, and answered with the brand signature', async ({
      merchantOfBrand,
    }) => {
      const answer = await merchantOfBrand.request({ target: queryStore.path, authorization: { identity: '100001' } })

      expect(answer).toMatchObject({ status: 200, body: { store_id: '1' } })
      expect(answer.header('Wechatpay-Signature-Type')).toBe('WECHATPAY-BRAND-SHA256-RSA2048')
    })
  })

  describe('the timestamp', () => {
    test.for([300, -300])('may be %d seconds off', async (off, { merchant, seed }) => {
      await seed.coupon({ coupon_code: BODY.coupon_code })

      expect(await merchant.request({ ...REQUEST, timestamp: NOON_SECONDS + off })).toMatchObject({ status: 200 })
    })

    test.for<[string, string | number]>([
      ['301 seconds behind', NOON_SECONDS - 301],
      ['301 seconds ahead', NOON_SECONDS + 301],
      ['in milliseconds', NOON],
    ])('%s is refused', async ([, timestamp], { merchant }) => {
      const { status, body } = await merchant.request({ ...REQUEST, timestamp })

      expect({ status, body }).toEqual(UNTIMELY)
    })

    test("is compared with the mock's clock", async ({ merchant, control, seed }) => {
      await seed.coupon({ coupon_code: BODY.coupon_code })
      await control.advance(301)

      expect(await merchant.request({ ...REQUEST, timestamp: NOON_SECONDS })).toMatchObject({ status: 401 })
      expect(await merchant.request(REQUEST)).toMatchObject({ status: 200 })
    })

    test('is remarked on when it fits the clock that the mock was given, and not its own', async ({
      merchant,
      control,
      send,
    }) => {
      const client = createMerchantClient({ credentials: merchant.credentials, send, now: () => NOON })
      const text = async () => {
        await client.request(REQUEST)
        return (await control.journal({ limit: 1 }))[0]?.remarks[0]?.text
      }
      await control.advance('P1D')
      expect(await text()).toMatch(/^The timestamp is 86400 seconds behind the mock's clock .*signature_clock.*machine/)
      const [moved] = await control.journal({ limit: 1 })
      expect(moved?.remarks[0]?.causes).toMatchObject([{ name: 'mock_clock_moved', value: '-86400' }])
      await control.advance('-P2D')
      expect(await text()).toMatch(/ahead of the mock's clock .* --signature-clock machine/)
      expect(await client.request({ ...REQUEST, timestamp: String(NOON / 1_000 + 301) })).toMatchObject({ status: 401 })
      expect((await control.journal({ limit: 1 }))[0]?.remarks[0]?.text).not.toContain('signature')
    })

    test('is compared with the clock that the settings name, while the mock runs', async ({
      merchant,
      control,
      send,
      seed,
    }) => {
      await seed.coupon({ coupon_code: BODY.coupon_code })
      const client = createMerchantClient({ credentials: merchant.credentials, send, now: () => NOON })
      await control.advance('P1D')
      expect(await client.request(REQUEST)).toMatchObject({ status: 401 })

      expect(await control.changeSettings({ signature_clock: 'machine' })).toMatchObject({ signature_clock: 'machine' })
      expect(await client.request(REQUEST)).toMatchObject({ status: 200 })
      expect(await client.request({ ...REQUEST, timestamp: String(NOON / 1_000 + 86_400) })).toMatchObject({
        status: 401,
      })
      const [exchange] = await control.journal({ limit: 1 })
      expect(exchange?.remarks[0]?.text).toMatch(
        /^The timestamp is not within 300 seconds of the machine's clock .* The timestamp is 86400 seconds ahead/,
      )

      await control.changeSettings({ signature_clock: 'mock' })
      expect(await client.request(REQUEST)).toMatchObject({ status: 401 })
    })

    describe('with signatureClock machine', () => {
      test.override('options', { signatureClock: 'machine' })

      test('is compared with the clock that the mock was given, however its own is moved', async ({
        merchant,
        control,
        send,
        seed,
      }) => {
        await seed.coupon({ coupon_code: BODY.coupon_code })
        await control.advance('P1D')
        const client = createMerchantClient({ credentials: merchant.credentials, send, now: () => NOON })

        expect(await client.request(REQUEST)).toMatchObject({
          status: 200,
          body: { wechatpay_associate_time: '2026-11-26T12:00:00+08:00' },
        })
      })
    })
  })

  describe('the certificate', () => {
    test('has to belong to the merchant', async ({ merchant, clientOf, others }) => {
      await clientOf(others.partner)

      const { status, body } = await merchant.request({
        ...REQUEST,
        authorization: { serialNo: others.partner.serialNo },
      })

      expect({ status, body }).toEqual(SERIAL)
    })

    test('may be written in lower case', async ({ merchant, seed }) => {
      await seed.coupon({ coupon_code: BODY.coupon_code })
      const serialNo = merchant.credentials.merchant_serial_no.toLowerCase()

      expect(await merchant.request({ ...REQUEST, authorization: { serialNo } })).toMatchObject({ status: 200 })
    })
  })

  describe('the signature', () => {
    test.for<[string, Partial<MerchantRequest>]>([
      ['another body', { signInstead: { body: Buffer.from('{}') } }],
      ['another path', { signInstead: { target: '/v3/marketing/busifavor/coupons/use' } }],
      ['another method', { signInstead: { method: 'GET' } }],
      ['another nonce', { signInstead: { nonce: 'other' } }],
      ['another timestamp', { signInstead: { timestamp: String(NOON_SECONDS - 1) } }],
    ])('over %s does not fit', async ([, changes], { merchant }) => {
      const { status, body } = await merchant.request({ ...REQUEST, nonce: NONCE, ...changes })

      expect({ status, body }).toEqual(MISMATCH)
    })

    test('of another key does not fit', async ({ merchant }) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const message = `POST\n${associateTradeInfo.path}\n${NOON_SECONDS}\n${NONCE}\n${JSON_BODY}\n`
      const signature = await sign(Buffer.from(message), privateKey)

      const { status, body } = await merchant.request({ ...REQUEST, nonce: NONCE, authorization: { signature } })

      expect({ status, body }).toEqual(MISMATCH)
    })

    test.for(['c2lnbmF0dXJl', `${'A'.repeat(342)}==`])('%s does not fit', async (signature, { merchant }) => {
      const { status, body } = await merchant.request({ ...REQUEST, nonce: NONCE, authorization: { signature } })

      expect({ status, body }).toEqual(MISMATCH)
    })

    test('that is no base64 is answered without a detail', async ({ merchant }) => {
      const { status, body } = await merchant.request({ ...REQUEST, authorization: { signature: '!!!' } })

      expect({ status, body }).toEqual(signError('错误的签名，验签失败'))
    })

    test('is told the expected message of a call without a body', async ({ merchant }) => {
      const url = '/v3/certificates?algorithm_type=RSA'
      const { status, body } = await merchant.request({
        target: url,
        nonce: NONCE,
        signInstead: { target: '/v3/certificates' },
      })

      expect({ status, body }).toEqual(
        mismatch('错误的签名，验签失败', { method: 'GET', url, head: '', length: lengthOf('GET', url, '') }),
      )
    })

    test('is told characters of the body, not bytes, but its length in bytes', async ({ merchant }) => {
      const text = '{"备注":"关联订单信息"}'
      const { status, body } = await merchant.request({
        target: associateTradeInfo.path,
        body: text,
        nonce: NONCE,
        signInstead: { body: Buffer.from('') },
      })

      expect({ status, body }).toEqual(
        mismatch('错误的签名，验签失败', {
          method: 'POST',
          url: associateTradeInfo.path,
          head: '{"备注":"关',
          length: lengthOf('POST', associateTradeInfo.path, text),
        }),
      )
    })

    test('covers the body as it was written', async ({ merchant, seed }) => {
      await seed.coupon({ coupon_code: BODY.coupon_code })

      for (const body of [JSON.stringify(BODY, null, 2), `${JSON_BODY}\n`]) {
        expect(await merchant.request({ ...REQUEST, body })).toMatchObject({ status: 200 })
      }
      expect(
        await merchant.request({
          ...REQUEST,
          body: JSON.stringify(BODY, null, 2),
          signInstead: { body: Buffer.from(JSON_BODY) },
        }),
      ).toMatchObject({ status: 401 })
    })

    test.for(['/v3/certificates?algorithm_type=%52SA&b=a+b&c=%e5%88%b8&d=~%7E&e', '/v3/certificates?'])(
      'covers the query as it was written: %s',
      async (target, { merchant }) => {
        expect(await merchant.request({ target })).toMatchObject({ status: 200 })
      },
    )
  })

  describe('checks in order', () => {
    test('the path before the signature and the platform key', async ({ merchant }) => {
      for (const unfit of [{ authorization: { signature: '!!!' } }, { wechatpaySerial: 'NONE' }]) {
        expect(await merchant.request({ target: '/v3/nowhere', ...unfit })).toMatchObject({ status: 404 })
      }
    })
  })

  test('a refused request is not executed, and the journal says why', async ({ merchant, seed, control }) => {
    const coupon = await seed.coupon({ coupon_code: BODY.coupon_code })
    const before = await control.world()

    await merchant.request({ ...REQUEST, signInstead: { body: Buffer.from('{}') } })

    expect(await control.world()).toEqual(before)
    expect(await control.journal({ status: 401 })).toMatchObject([
      {
        operation: 'associateTradeInfo',
        mchid: coupon.mchid,
        code: 'SIGN_ERROR',
        remarks: [
          {
            about: 'signature',
            expected_message: expect.stringContaining(`\n${JSON_BODY}\n`),
            text: expect.any(String),
          },
        ],
      },
    ])
  })

  describe('with --auth lenient', () => {
    test.override('options', { auth: 'lenient' })

    test.for<[string, Partial<MerchantRequest>, string]>([
      ['without Accept', { headers: { Accept: undefined } }, 'headers'],
      ['without Authorization', { authorization: undefined }, 'authorization'],
      ['with a malformed one', { authorization: 'Nonsense' }, 'authorization'],
      ['with an unknown scheme', { authorization: `Bearer ${PAIRS.join(',')}` }, 'scheme'],
      ['with an old timestamp', { timestamp: 1 }, 'timestamp'],
      ['with an unknown serial', { authorization: { serialNo: '0'.repeat(40) } }, 'serial'],
      ['with a signature that does not fit', { signInstead: { nonce: 'x' } }, 'signature'],
    ])('a request %s is served and signed, with a remark', async ([, changes, about], { merchant, seed, control }) => {
      await seed.coupon({ coupon_code: BODY.coupon_code })

      const answer = await merchant.request({ ...REQUEST, ...changes })

      expect(answer).toMatchObject({ status: 200, body: { wechatpay_associate_time: '2026-11-25T12:00:00+08:00' } })
      expect(await control.journal()).toMatchObject([{ remarks: [{ about }] }])
    })

    test('a merchant that is not known stays unknown', async ({ merchant }) => {
      const answer = await merchant.request({ ...REQUEST, authorization: { identity: '1999999999' } })

      expect(answer).toMatchObject({ status: 401 })
    })

    test('a request counts for the merchant that it names', async ({ clientOf, others, seed }) => {
      const client = await clientOf(others.partner)
      await seed.coupon({ mchid: others.partner.mchid, coupon_code: BODY.coupon_code })

      expect(await client.request({ ...REQUEST, timestamp: 1 })).toMatchObject({ status: 200 })
    })
  })
})
