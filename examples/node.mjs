import { Wechatpay } from 'wechatpay-axios-plugin'

const identity = await (await fetch('http://127.0.0.1:8089/_mock/credentials')).json()
const { platform_certificates, platform_public_key } = identity
const certs = Object.fromEntries(platform_certificates.map(({ serial_no, certificate }) => [serial_no, certificate]))
if (platform_public_key) certs[platform_public_key.id] = platform_public_key.public_key

const wxpay = new Wechatpay({
  baseURL: 'http://127.0.0.1:8089/',
  mchid: identity.mchid,
  serial: identity.merchant_serial_no,
  privateKey: identity.merchant_private_key,
  certs,
})

const { data } = await wxpay.v3.marketing.busifavor.coupons.associate.post({
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
})
console.log(data.wechatpay_associate_time)
