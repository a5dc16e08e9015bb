import { EventEmitter, once } from 'node:events'
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
const events = new EventEmitter()
const receiver = createServer(async (request, response) => {
  const body = (await request.toArray()).join('')
  const header = (name) => request.headers[`wechatpay-${name}`]
  const message = Formatter.response(header('timestamp'), header('nonce'), body)
  if (!Rsa.verify(message, header('signature'), certs[header('serial')])) return response.writeHead(401).end()
  const { event_type, resource } = JSON.parse(body)
  const { ciphertext, nonce, associated_data } = resource
  const plaintext = Aes.AesGcm.decrypt(ciphertext, identity.api_v3_key, nonce, associated_data)
  events.emit(event_type, JSON.parse(plaintext))
  response.end('{"code":"SUCCESS"}')
})
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')

// 1. The coupon of a user goes with an order: whoever sent that user here has earned a commission.
const out_trade_no = 'MCH_102233445'
const { data: link } = await wxpay.v3.marketing.busifavor.coupons.associate.post({
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no,
  out_request_no: 'LINK_102233445',
})
console.log(`linked to ${out_trade_no} at ${link.wechatpay_associate_time}`)

// 2. The shop pays it out: five yuan, to somebody whose name it knows, encrypted with a key of the platform.
const [serial, key] = Object.entries(certs).at(-1)
const promoter = 'oPromoter00000000000000000001'
const out_bill_no = process.argv[2] ?? `FY${Date.now()}`
const commission = {
  appid: 'wx0000000000000001',
  out_bill_no,
  transfer_scene_id: '1005',
  openid: promoter,
  user_name: Rsa.encrypt('张三', key),
  transfer_amount: 500,
  transfer_remark: `订单 ${out_trade_no} 返佣`,
  notify_url: `http://127.0.0.1:${receiver.address().port}/notify`,
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广订单返佣' },
  ],
}
const bills = wxpay.chain('v3/fund-app/mch-transfer/transfer-bills')
const pay = () => bills.post(commission, { headers: { 'Wechatpay-Serial': serial } })
const { data: bill } = await pay().catch(({ response }) => {
  // With no answer, or one from 500 on, nothing is known: the same number again is the same transfer.
  if (!(response?.status < 500)) return pay()
  throw new Error(`${response.status} ${response.data.code}: ${response.data.message}`)
})
console.log(`${out_bill_no} is ${bill.state}`)

// 3. No answer says that the money arrived: the promoter confirms on the phone, which opens the page with package_info.
const finished = once(events, 'MCHTRANSFER.BILL.FINISHED')
await fetch(`${mock}/_mock/transfers/${out_bill_no}/confirm`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ package_info: bill.package_info, openid: promoter }),
})
const [{ state, transfer_amount }] = await finished
console.log(`MCHTRANSFER.BILL.FINISHED: ${state}, ${transfer_amount} fen`)

// 4. A shop that heard nothing asks.
const { data } = await bills.outBillNo.$out_bill_no$.get({ out_bill_no })
console.log(`${data.out_bill_no} is ${data.state} since ${data.update_time}`)
receiver.close()
