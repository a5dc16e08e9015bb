/** A shop with wechatpay-node-v3: a step as a line of JSON on standard input, what came of it as a line on standard output. */
import { createHash, createPublicKey } from 'node:crypto'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import Pay from 'wechatpay-node-v3'

const { PayRequest } = createRequire(import.meta.url)('wechatpay-node-v3/dist/lib/pay-request.js')
const {
  WECHATPAY_BASE_URL: baseURL,
  WECHATPAY_MCHID: mchid,
  WECHATPAY_MERCHANT_PRIVATE_KEY: privateKey,
  WECHATPAY_MERCHANT_CERTIFICATE: merchantCertificate,
  WECHATPAY_API_V3_KEY: apiV3Key,
  WECHATPAY_PLATFORM_SERIAL_NO: platformSerial,
  WECHATPAY_PLATFORM_CERTIFICATE: platformCertificate,
  WECHATPAY_PUBLIC_KEY_ID: publicKeyId,
  WECHATPAY_PUBLIC_KEY: publicKey,
} = process.env
const HOST = 'https://api.mch.weixin.qq.com'

const pay = new Pay({
  appid: 'wx1234567889999',
  mchid,
  // What it calls a public key is the merchant's certificate, which it reads the serial from.
  publicKey: Buffer.from(merchantCertificate),
  privateKey: Buffer.from(privateKey),
  key: apiV3Key,
})
if (baseURL) {
  const transport = new PayRequest()
  pay.createHttp({
    get: (url, headers) => transport.get(url.replace(HOST, baseURL), headers),
    post: (url, params, headers) => transport.post(url.replace(HOST, baseURL), params, headers),
    upload: (url, params, headers) => transport.upload(url.replace(HOST, baseURL), params, headers),
  })
}

/** The SDK has no coupons and no transfers: calls as its own calls are made. */
async function post(path, fields, more) {
  const url = `${HOST}${path}`
  const own = { 'Content-Type': 'application/json', ...more }
  const headers = pay.getHeaders(pay.buildAuthorization('POST', url, fields), own)
  return answerOf(await pay.httpService.post(url, fields, headers))
}

async function patch(path, fields) {
  const url = `${HOST}${path}`
  const headers = pay.getHeaders(pay.buildAuthorization('PATCH', url, fields), { 'Content-Type': 'application/json' })
  return answerOf(await pay.httpService.patch(url, fields, headers))
}

async function get(path) {
  const url = `${HOST}${path}`
  return answerOf(await pay.httpService.get(url, pay.getHeaders(pay.buildAuthorization('GET', url))))
}

function answerOf({ status, data, error, errRaw }) {
  if (error) throw new Error(error, { cause: { status, ...JSON.parse(error) } })
  if (errRaw) throw new Error(`no answer: ${JSON.stringify(errRaw)}`)
  return data || {}
}

/** With the user's name as only WeChat Pay reads it. */
function postNamed(path, { user_name, ...fields }) {
  const sealed = pay.publicEncrypt(user_name, Buffer.from(publicKey ?? platformCertificate))
  return post(path, { ...fields, user_name: sealed }, { 'Wechatpay-Serial': publicKeyId ?? platformSerial })
}

const TRANSFERS = '/v3/fund-app/mch-transfer'
const BUSIFAVOR = '/v3/marketing/busifavor'
const authorizationPath = (number) => `${TRANSFERS}/user-confirm-authorization/out-authorization-no/${number}`

const steps = {
  associate: (fields) => post(`${BUSIFAVOR}/coupons/associate`, fields),
  disassociate: (fields) => post(`${BUSIFAVOR}/coupons/disassociate`, fields),
  use: (fields) => post(`${BUSIFAVOR}/coupons/use`, fields),
  query: ({ openid, coupon_code, appid }) => get(`${BUSIFAVOR}/users/${openid}/coupons/${coupon_code}/appids/${appid}`),
  stock: ({ stock_id }) => get(`${BUSIFAVOR}/stocks/${stock_id}`),
  patch: ({ stock_id, ...fields }) => patch(`${BUSIFAVOR}/stocks/${stock_id}`, fields),
  order: async ({ out_trade_no }) => answerOf(await pay.query({ out_trade_no })),
  close: async ({ out_trade_no }) => answerOf(await pay.close(out_trade_no)),
  refund: async (fields) => answerOf(await pay.refunds(fields)),
  transfer: (fields) => postNamed(`${TRANSFERS}/transfer-bills`, fields),
  authorized: (fields) => postNamed(`${TRANSFERS}/transfer-bills/transfer`, fields),
  async bill({ out_bill_no, transfer_bill_no }) {
    const number = out_bill_no ? `out-bill-no/${out_bill_no}` : `transfer-bill-no/${transfer_bill_no}`
    const { user_name, ...bill } = await get(`${TRANSFERS}/transfer-bills/${number}`)
    return { ...bill, user_name: pay.privateDecrypt(user_name) }
  },
  cancel: ({ out_bill_no }) => post(`${TRANSFERS}/transfer-bills/out-bill-no/${out_bill_no}/cancel`, {}),
  receipt_apply: (fields) => post(`${TRANSFERS}/elecsign/out-bill-no`, fields),
  async receipt({ out_bill_no }) {
    const receipt = await get(`${TRANSFERS}/elecsign/out-bill-no/${out_bill_no}`)
    const { pathname, search } = new URL(receipt.download_url)
    const file = await get(pathname + search)
    return { ...receipt, downloaded: createHash('sha256').update(file).digest('hex') }
  },
  authorize: (fields) => post(`${TRANSFERS}/user-confirm-authorization`, fields),
  authorization: ({ out_authorization_no }) => get(authorizationPath(out_authorization_no)),
  revoke: ({ out_authorization_no }) => post(`${authorizationPath(out_authorization_no)}/close`, {}),
  async certificates() {
    const list = await pay.get_certificates(apiV3Key)
    return {
      certificates: list.map(({ serial_no, publicKey }) => ({
        serial_no,
        public_key: createPublicKey(publicKey).export({ type: 'spki', format: 'der' }).toString('base64'),
      })),
    }
  },
  async callback({ headers, body }) {
    const genuine = await pay.verifySign({
      timestamp: headers['Wechatpay-Timestamp'],
      nonce: headers['Wechatpay-Nonce'],
      serial: headers['Wechatpay-Serial'],
      signature: headers['Wechatpay-Signature'],
      body,
    })
    if (!genuine) throw new Error('the signature of the callback does not verify')
    const { ciphertext, nonce, associated_data } = JSON.parse(body).resource
    return pay.decipher_gcm(ciphertext, associated_data, nonce, apiV3Key)
  },
}
steps.paid = steps.callback
steps.told = steps.callback

for await (const line of createInterface(process.stdin)) {
  const { step, fields } = JSON.parse(line)
  const outcome = await steps[step](fields).then(
    (answer) => ({ answer }),
    ({ cause, message }) => (cause?.code ? { refused: cause } : { failed: message }),
  )
  console.log(JSON.stringify({ step, ...outcome }))
}
