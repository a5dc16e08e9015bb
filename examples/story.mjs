import { createServer } from 'node:http'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'

const mock = 'http://127.0.0.1:8089'
const identity = await (await fetch(`${mock}/_mock/credentials`)).json()
const { mchid, platform_certificates, platform_public_key } = identity
const certs = Object.fromEntries(platform_certificates.map(({ serial_no, certificate }) => [serial_no, certificate]))
if (platform_public_key) certs[platform_public_key.id] = platform_public_key.public_key
const wxpay = new Wechatpay({
  baseURL: `${mock}/`,
  mchid,
  serial: identity.merchant_serial_no,
  privateKey: identity.merchant_private_key,
  certs,
})

// The shop's receiver: it verifies and decrypts with the SDK, and takes nothing else.
const events = new Map()
const event = (type) => events.get(type) ?? events.set(type, Promise.withResolvers()).get(type)
const receiver = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  const header = (name) => request.headers[`wechatpay-${name}`]
  const message = Formatter.response(header('timestamp'), header('nonce'), body)
  if (!Rsa.verify(message, header('signature'), certs[header('serial')])) return response.writeHead(401).end()
  const { event_type, resource } = JSON.parse(body)
  const { ciphertext, nonce, associated_data } = resource
  const plaintext = Aes.AesGcm.decrypt(ciphertext, identity.api_v3_key, nonce, associated_data)
  event(event_type).resolve(JSON.parse(plaintext))
  response.end('{"code":"SUCCESS"}')
})
await new Promise((listening) => receiver.listen(0, '127.0.0.1', listening))
const notify_url = `http://127.0.0.1:${receiver.address().port}/notify`

const { busifavor } = wxpay.v3.marketing
const { pay, refund } = wxpay.v3
const number = (name) => `${name}_${Date.now()}`
const appid = 'wx1234567889999'
const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const day = (days) => `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T00:00:00+08:00`

// 1. A batch: ten yuan off a hundred.
await busifavor.callbacks.post({ notify_url })
const { data: stock } = await busifavor.stocks.post({
  stock_name: '满100减10元券',
  belong_merchant: mchid,
  goods_name: '全场商品',
  stock_type: 'NORMAL',
  coupon_use_rule: {
    coupon_available_time: { available_begin_time: day(-1), available_end_time: day(30) },
    fixed_normal_coupon: { discount_amount: 1_000, transaction_minimum: 10_000 },
    use_method: 'OFF_LINE',
  },
  stock_send_rule: { max_coupons: 100, max_coupons_per_user: 5 },
  coupon_code_mode: 'WECHATPAY_MODE',
  notify_config: { notify_appid: appid },
  out_request_no: number('CREATE'),
})
const { stock_id } = stock

// 2. A user receives a coupon, and the shop hears of it.
await busifavor.coupons.send.post({ appid, openid, stock_id, out_request_no: number('SEND') })
const { coupon_code } = await event('COUPON.SEND').promise
console.log(`COUPON.SEND: ${openid} holds ${coupon_code}`)

// 3. The user orders and pays.
const out_trade_no = number('MCH')
await pay.transactions.jsapi.post({
  appid,
  mchid,
  description: '全场商品',
  out_trade_no,
  notify_url,
  amount: { total: 12_000 },
  payer: { openid },
})
await fetch(`${mock}/_mock/orders/${out_trade_no}/pay`, { method: 'POST' })
const { transaction_id, trade_state } = await event('TRANSACTION.SUCCESS').promise
console.log(`TRANSACTION.SUCCESS: ${out_trade_no} is ${trade_state}`)

// 4. The coupon goes with the order, and is redeemed.
const coupon = { stock_id, coupon_code }
await busifavor.coupons.associate.post({ ...coupon, out_trade_no, out_request_no: number('LINK') })
await busifavor.coupons.use.post({ ...coupon, appid, openid, use_time: day(0), use_request_no: number('USE') })

// 5. The user changes their mind: the money goes back, and so does the coupon.
await refund.domestic.refunds.post({
  transaction_id,
  out_refund_no: number('REFUND'),
  notify_url,
  amount: { refund: 12_000, total: 12_000, currency: 'CNY' },
})
await busifavor.coupons.return.post({ ...coupon, return_request_no: number('RETURN') })
// A refund takes five seconds; the mock's clock need not wait for them.
await fetch(`${mock}/_mock/clock/advance`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ duration: 'PT5S' }),
})
const { refund_status } = await event('REFUND.SUCCESS').promise
console.log(`REFUND.SUCCESS: ${refund_status}`)

const { data } = await busifavor.users.$openid$.coupons.$coupon_code$.appids.$appid$.get({ openid, coupon_code, appid })
console.log(`The coupon is ${data.coupon_state}, and went with ${data.associate_out_trade_no}`)
receiver.close()
