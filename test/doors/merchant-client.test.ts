import { describe, expect } from 'vitest'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { queryUserCoupon } from '../../src/products/operations.ts'
import { createMerchantClient, UntrustedAnswerError } from '../../src/testing/merchant-client.ts'
import { NOON, test } from '../helpers/world.ts'

type Answered = Pick<WireResponse, 'headers'>

const without =
  (name: string) =>
  ({ headers }: Answered): Answered => ({ headers: headers.filter(([known]) => known !== name) })
const withValue =
  (name: string, value: string) =>
  ({ headers }: Answered): Answered => ({
    headers: headers.map(([known, old]) => [known, known === name ? value : old]),
  })

const CERTIFICATES = { target: '/v3/certificates' }

describe('the merchant client', () => {
  test.for<[string, (answer: WireResponse) => Partial<WireResponse>, RegExp]>([
    [
      'a changed body',
      ({ body }) => ({ body: Buffer.from(Buffer.from(body).toString('utf8').replace('"data"', '"DATA"')) }),
      /^Its signature does not verify\.$/,
    ],
    ['a changed nonce', withValue('Wechatpay-Nonce', '0'.repeat(32)), /^Its signature does not verify\.$/],
    [
      'a signature probe',
      withValue('Wechatpay-Signature', `WECHATPAY/SIGNTEST/${'A'.repeat(325)}`),
      /^Its signature does not verify\.$/,
    ],
    [
      'a timestamp that is five minutes old',
      withValue('Wechatpay-Timestamp', String(NOON / 1_000 - 300)),
      /^Its timestamp 1795578900 is 300 seconds from the client's clock\./,
    ],
    ['a timestamp that is no number', withValue('Wechatpay-Timestamp', 'now'), /^Its timestamp now is NaN seconds/],
    [
      'a key that the client does not have',
      withValue('Wechatpay-Serial', '0'.repeat(40)),
      /^It is signed with 0{40}, which the client does not have\.$/,
    ],
    [
      'another type of signature',
      withValue('Wechatpay-Signature-Type', 'WECHATPAY2-SM2-WITH-SM3'),
      /^Wechatpay-Signature-Type is WECHATPAY2-SM2-WITH-SM3\.$/,
    ],
    ...['Nonce', 'Signature', 'Timestamp', 'Serial', 'Signature-Type'].map(
      (name): [string, (answer: WireResponse) => Partial<WireResponse>, RegExp] => [
        `no Wechatpay-${name}`,
        without(`Wechatpay-${name}`),
        new RegExp(`^It has no Wechatpay-${name}\\.$`),
      ],
    ),
    [
      'an unsigned 200',
      ({ headers }) => ({ headers: headers.filter(([name]) => !name.startsWith('Wechatpay-')) }),
      /^It has no Wechatpay-Nonce, Wechatpay-Signature/,
    ],
    ['a signed 401', () => ({ status: 401 }), /^It must not be signed, and has Wechatpay-Nonce/],
    [
      'a 401 with any other header of WeChat Pay',
      ({ headers }) => ({
        status: 401,
        headers: [...headers.filter(([name]) => !name.startsWith('Wechatpay-')), ['wechatpay-else', 'x']],
      }),
      /^It must not be signed, and has wechatpay-else\.$/,
    ],
    [
      'a diagnosis on what has been let in',
      ({ headers }) => ({ headers: [...headers, ['Wechatpay-Mock-Diagnosis', 'proved; method_case']] }),
      /^It has a Wechatpay-Mock-Diagnosis, and is neither a 401 nor an empty 404 or 405\.$/,
    ],
    ['no Content-Type', without('Content-Type'), /^It has no Content-Type\.$/],
    ['another length', withValue('Content-Length', '1'), /^Content-Length is 1, the body has \d+ bytes\.$/],
    ['no Request-ID', without('Request-ID'), /^It has no Request-ID\.$/],
    [
      'the Request-ID of a failure',
      withValue('Request-ID', '08AB-268435461'),
      /^Request-ID is 08AB-268435461 with status 200\.$/,
    ],
    [
      'a header twice',
      ({ headers }) => ({ headers: [...headers, ['wechatpay-nonce', 'x']] }),
      /^It has wechatpay-nonce more than once\.$/,
    ],
    ['a 204 with a body', () => ({ status: 204 }), /^It is 204, and has a body\.$/],
    [
      'a 204 without Content-Type',
      (answer) => ({ status: 204, body: new Uint8Array(0), ...without('Content-Type')(answer) }),
      /^It has no Content-Type\.$/,
    ],
    [
      'a 204 without Content-Length',
      (answer) => ({ status: 204, body: new Uint8Array(0), ...without('Content-Length')(answer) }),
      /^It has no Content-Length\.$/,
    ],
    [
      'a signed empty 404',
      () => ({ status: 404, body: new Uint8Array(0) }),
      /^It must not be signed, and has Wechatpay-Nonce/,
    ],
    [
      'an unsigned 404 with a body',
      ({ headers }) => ({ status: 404, headers: headers.filter(([name]) => !name.startsWith('Wechatpay-')) }),
      /^It has no Wechatpay-Nonce, Wechatpay-Signature/,
    ],
  ])('rejects %s', async ([, tamper, fault], { mock, control }) => {
    const client = createMerchantClient({
      credentials: await control.credentials(),
      now: () => NOON,
      send: async (request) => {
        const answer = await mock.handle(request)
        return { ...answer, ...tamper(answer) }
      },
    })

    const error = await client.request(CERTIFICATES).catch((reason: unknown) => reason)

    expect(error).toBeInstanceOf(UntrustedAnswerError)
    expect((error as UntrustedAnswerError).faults.some((found) => fault.test(found))).toBe(true)
  })

  test('takes an honest answer', async ({ merchant, mock }) => {
    const answer = await merchant.request(CERTIFICATES)

    expect(answer.status).toBe(200)
    expect(answer.serialNo).toBe(mock.platform.certificates[0].serialNo)
    expect(answer.header('content-language')).toBe('zh-CN')
    expect(answer.header('X-Nothing')).toBeUndefined()
    expect(answer.body).toEqual(JSON.parse(Buffer.from(answer.bytes).toString('utf8')))
  })

  test('shows what it got when it cannot trust it', async ({ mock, control }) => {
    const client = createMerchantClient({
      credentials: await control.credentials(),
      now: () => NOON + 3_600_000,
      send: (request) => mock.handle(request),
    })

    await expect(client.request({ ...CERTIFICATES, timestamp: NOON / 1_000 })).rejects.toThrow(
      /^The answer 200 cannot be trusted: Its timestamp .*\n\{"data":/,
    )
  })

  describe('what it sends', () => {
    const sent = async (
      credentials: Parameters<typeof createMerchantClient>[0]['credentials'],
      request: Parameters<ReturnType<typeof createMerchantClient>['request']>[0],
    ) => {
      const requests: WireRequest[] = []
      const client = createMerchantClient({
        credentials,
        send: async (wireRequest) => {
          requests.push(wireRequest)
          return {
            status: 401,
            headers: [
              ['Content-Type', 'application/json; charset=utf-8'],
              ['Content-Length', '0'],
              ['Request-ID', '08AB-1'],
            ],
            body: new Uint8Array(0),
          }
        },
      })
      await client.request(request)
      const [wireRequest] = requests
      if (!wireRequest) throw new Error('Nothing was sent')
      return { ...wireRequest, body: Buffer.from(wireRequest.body).toString('utf8') }
    }

    test.for<[string, unknown, string, string]>([
      ['nothing', undefined, 'GET', ''],
      ['an object, as compact JSON', { a: '券' }, 'POST', '{"a":"券"}'],
      ['text, as it is', '{ "a": 1 }', 'POST', '{ "a": 1 }'],
      ['bytes, as they are', Buffer.from('a=b'), 'POST', 'a=b'],
    ])('as the body: %s', async ([, body, method, text], { control }) => {
      expect(await sent(await control.credentials(), { target: '/v3/a', body })).toMatchObject({ method, body: text })
    })

    test('as headers: the usual ones, with the given ones over them', async ({ control }) => {
      const { headers } = await sent(await control.credentials(), {
        target: '/v3/a',
        body: {},
        headers: { 'User-Agent': undefined, ACCEPT: '*/*', 'Accept-Language': 'en' },
        wechatpaySerial: 'public-key',
      })

      expect(headers).toEqual({
        accept: '*/*',
        'accept-language': 'en',
        'content-type': 'application/json',
        'wechatpay-serial': expect.stringMatching(/^PUB_KEY_ID_/),
        authorization: expect.stringMatching(/^WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="[0-9a-f]{32}",/),
      })
    })

    test('without Authorization when it is told so', async ({ control }) => {
      const { headers } = await sent(await control.credentials(), { target: '/v3/a', authorization: undefined })

      expect(headers).not.toHaveProperty('authorization')
    })
  })

  describe('call', () => {
    test('fills the variables of the path, escaped, and puts the rest into the query of GET', async ({
      merchant,
      control,
    }) => {
      await merchant.call(queryUserCoupon, { openid: 'o/1', coupon_code: '券', appid: 'wx', lang: 'zh CN' })

      expect(await control.journal()).toMatchObject([
        {
          request: { target: '/v3/marketing/busifavor/users/o%2F1/coupons/%E5%88%B8/appids/wx?lang=zh+CN' },
        },
      ])
    })

    test('says which variable is missing', async ({ merchant }) => {
      await expect(merchant.call(queryUserCoupon, { openid: 'o' })).rejects.toMatchObject({
        code: 'MOCK_PATH_VARIABLE',
        message: expect.stringContaining('{coupon_code}'),
      })
    })
  })
})
