/** A shop with wechatpay-node-v3: a step as a line of JSON on standard input, what came of it as a line on standard output. */
import { createPublicKey } from 'node:crypto'
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

/** The SDK has no coupons: calls as its own calls are made. */
async function post(path, fields) {
  const url = `${HOST}${path}`
  const headers = pay.getHeaders(pay.buildAuthorization('POST', url, fields), { 'Content-Type': 'application/json' })
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

const BUSIFAVOR = '/v3/marketing/busifavor'
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

for await (const line of createInterface(process.stdin)) {
  const { step, fields } = JSON.parse(line)
  const outcome = await steps[step](fields).then(
    (answer) => ({ answer }),
    ({ cause, message }) => (cause?.code ? { refused: cause } : { failed: message }),
  )
  console.log(JSON.stringify({ step, ...outcome }))
}
