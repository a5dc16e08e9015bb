import { describe, expect, test } from 'vitest'
import { Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import { diagnoseSignature } from '../../../src/wire/diagnosis/diagnose.ts'
import { parseAuthorization } from '../../../src/wire/protocol/authorization.ts'
import { vectors } from '../protocol/vectors.ts'
import { merchantKey, otherMerchantKey, platformKey } from './failure.ts'
import { named } from './told.ts'

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

/** The verdict and the causes in one text. */
const told = (recorded: Recorded) => {
  const { verdict, causes } = explain(recorded)
  return causes.length === 0 ? verdict : named(causes)
}

describe('a request signed by wechatpay-axios-plugin', () => {
  const path = 'v3/marketing/busifavor/coupons/associate'
  const post = () => record((wxpay, options) => wxpay.chain(path).post(DATA, options))
  const get = () =>
    record((wxpay, options) =>
      wxpay.chain('v3/certificates').get({ ...options, params: { algorithm_type: 'ALL', tag: 'a' } }),
    )

  test('verifies as it is sent', async () => {
    expect([told(await post()), told(await get())]).toEqual(['verifies', 'verifies'])
  })

  const php = (text: string) =>
    text.replaceAll('/', '\\/').replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`)
  const sorted = (text: string) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text) as object).sort()))

  test.for<readonly [change: (recorded: Recorded) => Partial<Recorded>, causes: string]>([
    [({ body }) => ({ body: JSON.stringify(JSON.parse(body), null, 2) }), 'body_compacted'],
    // A proxy in Python, in PHP, in Go.
    [({ body }) => ({ body: body.replaceAll('","', '", "').replaceAll('":"', '": "') }), 'body_compacted'],
    [({ body }) => ({ body: php(body) }), 'body_unicode_unescaped + body_slashes_unescaped'],
    [({ body }) => ({ body: body.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e') }), 'body_html_unescaped'],
    [({ body }) => ({ body: sorted(body) }), `body_fields_reordered(${Object.keys(DATA).join(', ')})`],
    [({ body }) => ({ body: body.replace('}', ',"traced":true}') }), 'body_field_missing(traced)'],
    [() => ({ body: '' }), 'message_unknown'],
    // Gateways.
    [({ target }) => ({ target: `/wechat${target}` }), 'url_prefix_missing(/wechat)'],
    [({ target }) => ({ target: target.replace('/v3', '') }), 'url_prefix_added(/v3)'],
    [({ target }) => ({ target: `${target}/` }), 'url_trailing_slash_missing'],
    [({ target }) => ({ target: `${target}?_=1` }), 'url_query_missing'],
    [() => ({ method: 'PUT' }), 'method_other(POST)'],
  ])('that is changed on its way: %s, is told as %s', async ([change, causes]) => {
    const recorded = await post()

    expect(told({ ...recorded, ...change(recorded) })).toBe(causes)
  })

  test('whose query is changed on its way is told too', async () => {
    const recorded = await get()
    const { target } = recorded

    expect(told({ ...recorded, target: target.replace(/\?(.*)&(.*)/, '?$2&$1') })).toMatch(/^url_parameters_reordered/)
    expect(told({ ...recorded, target: `${target}&traced=1` })).toBe('url_parameter_missing(traced)')
  })

  test.for<readonly [Parameters<typeof Formatter.request>, causes: string]>([
    [['POST', '/v3/pay/transactions/id/abc', '1700000000', 'N0nce', '{}'], 'url_lower_case'],
    [['POST', '/v3/pay/transactions/id/ABC', '1700000000', 'N0nce', ''], 'body_missing'],
    [['post', '/v3/pay/transactions/id/ABC', '1700000000', 'N0nce', '{}'], 'method_case(post)'],
  ])('by its own Formatter and Rsa, given %s: %s', ([message, causes]) => {
    const signature = Rsa.sign(Formatter.request(...message), merchantKey.privateKey)
    const { mchid } = vectors.constants
    const authorization = Formatter.authorization(mchid, 'N0nce', signature, '1700000000', merchantKey.serialNo)

    expect(told({ method: 'POST', target: '/v3/pay/transactions/id/ABC', body: '{}', authorization })).toBe(causes)
  })
})

/** Mistakes that the notes of the vectors describe. */
test.for([
  ['query-left-out-of-message', /^url_query_missing$/],
  ['signed-decoded-url', /^url_decoded\(percent\)$/],
  ['message-without-final-lf', /^final_line_feed_missing$/],
  ['message-with-crlf', /^line_ends\(CRLF\)$/],
  ['empty-body-line-missing', /^final_line_feed_missing$/],
  ['lower-case-method', /^method_case\(post\)$/],
  ['full-url-in-message', /^url_host\(https:\/\/api\.mch\.weixin\.qq\.com\)$/],
  [
    'wrong-private-key',
    new RegExp(`^key_of_another_merchant\\(${otherMerchantKey.mchid} ${otherMerchantKey.serialNo}\\)$`),
  ],
  ['pss-padding', /^padding_pss\(\d+\)$/],
  ['sha1-digest', /^digest_sha1$/],
  ['header-timestamp-differs', /^timestamp_differs\(1700000000\)$/],
  ['millisecond-timestamp', /^verifies$/],
  ['reordered-json', /^body_fields_reordered\(.+\)$/],
  ['tampered-body', /^message_unknown$/],
  ['tampered-query', /^message_unknown$/],
  ['header-nonce-differs', /^message_unknown$/],
] as const)('the vector %s', ([id, causes]) => {
  const vector = vectors.requests_negative.find((negative) => negative.id === id)
  const recorded = {
    method: vector?.method ?? '',
    target: vector?.request_target ?? '',
    body: vector?.wire_body_utf8 ?? '',
    authorization: vector?.headers.Authorization ?? '',
  }

  expect(told(recorded)).toMatch(causes)
})
