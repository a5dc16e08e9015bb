import { Wechatpay } from 'wechatpay-axios-plugin'
import { expect, gauntlet, test, type WechatPay } from 'wechatpay-mock/vitest'

/** The shop's own code: links a coupon to an order, and fails unless the answer says that it is done. */
async function link({ credentials }: WechatPay): Promise<string> {
  const wxpay = new Wechatpay({
    mchid: credentials.mchid,
    serial: credentials.merchant_serial_no,
    privateKey: credentials.merchant_private_key,
    certs: Object.fromEntries(credentials.platform_certificates.map((one) => [one.serial_no, one.certificate])),
  })
  const coupon = { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' }
  const { data } = await wxpay.chain('v3/marketing/busifavor/coupons/associate').post(coupon)
  if (!('wechatpay_associate_time' in data)) throw new Error(`Not linked: ${JSON.stringify(data)}`)
  return String(data.wechatpay_associate_time)
}

test.for(gauntlet)('answers: $name, to $expects', async ({ expects, apply }, { wechatpay }) => {
  await apply(wechatpay.mock)

  const outcome = await link(wechatpay).then(
    () => 'accept',
    () => 'reject',
  )

  expect(outcome).toBe(expects)
  wechatpay.mock.faults.assertAllUsed()
})
