import { createPrivateKey } from 'node:crypto'
import type { IdSource } from '../engine/ids.ts'
import type { Merchant, Platform } from '../engine/merchants.ts'
import { ANSWER_EFFECTS, type AnswerEffect, type SignedMessage, spoil } from '../engine/spoil.ts'
import { type Envelope, seal } from '../protocol/envelope.ts'
import { formatInstant } from '../protocol/instant.ts'
import { responseMessage } from '../protocol/message.ts'
import { signatureHeaders } from '../protocol/response-headers.ts'
import { SIGNATURE_TYPE, sign } from '../protocol/signature.ts'
import type { Expectation } from './cases.ts'

/** One kind of callbacks, honest or hostile, to let a merchant's address run into. */
export interface CallbackCase {
  readonly name: CallbackCaseName
  readonly expects: Expectation
  readonly spoil?: AnswerEffect
  /** What is wrong with what is sealed in it, under a right signature. */
  readonly seal?: 'wrong_tag' | 'wrong_api_v3_key'
}

/** Name of a {@link CallbackCase}. */
export type CallbackCaseName = 'honest' | AnswerEffect | 'wrong_tag' | 'wrong_api_v3_key'

/** Every case, the honest one first. */
export const callbackCases: readonly CallbackCase[] = [
  { name: 'honest', expects: 'accept' },
  ...(Object.keys(ANSWER_EFFECTS) as AnswerEffect[]).map(
    (effect): CallbackCase => ({ name: effect, expects: 'reject', spoil: effect }),
  ),
  { name: 'wrong_tag', expects: 'reject', seal: 'wrong_tag' },
  { name: 'wrong_api_v3_key', expects: 'reject', seal: 'wrong_api_v3_key' },
]

/** Who a callback is from and for, and what it is made with. */
export interface CallbackParties {
  readonly merchant: Merchant
  readonly platform: Platform
  /** Whether it is signed with the public key in place of the certificate. */
  readonly publicKey: boolean
  readonly ids: IdSource
  /** Epoch milliseconds. */
  readonly now: number
}

/** Captured probes have shorter nonces than other callbacks (protocol.md 7). */
const PROBE_NONCE_CHARACTERS = 12

/** A callback 领券事件 (`COUPON.SEND`, busifavor.md 7), made as a case says; header fields as captured (protocol.md 8). */
export async function callbackOf(callback: CallbackCase, parties: CallbackParties): Promise<SignedMessage> {
  const { merchant, platform, publicKey, ids, now } = parties
  const key = publicKey ? platform.publicKey : platform.certificates[0]
  const body = Buffer.from(bodyOf(callback, parties))
  const timestamp = String(Math.floor(now / 1_000))
  const isProbe = callback.spoil === 'probe' || callback.spoil === 'probe_long'
  const nonce = isProbe ? ids.letters(PROBE_NONCE_CHARACTERS) : ids.letters(32)
  const message: SignedMessage = {
    headers: [
      ['Accept', '*/*'],
      ['Cache-Control', 'no-cache'],
      ['Pragma', 'no-cache'],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(body.length)],
      ['User-Agent', 'Mozilla/4.0'],
      ...signatureHeaders({
        ...{ nonce, timestamp, serialNo: key.serialNo, signatureType: SIGNATURE_TYPE },
        signature: await sign(responseMessage({ timestamp, nonce, body }), key.privateKey),
      }),
    ],
    body,
  }
  if (callback.spoil === undefined) return message
  return spoil(message, callback.spoil, { right: key.privateKey, wrong: createPrivateKey(merchant.privateKey) })
}

function bodyOf(callback: CallbackCase, { merchant, ids, now }: CallbackParties): string {
  const time = formatInstant(now)
  const resource = JSON.stringify({
    event_type: 'EVENT_TYPE_BUSICOUPON_SEND',
    coupon_code: ids.digits(22),
    stock_id: '100088',
    send_time: time,
    openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    unionid: '',
    send_channel: 'BUSICOUPON_SEND_CHANNEL_API',
    send_merchant: merchant.mchid,
    attach_info: '',
  })
  const apiV3Key = callback.seal === 'wrong_api_v3_key' ? ids.letters(32) : merchant.apiV3Key
  const envelope = seal(resource, apiV3Key, { nonce: ids.letters(12), associatedData: 'coupon' })
  return JSON.stringify({
    id: ids.uuid(),
    create_time: time,
    resource_type: 'encrypt-resource',
    event_type: 'COUPON.SEND',
    summary: '商家券领券通知',
    resource: { original_type: 'coupon', ...(callback.seal === 'wrong_tag' ? withWrongTag(envelope) : envelope) },
  })
}

function withWrongTag(envelope: Envelope): Envelope {
  const bytes = Buffer.from(envelope.ciphertext, 'base64')
  const last = bytes.length - 1
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  return { ...envelope, ciphertext: bytes.toString('base64') }
}
