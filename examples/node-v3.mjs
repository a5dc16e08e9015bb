// npm install wechatpay-node-v3
import Pay from 'wechatpay-node-v3'

const { env } = process
const pay = new Pay({
  appid: 'wx1234567889999',
  mchid: env.WECHATPAY_MCHID,
  publicKey: Buffer.from(env.WECHATPAY_MERCHANT_CERTIFICATE),
  privateKey: Buffer.from(env.WECHATPAY_MERCHANT_PRIVATE_KEY),
  key: env.WECHATPAY_API_V3_KEY,
})

// The SDK has no coupons: a call of one's own is made as its own calls are.
const url = 'https://api.mch.weixin.qq.com/v3/marketing/busifavor/coupons/associate'
const body = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}
const headers = pay.getHeaders(pay.buildAuthorization('POST', url, body), { 'Content-Type': 'application/json' })
console.log(await pay.httpService.post(url, body, headers))
