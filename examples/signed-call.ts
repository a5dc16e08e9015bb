import { createPrivateKey, randomBytes } from 'node:crypto'
import { createMock } from 'wechatpay-mock'
import { wellKnownCredentials } from 'wechatpay-mock/fixtures'
import { formatAuthorization, signRequest, timestampOf } from 'wechatpay-mock/protocol'

const { mchid, merchant_serial_no, merchant_private_key } = wellKnownCredentials
const request = {
  method: 'GET',
  target: '/v3/certificates',
  timestamp: timestampOf(Date.now()),
  nonce: randomBytes(16).toString('hex'),
  body: Buffer.alloc(0),
}
const signed = await signRequest(request, {
  identity: mchid,
  serialNo: merchant_serial_no,
  privateKey: createPrivateKey(merchant_private_key),
})
const headers = { Accept: 'application/json', 'User-Agent': 'shop', Authorization: formatAuthorization(signed) }
const answer = await createMock().fetch(new Request(`https://api.mch.weixin.qq.com${request.target}`, { headers }))
console.log(answer.status, answer.headers.has('Wechatpay-Signature'))
