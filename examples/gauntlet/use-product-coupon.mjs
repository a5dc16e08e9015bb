// npx wechatpay-mock gauntlet --seed use-product-coupon.json -- node use-product-coupon.mjs
import { Wechatpay } from 'wechatpay-axios-plugin'

const { env } = process
const wxpay = new Wechatpay({
  baseURL: env.WECHATPAY_BASE_URL,
  mchid: env.WECHATPAY_MCHID,
  serial: env.WECHATPAY_MERCHANT_SERIAL_NO,
  privateKey: env.WECHATPAY_MERCHANT_PRIVATE_KEY,
  certs: { [env.WECHATPAY_PLATFORM_SERIAL_NO]: env.WECHATPAY_PLATFORM_CERTIFICATE },
})

const coupon = 'users/oUpF8uMuAJO_M2pxb1Q9zNjWeS6o/coupons/Code_123456'
const { data } = await wxpay.chain(`v3/marketing/partner/product-coupon/${coupon}/use`).post({
  brand_id: '40001',
  product_coupon_id: '1000000013',
  stock_id: '1000000013001',
  appid: 'wx1234567889999',
  out_request_no: 'USE_MCH_102233445',
  use_time: new Date().toISOString(),
  associated_order_info: { mchid: '1900000109', out_trade_no: 'MCH_102233445' },
})
// The status is not signed, but the state is.
if (data.coupon_state !== 'USED') throw new Error(`not used: ${JSON.stringify(data)}`)
console.log('used at', data.single_usage_detail.use_time)
