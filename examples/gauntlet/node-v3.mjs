// npx wechatpay-mock gauntlet -- node node-v3.mjs
import Pay from 'wechatpay-node-v3'
import { PayRequest } from 'wechatpay-node-v3/dist/lib/pay-request.js'

const { env } = process
const HOST = 'https://api.mch.weixin.qq.com'
const pay = new Pay({
  appid: 'wx233544546545989',
  mchid: env.WECHATPAY_MCHID,
  publicKey: Buffer.from(env.WECHATPAY_MERCHANT_CERTIFICATE),
  privateKey: Buffer.from(env.WECHATPAY_MERCHANT_PRIVATE_KEY),
  key: env.WECHATPAY_API_V3_KEY,
})
const transport = new PayRequest()
pay.createHttp({
  get: (url, headers) => transport.get(url.replace(HOST, env.WECHATPAY_BASE_URL), headers),
  post: (url, params, headers) => transport.post(url.replace(HOST, env.WECHATPAY_BASE_URL), params, headers),
  upload: (url, params, headers) => transport.upload(url.replace(HOST, env.WECHATPAY_BASE_URL), params, headers),
})

const url = `${HOST}/v3/marketing/busifavor/coupons/associate`
const coupon = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}
const headers = pay.getHeaders(pay.buildAuthorization('POST', url, coupon), { 'Content-Type': 'application/json' })
const { status, data, error } = await pay.httpService.post(url, coupon, headers)
if (status !== 200) throw new Error(`refused with ${status}: ${error}`)
console.log('linked at', data.wechatpay_associate_time)
