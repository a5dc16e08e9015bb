import { createHash } from 'node:crypto'
import { describe } from 'vitest'
import Pay from 'wechatpay-node-v3'
import { PayRequest } from 'wechatpay-node-v3/dist/lib/pay-request.js'
import { engineOf } from '../../src/mock.ts'
import { expect, test, type WechatPay } from '../../src/testing/index.ts'
import { formatInstant } from '../../src/wire/protocol/instant.ts'

const COUPON = ['100088', 'sxxe34343434'] as const
const ORDER = 'MCH_102233445'
const ASSOCIATE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: ORDER,
  out_request_no: '1002600620019090123143254435',
}
const HOST = 'https://api.mch.weixin.qq.com'

/** The SDK has no coupons: a shop adds the call in the way in which the SDK's own calls are made. */
class Shop extends Pay {
  associate(body: object) {
    const url = `${HOST}/v3/marketing/busifavor/coupons/associate`
    const headers = this.getHeaders(this.buildAuthorization('POST', url, body), { 'Content-Type': 'application/json' })
    return this.httpService.post(url, body, headers)
  }
}

const shop = ({ credentials }: WechatPay) =>
  new Shop({
    appid: 'wx233544546545989',
    mchid: credentials.mchid,
    // It takes the merchant's certificate for a public key, and its serial from there, in lower case.
    publicKey: Buffer.from(credentials.merchant_certificate),
    privateKey: Buffer.from(credentials.merchant_private_key),
    key: credentials.api_v3_key,
  })

/** The SDK's own transport with another host: the hook that it has for that. */
const throughHook = async (wechatpay: WechatPay): Promise<Shop> => {
  const url = await wechatpay.url()
  const transport = new PayRequest()
  const made = shop(wechatpay)
  made.createHttp({
    get: (target, headers) => transport.get(target.replace(HOST, url), headers),
    post: (target, params, headers) => transport.post(target.replace(HOST, url), params, headers),
    upload: (target, params, headers) => transport.upload(target.replace(HOST, url), params, headers),
  })
  return made
}

describe.for([
  ['over http, through createHttp', false, throughHook],
  ['as it is, through msw', true, async (wechatpay: WechatPay) => shop(wechatpay)],
] as const)('wechatpay-node-v3 %s', ([, intercept, make]) => {
  test.override('wechatpayOptions', { intercept })

  test('links a coupon', async ({ wechatpay }) => {
    const pay = await make(wechatpay)

    expect(await pay.associate(ASSOCIATE)).toEqual({
      status: 200,
      data: { wechatpay_associate_time: expect.stringMatching(/^\d{4}-.*\+08:00$/) },
    })
    await expect(wechatpay.coupon(...COUPON)).toBeAssociatedWith(ORDER)
  })

  test('hands a refusal to its caller', async ({ wechatpay }) => {
    const pay = await make(wechatpay)

    const { status, error } = await pay.associate({ ...ASSOCIATE, coupon_code: 'COUPON_USED' })

    expect(status).toBe(400)
    expect(JSON.parse(error)).toEqual({ code: 'INVALID_REQUEST', message: '券状态非可用态' })
  })

  test('downloads our certificate', async ({ wechatpay }) => {
    const pay = await make(wechatpay)

    const certificates = await pay.get_certificates(wechatpay.credentials.api_v3_key)

    const ours = engineOf(wechatpay.mock).platform.certificates[0]
    expect(certificates).toMatchObject([{ serial_no: ours.serialNo }])
    expect(certificates[0]?.publicKey?.trim()).toBe(
      ours.publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
    )
  })

  test('downloads a bill, whose digest it was told', async ({ wechatpay }) => {
    const pay = await make(wechatpay)
    // Its bill is there at any time of the day.
    const bill_date = formatInstant(wechatpay.mock.clock.now() - 2 * 86_400_000).slice(0, 10)
    await wechatpay.control.addOrder({ success_time: `${bill_date}T12:00:00+08:00` })

    const { data } = await pay.tradebill({ bill_date, bill_type: 'ALL' })
    const bill = await pay.downloadBill(data.download_url)

    expect(createHash('sha1').update(bill.data).digest('hex')).toBe(data.hash_value)
  })

  test('verifies an answer with the certificate that it downloads for it, and no other', async ({ wechatpay }) => {
    const pay = await make(wechatpay)
    const answer = await wechatpay.client.request({
      target: '/v3/marketing/busifavor/coupons/associate',
      body: ASSOCIATE,
    })
    const signed = {
      timestamp: answer.header('Wechatpay-Timestamp') ?? '',
      nonce: answer.header('Wechatpay-Nonce') ?? '',
      serial: answer.header('Wechatpay-Serial') ?? '',
      signature: answer.header('Wechatpay-Signature') ?? '',
      body: Buffer.from(answer.bytes).toString('utf8'),
    }

    expect(await pay.verifySign(signed)).toBe(true)
    expect(await pay.verifySign({ ...signed, body: signed.body.replace('+08:00', '+09:00') })).toBe(false)
    expect(await pay.verifySign({ ...signed, nonce: '0'.repeat(32) })).toBe(false)
  })
})
