/** A shop with wechatpay-axios-plugin: a step as a line of JSON on standard input, what came of it as a line on standard output. */
import { createHash, createPublicKey } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Aes, Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'

const {
  WECHATPAY_BASE_URL: baseURL,
  WECHATPAY_MCHID: mchid,
  WECHATPAY_MERCHANT_SERIAL_NO: serial,
  WECHATPAY_MERCHANT_PRIVATE_KEY: privateKey,
  WECHATPAY_API_V3_KEY: apiV3Key,
  WECHATPAY_PLATFORM_SERIAL_NO: platformSerial,
  WECHATPAY_PLATFORM_CERTIFICATE: platformCertificate,
  WECHATPAY_PUBLIC_KEY_ID: publicKeyId,
  WECHATPAY_PUBLIC_KEY: publicKey,
} = process.env

const certs = publicKeyId ? { [publicKeyId]: publicKey } : { [platformSerial]: platformCertificate }
const wxpay = new Wechatpay({ mchid, serial, privateKey, certs, ...(baseURL && { baseURL }) })
const { busifavor } = wxpay.v3.marketing
const transfers = wxpay.chain('v3/fund-app/mch-transfer')
const authorization = transfers.userConfirmAuthorization.outAuthorizationNo.$out_authorization_no$
const [[keyId, key]] = Object.entries(certs)
const order = wxpay.v3.pay.transactions.outTradeNo.$out_trade_no$

/** The SDK names no call of transfers: each is made by its path. */
async function withName(call, { user_name, ...fields }) {
  const sealed = Rsa.encrypt(user_name, Rsa.from(key, Rsa.KEY_TYPE_PUBLIC))
  return (await call.post({ ...fields, user_name: sealed }, { headers: { 'Wechatpay-Serial': keyId } })).data
}

/** Downloads what an answer leads to, which is not signed: it goes past the verifier. */
async function file({ download_url }) {
  const { pathname, search } = new URL(download_url)
  return (await wxpay.client.v3.get(pathname + search, { responseType: 'arraybuffer', transformResponse: [] })).data
}

const steps = {
  associate: async (fields) => (await busifavor.coupons.associate.post(fields)).data,
  disassociate: async (fields) => (await busifavor.coupons.disassociate.post(fields)).data,
  use: async (fields) => (await busifavor.coupons.use.post(fields)).data,
  query: async (fields) => (await busifavor.users.$openid$.coupons.$coupon_code$.appids.$appid$.get(fields)).data,
  stock: async (fields) => (await busifavor.stocks.$stock_id$.get(fields)).data,
  patch: async ({ stock_id, ...fields }) => (await busifavor.stocks.$stock_id$.patch(fields, { stock_id })).data || {},
  order: async ({ out_trade_no, ...params }) => (await order.get({ params, out_trade_no })).data,
  close: async ({ out_trade_no, ...fields }) => (await order.close.post(fields, { out_trade_no })).data || {},
  refund: async (fields) => (await wxpay.v3.refund.domestic.refunds.post(fields)).data,
  transfer: (fields) => withName(transfers.transferBills, fields),
  authorized: (fields) => withName(transfers.transferBills.transfer, fields),
  async bill(fields) {
    const { outBillNo, transferBillNo } = transfers.transferBills
    const call = fields.out_bill_no ? outBillNo.$out_bill_no$ : transferBillNo.$transfer_bill_no$
    const { user_name, ...bill } = (await call.get(fields)).data
    return { ...bill, user_name: Rsa.decrypt(user_name, privateKey) }
  },
  cancel: async (fields) => (await transfers.transferBills.outBillNo.$out_bill_no$.cancel.post({}, fields)).data,
  receipt_apply: async (fields) => (await transfers.elecsign.outBillNo.post(fields)).data,
  async receipt(fields) {
    const receipt = (await transfers.elecsign.outBillNo.$out_bill_no$.get(fields)).data
    return {
      ...receipt,
      downloaded: createHash('sha256')
        .update(await file(receipt))
        .digest('hex'),
    }
  },
  async trade_bill(params) {
    const bill = (await wxpay.v3.bill.tradebill.get({ params })).data
    return {
      ...bill,
      downloaded: createHash('sha1')
        .update(await file(bill))
        .digest('hex'),
    }
  },
  authorize: async (fields) => (await transfers.userConfirmAuthorization.post(fields)).data,
  authorization: async (fields) => (await authorization.get(fields)).data,
  revoke: async (fields) => (await authorization.close.post({}, fields)).data,
  async call({ method, arguments: given }) {
    const [verb, path] = method.split(' ')
    return (await wxpay.chain(path)[verb.toLowerCase()](...given)).data || {}
  },
  encrypt: async ({ text }) => ({ text: Rsa.encrypt(text, Rsa.from(key, Rsa.KEY_TYPE_PUBLIC)) }),
  async certificates() {
    const { data } = await wxpay.v3.certificates.get()
    return {
      certificates: data.data.map(({ serial_no, encrypt_certificate: sealed }) => {
        const pem = Aes.AesGcm.decrypt(sealed.ciphertext, apiV3Key, sealed.nonce, sealed.associated_data)
        return {
          serial_no,
          public_key: createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64'),
        }
      }),
    }
  },
  async callback({ headers, body }) {
    const message = Formatter.response(headers['Wechatpay-Timestamp'], headers['Wechatpay-Nonce'], body)
    const key = certs[headers['Wechatpay-Serial']]
    if (!Rsa.verify(message, headers['Wechatpay-Signature'], Rsa.from(key, Rsa.KEY_TYPE_PUBLIC)))
      throw new Error('the signature of the callback does not verify')
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
    return JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data))
  },
}
steps.paid = steps.callback
steps.told = steps.callback
steps.opened = steps.callback

for await (const line of createInterface(process.stdin)) {
  const { step, fields } = JSON.parse(line)
  const outcome = await steps[step](fields).then(
    (answer) => ({ answer }),
    (error) =>
      error.response?.data?.code
        ? { refused: { status: error.response.status, ...error.response.data } }
        : { failed: [error.code, error.message].filter(Boolean).join(': ') },
  )
  console.log(JSON.stringify({ step, ...outcome }))
}
