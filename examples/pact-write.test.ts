import { expect, test } from 'vitest'
import { Wechatpay } from 'wechatpay-axios-plugin'
import { associateTradeInfo, type Connection, time, wechatPayPact } from 'wechatpay-mock/pact'

const pact = wechatPayPact({ consumer: 'my-shop', dir: 'pacts', fresh: true })

const COUPON = { stock_id: '100088', coupon_code: 'sxxe34343434' }
const LINK = { ...COUPON, out_trade_no: 'MCH_102233445', out_request_no: 'R-1' }

/** The code under test; `url` stands in for https://api.mch.weixin.qq.com. */
async function link({ url, credentials }: Connection) {
  const wxpay = new Wechatpay({
    mchid: credentials.mchid,
    serial: credentials.merchant_serial_no,
    privateKey: credentials.merchant_private_key,
    certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
    baseURL: url,
  })
  return wxpay.chain('v3/marketing/busifavor/coupons/associate').post(LINK)
}

test('links a coupon', () =>
  pact
    .upon('a request to link a coupon')
    .given('a user holds a usable coupon', COUPON)
    .calls(associateTradeInfo, LINK)
    .answers({ wechatpay_associate_time: time() })
    .test(async (connection) => {
      const { data } = await link(connection)
      expect(data).toEqual({ wechatpay_associate_time: '2026-01-05T10:20:30+08:00' })
    }))

test('is refused a coupon that is linked to another order', () =>
  pact
    .upon('a request to link a coupon that has an order')
    .given('a coupon is linked to an order', { ...COUPON, out_trade_no: 'ANOTHER' })
    .calls(associateTradeInfo, LINK)
    .refuses('linked_to_other_order')
    .test(async (connection) => {
      await expect(link(connection)).rejects.toMatchObject({ response: { data: { code: 'INVALID_REQUEST' } } })
    }))
