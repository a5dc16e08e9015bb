import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import type { WireResponse } from '../../../src/engine/http-message.ts'
import { headerOf } from '../../../src/testing/answer-faults.ts'
import { timestampOf } from '../../../src/wire/protocol/authorization.ts'
import { probeSignature } from '../../../src/wire/protocol/signature.ts'
import { signedAgain, withHeader } from '../repair.ts'
import { type Variant, withAnswers, withHandle } from '../variant.ts'

const LINKED = 'a request to link a coupon to an order: '
const DOES_NOT_VERIFY = `${LINKED}Its signature does not verify.`

const { merchant, platform } = wellKnownIdentity()
const merchantKey = createPrivateKey(merchant.privateKey)
const [certificate] = platform.certificates

function unsigned(answer: WireResponse): WireResponse {
  return { ...answer, headers: answer.headers.filter(([name]) => !name.startsWith('Wechatpay-')) }
}

/** Answers that are signed later or earlier than the client's clock shows. */
function signedAt(name: string, offSeconds: number): Variant {
  return withAnswers({ name, caughtBy: `${LINKED}Its timestamp` }, (answer) => {
    const right = headerOf(answer, 'Wechatpay-Timestamp')
    if (right === undefined) return answer
    return signedAgain(withHeader(answer, 'Wechatpay-Timestamp', String(Number(right) + offSeconds)))
  })
}

/** Signatures of answers that no client may accept. */
export const brokenSignatures: readonly Variant[] = [
  withAnswers({ name: '2xx unsigned', caughtBy: LINKED }, (answer) =>
    answer.status < 300 ? unsigned(answer) : answer,
  ),
  withAnswers({ name: 'refusals unsigned', caughtBy: 'a request to link a coupon that is used: ' }, (answer) =>
    answer.status >= 400 ? unsigned(answer) : answer,
  ),
  withAnswers({ name: 'signed with the key of the merchant', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { key: merchantKey }),
  ),
  withAnswers({ name: 'signed with the other platform key', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { key: platform.publicKey.privateKey }),
  ),
  unknownKey(),
  withAnswers({ name: 'signed over a body that is written anew', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { body: Buffer.from(JSON.stringify(JSON.parse(String(Buffer.from(answer.body))), null, 2)) }),
  ),
  withAnswers({ name: 'signed over an empty body', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { body: Buffer.from('') }),
  ),
  withAnswers({ name: 'signed with another nonce', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { nonce: '0'.repeat(32) }),
  ),
  withAnswers({ name: 'signed with another timestamp', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { timestamp: '1' }),
  ),
  withAnswers({ name: 'body changed after it was signed', caughtBy: DOES_NOT_VERIFY }, (answer) => {
    const body = Buffer.from(`${Buffer.from(answer.body)}\n`)
    return { ...withHeader(answer, 'Content-Length', String(body.length)), body }
  }),
  withAnswers({ name: 'signature probe in place of a signature', caughtBy: DOES_NOT_VERIFY }, (answer) => {
    const signature = headerOf(answer, 'Wechatpay-Signature')
    return signature === undefined ? answer : withHeader(answer, 'Wechatpay-Signature', probeSignature(signature))
  }),
  withAnswers({ name: 'signature in hex', caughtBy: LINKED }, (answer) => {
    const signature = headerOf(answer, 'Wechatpay-Signature')
    return withHeader(answer, 'Wechatpay-Signature', signature && Buffer.from(signature, 'base64').toString('hex'))
  }),
  signedAt('timestamp ten minutes old', -600),
  signedAt('timestamp an hour ahead', 3_600),
  withAnswers({ name: 'timestamp in milliseconds', caughtBy: LINKED }, (answer) => {
    const right = headerOf(answer, 'Wechatpay-Timestamp')
    return right === undefined ? answer : signedAgain(withHeader(answer, 'Wechatpay-Timestamp', `${right}000`))
  }),
  withAnswers({ name: 'serial that no one knows', caughtBy: LINKED }, (answer) =>
    withHeader(answer, 'Wechatpay-Serial', '0'.repeat(40)),
  ),
  withAnswers({ name: 'serial of the merchant', caughtBy: LINKED }, async (answer) =>
    withHeader(await signedAgain(answer, { key: merchantKey }), 'Wechatpay-Serial', merchant.serialNo),
  ),
  withAnswers({ name: 'serial in lower case', caughtBy: LINKED }, (answer) =>
    withHeader(answer, 'Wechatpay-Serial', headerOf(answer, 'Wechatpay-Serial')?.toLowerCase()),
  ),
  withHandle(
    {
      name: 'answered with the certificate when the public key is asked for',
      caughtBy: 'a request to link a coupon that asks to be answered with the public key: ',
    },
    (handle) => async (request) => {
      const answer = await handle(request)
      if (!headerOf(answer, 'Wechatpay-Serial')?.startsWith('PUB_KEY_ID_')) return answer
      return signedAgain(withHeader(answer, 'Wechatpay-Serial', certificate.serialNo))
    },
  ),
  withHandle(
    {
      name: 'answered with the public key when the certificate is asked for',
      caughtBy: 'a request to link a coupon that asks to be answered with the platform certificate: ',
    },
    (handle) => (request) => {
      const headers = { ...request.headers, 'wechatpay-serial': platform.publicKey.serialNo }
      return handle(request.headers['wechatpay-serial'] === certificate.serialNo ? { ...request, headers } : request)
    },
  ),
  withAnswers({ name: '401 signed', caughtBy: 'a request to link a coupon: It must not be signed' }, (answer) => {
    if (answer.status !== 401) return answer
    const headers: WireResponse['headers'] = [
      ['Wechatpay-Nonce', '0'.repeat(32)],
      ['Wechatpay-Signature', ''],
      ['Wechatpay-Timestamp', timestampOf(Date.now())],
      ['Wechatpay-Serial', certificate.serialNo],
      ['Wechatpay-Signature-Type', 'WECHATPAY2-SHA256-RSA2048'],
    ]
    return signedAgain({ ...answer, headers: [...answer.headers, ...headers] })
  }),
]

function unknownKey(): Variant {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return withAnswers({ name: 'signed with a key that no one knows', caughtBy: DOES_NOT_VERIFY }, (answer) =>
    signedAgain(answer, { key }),
  )
}
