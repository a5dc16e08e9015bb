import { describe, expect, test } from 'vitest'
import { Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import type { Cause } from '../../src/diagnosis/cause.ts'
import { diagnoseSignature } from '../../src/diagnosis/diagnose.ts'
import { parseAuthorization } from '../../src/protocol/authorization.ts'
import { vectors } from '../protocol/vectors.ts'
import { merchantKey, otherMerchantKey, platformKey } from './failure.ts'

interface Recorded {
  readonly method: string
  readonly target: string
  readonly body: string
  readonly authorization: string
}

const DATA = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
  comment: '八月券 <https://shop.example/券>',
}

/** Records the request that the SDK would put on the wire, in place of the network. */
async function record(
  call: (wxpay: Wechatpay, options: { adapter: (config: AdapterConfig) => Promise<never> }) => Promise<unknown>,
): Promise<Recorded> {
  let recorded: Recorded | undefined
  const wxpay = new Wechatpay({
    mchid: vectors.constants.mchid,
    serial: merchantKey.serialNo,
    privateKey: vectors.keys.merchant.private_key_pem,
    certs: { [platformKey.serialNo]: vectors.keys.platform_certificate.cert_pem },
  })
  const adapter = async (config: AdapterConfig): Promise<never> => {
    const { pathname, search } = new URL(config.url, config.baseURL)
    const query = config.params === undefined ? search : `?${new URLSearchParams(config.params)}`
    recorded = {
      method: config.method.toUpperCase(),
      target: pathname + query,
      body: config.data ?? '',
      authorization: config.headers.get('Authorization'),
    }
    throw new Error('recorded')
  }
  await expect(call(wxpay, { adapter })).rejects.toThrow('recorded')
  if (!recorded) throw new Error('The SDK sent nothing')
  return recorded
}

interface AdapterConfig {
  readonly method: string
  readonly url: string
  readonly baseURL: string
  readonly params?: Record<string, string>
  readonly data?: string
  readonly headers: { get(name: string): string }
}

function explain({ method, target, body, authorization }: Recorded) {
  const parsed = parseAuthorization(authorization)
  if (typeof parsed === 'string') throw new Error(parsed)
  return diagnoseSignature({
    request: { method, target, headers: { host: 'api.mch.weixin.qq.com' }, body: Buffer.from(body) },
    authorization: parsed,
    key: merchantKey,
    otherKeys: [otherMerchantKey, platformKey],
  })
}

describe('a request signed by wechatpay-axios-plugin', () => {
  const path = 'v3/marketing/busifavor/coupons/associate'
  const post = () => record((wxpay, options) => wxpay.chain(path).post(DATA, options))
  const get = () =>
    record((wxpay, options) =>
      wxpay.chain('v3/certificates').get({ ...options, params: { algorithm_type: 'ALL', tag: 'a' } }),
    )

  test('verifies as it is sent', async () => {
    expect(explain(await post())).toMatchObject({ verdict: 'verifies' })
    expect(explain(await get())).toMatchObject({ verdict: 'verifies' })
  })

  const php = (text: string) =>
    text.replaceAll('/', '\\/').replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)

  test.for<readonly [string, (recorded: Recorded) => Partial<Recorded>, readonly Cause[]]>([
    [
      'a proxy formats the JSON',
      ({ body }) => ({ body: JSON.stringify(JSON.parse(body), null, 2) }),
      [{ name: 'body_compacted' }],
    ],
    [
      'a proxy in Python serialises anew',
      ({ body }) => ({ body: body.replaceAll('","', '", "').replaceAll('":"', '": "') }),
      [{ name: 'body_compacted' }],
    ],
    [
      'a proxy in PHP serialises anew',
      ({ body }) => ({ body: php(body) }),
      [{ name: 'body_unicode_unescaped' }, { name: 'body_slashes_unescaped' }],
    ],
    [
      'a proxy in Go serialises anew',
      ({ body }) => ({ body: body.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e') }),
      [{ name: 'body_html_unescaped' }],
    ],
    [
      'a proxy sorts the members',
      ({ body }) => ({ body: JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as object).sort())) }),
      [{ name: 'body_fields_reordered', value: 'stock_id, coupon_code, out_trade_no, out_request_no, comment' }],
    ],
    [
      'a proxy adds a member',
      ({ body }) => ({ body: body.replace('}', ',"traced":true}') }),
      [{ name: 'body_field_missing', value: 'traced' }],
    ],
    ['a proxy drops the body', () => ({ body: '' }), []],
    [
      'a gateway puts a prefix in front',
      ({ target }) => ({ target: `/wechat${target}` }),
      [{ name: 'url_prefix_missing', value: '/wechat' }],
    ],
    [
      'a gateway takes a prefix off',
      ({ target }) => ({ target: target.replace('/v3', '') }),
      [{ name: 'url_prefix_added', value: '/v3' }],
    ],
    ['a router adds a slash', ({ target }) => ({ target: `${target}/` }), [{ name: 'url_trailing_slash_missing' }]],
    ['a cache buster adds a parameter', ({ target }) => ({ target: `${target}?_=1` }), [{ name: 'url_query_missing' }]],
    ['a proxy changes the method', () => ({ method: 'PUT' }), [{ name: 'method_other', value: 'POST' }]],
  ])('%s', async ([, change, causes]) => {
    const recorded = await post()

    const diagnosis = explain({ ...recorded, ...change(recorded) })

    if (causes.length === 0) expect(diagnosis).toMatchObject({ verdict: 'message_unknown', causes: [] })
    else expect(diagnosis).toMatchObject({ verdict: 'proved', causes })
  })

  test.for<readonly [string, (target: string) => string, readonly Cause[]]>([
    ['sorted', (target) => target.replace(/\?(.*)&(.*)/, '?$2&$1'), [{ name: 'url_parameters_reordered' }]],
    ['with a parameter more', (target) => `${target}&traced=1`, [{ name: 'url_parameter_missing', value: 'traced' }]],
  ])('a query that arrives %s', async ([, change, causes]) => {
    const recorded = await get()

    expect(explain({ ...recorded, target: change(recorded.target) })).toMatchObject({ verdict: 'proved', causes })
  })

  test.for<readonly [string, Parameters<typeof Formatter.request>, readonly Cause[]]>([
    [
      'the path in lower case',
      ['POST', '/v3/pay/transactions/id/abc', '1700000000', 'N0nce', '{}'],
      [{ name: 'url_lower_case' }],
    ],
    [
      'the query left out',
      ['POST', '/v3/pay/transactions/id/ABC', '1700000000', 'N0nce', ''],
      [{ name: 'body_missing' }],
    ],
    [
      'a method as axios keeps it',
      ['post', '/v3/pay/transactions/id/ABC', '1700000000', 'N0nce', '{}'],
      [{ name: 'method_case', value: 'post' }],
    ],
  ])('its own Formatter and Rsa, given %s', ([, message, causes]) => {
    const signature = Rsa.sign(Formatter.request(...message), merchantKey.privateKey)
    const authorization = Formatter.authorization(
      vectors.constants.mchid,
      'N0nce',
      signature,
      '1700000000',
      merchantKey.serialNo,
    )

    expect(explain({ method: 'POST', target: '/v3/pay/transactions/id/ABC', body: '{}', authorization })).toMatchObject(
      {
        verdict: 'proved',
        causes,
      },
    )
  })
})

describe('the vectors', () => {
  /** Mistakes that the notes of the vectors describe. */
  const CAUSES: Readonly<Record<string, readonly Cause[]>> = {
    'query-left-out-of-message': [{ name: 'url_query_missing' }],
    'signed-decoded-url': [{ name: 'url_decoded', value: 'percent' }],
    'message-without-final-lf': [{ name: 'final_line_feed_missing' }],
    'message-with-crlf': [{ name: 'line_ends', value: 'CRLF' }],
    'empty-body-line-missing': [{ name: 'final_line_feed_missing' }],
    'lower-case-method': [{ name: 'method_case', value: 'post' }],
    'full-url-in-message': [{ name: 'url_host', value: 'https://api.mch.weixin.qq.com' }],
    'wrong-private-key': [
      { name: 'key_of_another_merchant', value: `${otherMerchantKey.mchid} ${otherMerchantKey.serialNo}` },
    ],
    'pss-padding': [{ name: 'padding_pss' }],
    'sha1-digest': [{ name: 'digest_sha1' }],
    'header-timestamp-differs': [{ name: 'timestamp_differs', value: '1700000000' }],
    'millisecond-timestamp': [],
    'reordered-json': [{ name: 'body_fields_reordered' }],
  }

  test.for(Object.entries(CAUSES))('%s', ([id, causes]) => {
    const vector = vectors.requests_negative.find((negative) => negative.id === id)
    const diagnosis = explain({
      method: vector?.method ?? '',
      target: vector?.request_target ?? '',
      body: vector?.wire_body_utf8 ?? '',
      authorization: vector?.headers.Authorization ?? '',
    })

    expect(diagnosis).toMatchObject(causes.length === 0 ? { verdict: 'verifies' } : { verdict: 'proved', causes })
  })

  test.for(['tampered-body', 'tampered-query', 'header-nonce-differs'])('%s: only that the message differs', (id) => {
    const vector = vectors.requests_negative.find((negative) => negative.id === id)

    expect(
      explain({
        method: vector?.method ?? '',
        target: vector?.request_target ?? '',
        body: vector?.wire_body_utf8 ?? '',
        authorization: vector?.headers.Authorization ?? '',
      }),
    ).toMatchObject({
      verdict: 'message_unknown',
      causes: [],
      algorithm: 'sha256',
      signer: { serialNo: merchantKey.serialNo },
    })
  })
})
