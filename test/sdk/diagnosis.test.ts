import { describe } from 'vitest'
import { Wechatpay } from 'wechatpay-axios-plugin'
import { expect, test } from '../../src/testing/index.ts'
import { type PassingRequest, tamperingProxy } from './tampering-proxy.ts'

const ASSOCIATE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}

/** Middlemen between a shop and WeChat Pay, and their changes to requests. */
const MISTAKES: Readonly<Record<string, readonly [(request: PassingRequest) => void, string]>> = {
  'serialises the body anew, over several lines': [
    (request) => {
      request.body = JSON.stringify(JSON.parse(request.body), null, 2)
    },
    'body_compacted',
  ],
  'sorts the members': [
    (request) => {
      request.body = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(request.body) as object).sort()))
    },
    'body_fields_reordered',
  ],
  'adds a member': [
    (request) => {
      request.body = request.body.replace('}', ',"traced":true}')
    },
    'body_field_missing',
  ],
  'adds a parameter': [
    (request) => {
      request.target += '?traced=1'
    },
    'url_query_missing',
  ],
}

describe('a request signed by wechatpay-axios-plugin, and then altered', () => {
  test.override('wechatpayOptions', { intercept: false })

  test.for(Object.entries(MISTAKES))(
    'by a proxy that %s, is explained by name',
    async ([, [change, name]], { wechatpay }) => {
      const proxy = await tamperingProxy(await wechatpay.url(), () => {}, change)
      const { credentials } = wechatpay
      const [certificate] = credentials.platform_certificates
      const wxpay = new Wechatpay({
        mchid: credentials.mchid,
        serial: credentials.merchant_serial_no,
        privateKey: credentials.merchant_private_key,
        certs: { [certificate?.serial_no ?? '']: certificate?.certificate ?? '' },
        baseURL: proxy.url,
      })

      const failure = await wxpay
        .chain('v3/marketing/busifavor/coupons/associate')
        .post(ASSOCIATE)
        .then(
          () => undefined,
          (error: { response: { status: number; headers: Record<string, string> } }) => error.response,
        )
      await proxy.close()

      expect(failure?.status).toBe(401)
      expect(failure?.headers['wechatpay-mock-diagnosis']).toBe(`proved; ${name}`)
      expect((await wechatpay.control.journal()).at(-1)?.remarks).toMatchObject([
        {
          about: 'signature',
          verdict: 'proved',
          causes: [{ name }],
          expected_message: expect.stringContaining('\n'),
          signed_message: expect.stringContaining(`\n${JSON.stringify(ASSOCIATE)}\n`),
          difference: { expected: expect.any(String), signed: expect.any(String) },
        },
      ])
    },
  )
})
