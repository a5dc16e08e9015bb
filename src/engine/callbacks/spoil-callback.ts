import { createPrivateKey } from 'node:crypto'
import type { Texts } from '../../shared/texts.ts'
import { ANSWER_EFFECTS, isAnswerEffect, spoil } from '../faults/spoil.ts'
import type { IdSource } from '../ids.ts'
import type { Merchant, PlatformKey } from '../keys/merchants.ts'
import { type CallbackRequest, callbackBody, callbackRequest } from './callback.ts'
import type { Notification } from './notification.ts'

/** Ways in which the sealed content can be wrong under a valid signature, each with its text for the journal. */
export const SEAL_EFFECTS = {
  wrong_tag: {
    en: 'what is sealed in it did not fit its tag, under a right signature',
    zh: '密文与认证标签不符，签名正确',
  },
  wrong_api_v3_key: {
    en: "it was sealed with an APIv3 key that is not the merchant's, under a right signature",
    zh: '没有用该商户的 APIv3密钥加密，签名正确',
  },
} as const satisfies Readonly<Record<string, Texts>>

/** Ways to corrupt a callback so that no receiver may act on it, each with its text for the journal. */
export const CALLBACK_SPOILS = { ...ANSWER_EFFECTS, ...SEAL_EFFECTS } as const

export type CallbackSpoil = keyof typeof CALLBACK_SPOILS

/** Captured probes have shorter nonces than other callbacks (protocol.md 7). */
const PROBE_NONCE_CHARACTERS = 12

/** Seals and signs a callback, correctly or corrupted in one way. */
export async function sealedAndSigned(
  { notification, merchant }: { readonly notification: Notification; readonly merchant: Merchant },
  effect: CallbackSpoil | undefined,
  signing: { readonly key: PlatformKey; readonly ids: IdSource; readonly at: number; readonly requestId: string },
): Promise<CallbackRequest> {
  const { ids, key } = signing
  const sealed = callbackBody(notification, effect === 'wrong_api_v3_key' ? ids.letters(32) : merchant.apiV3Key)
  const body = effect === 'wrong_tag' ? withWrongTag(sealed) : sealed
  const isProbe = effect === 'probe' || effect === 'probe_long'
  const nonces: IdSource = isProbe ? { ...ids, letters: () => ids.letters(PROBE_NONCE_CHARACTERS) } : ids
  const request = await callbackRequest({ url: notification.url, body }, { ...signing, ids: nonces })
  if (!isAnswerEffect(effect)) return request
  return spoil(request, effect, { right: key.privateKey, wrong: createPrivateKey(merchant.privateKey) })
}

/** Flips a bit of the last sealed byte, which belongs to the tag. */
function withWrongTag(body: Buffer): Buffer {
  const callback: { readonly resource: { readonly ciphertext: string } } = JSON.parse(body.toString('utf8'))
  const bytes = Buffer.from(callback.resource.ciphertext, 'base64')
  const last = bytes.length - 1
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  return Buffer.from(
    JSON.stringify({ ...callback, resource: { ...callback.resource, ciphertext: bytes.toString('base64') } }),
  )
}
