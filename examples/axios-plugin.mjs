// npm install wechatpay-axios-plugin
import { Wechatpay } from 'wechatpay-axios-plugin'

const { env } = process
const wxpay = new Wechatpay({
  mchid: env.WECHATPAY_MCHID,
  serial: env.WECHATPAY_MERCHANT_SERIAL_NO,
  privateKey: env.WECHATPAY_MERCHANT_PRIVATE_KEY,
  certs: {
    [env.WECHATPAY_PLATFORM_SERIAL_NO]: env.WECHATPAY_PLATFORM_CERTIFICATE,
    [env.WECHATPAY_PUBLIC_KEY_ID]: env.WECHATPAY_PUBLIC_KEY,
  },
})

const { data } = await wxpay.v3.marketing.busifavor.coupons.associate.post({
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
})
console.log(data.wechatpay_associate_time)
