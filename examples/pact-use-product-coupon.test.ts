import { expect, test } from 'vitest'
import { Wechatpay } from 'wechatpay-axios-plugin'
import { useProductCoupon } from 'wechatpay-mock'
import { type Connection, time, wechatPayPact } from 'wechatpay-mock/pact'

const pact = wechatPayPact({ consumer: 'my-brand', dir: 'pacts', fresh: true })

const BATCH = { brand_id: '40001', product_coupon_id: '1000000013', stock_id: '1000000013001' }
const COUPON = { ...BATCH, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', coupon_code: 'Code_123456' }
const ORDER = { mchid: '1900000109', out_trade_no: 'MCH_102233445' }
const USE = {
  ...BATCH,
  appid: 'wx1234567889999',
  out_request_no: 'USE_MCH_102233445',
  use_time: '2026-01-05T10:20:30+08:00',
  associated_order_info: ORDER,
}

interface UsedCoupon {
  readonly coupon_state: string
  readonly single_usage_detail: { readonly use_time: string }
}

/** The code under test: uses a coupon of a customer for an order. */
async function use({ url, credentials }: Connection): Promise<string> {
  const wxpay = new Wechatpay({
    mchid: credentials.mchid,
    serial: credentials.merchant_serial_no,
    privateKey: credentials.merchant_private_key,
    certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
    baseURL: url,
  })
  const coupon = `users/${COUPON.openid}/coupons/${COUPON.coupon_code}`
  const use = wxpay.chain(`v3/marketing/partner/product-coupon/${coupon}/use`)
  const { data } = await use.post<object, { data: UsedCoupon }>(USE)
  return `${data.coupon_state} at ${data.single_usage_detail.use_time}`
}

test('uses a product coupon', () =>
  pact
    .upon('a request to use a product coupon')
    .given('a user holds a usable product coupon', COUPON)
    .calls(useProductCoupon, { ...COUPON, ...USE })
    .answers({ coupon_state: 'USED', single_usage_detail: { use_time: time() } })
    .test(async (connection) => {
      expect(await use(connection)).toBe('USED at 2026-01-05T10:20:30+08:00')
    }))

test('is refused a product coupon that another order has', () =>
  pact
    .upon('a request to use a product coupon that is used')
    .given('a product coupon is used', { ...COUPON, out_trade_no: 'ANOTHER' })
    .calls(useProductCoupon, { ...COUPON, ...USE })
    .refuses('already_used')
    .test(async (connection) => {
      await expect(use(connection)).rejects.toMatchObject({ response: { data: { code: 'NOT_ENOUGH' } } })
    }))
