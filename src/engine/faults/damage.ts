import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { responseMessage } from '../../wire/protocol/message.ts'
import { probeSignature, sign } from '../../wire/protocol/signature.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { type CallbackRequest, callbackBody, callbackRequest } from '../callbacks/callback.ts'
import type { Notification } from '../callbacks/notification.ts'
import type { IdSource } from '../ids.ts'
import type { Merchant, PlatformKey } from '../keys/merchants.ts'

/** Ways to corrupt the signature of an answer or a callback, each with its text for the journal. */
export const ANSWER_EFFECTS = {
  bad_signature: { en: 'the signature was changed', zh: '签名被改动' },
  wrong_key: { en: "it was signed with a key that is not the platform's", zh: '没有用平台的密钥签名' },
  tampered_body: { en: 'the body was changed after it was signed', zh: '签名之后报文主体被改动' },
  replayed_signature: {
    en: 'it carried nonce, timestamp and signature of another message',
    zh: '使用了另一条消息的随机串、时间戳和签名',
  },
  stale_timestamp: { en: 'it was signed ten minutes ago', zh: '签名时间在十分钟之前' },
  unknown_serial: {
    en: 'it was signed with a key that nobody knows, under a serial that nobody knows',
    zh: '用未知的密钥签名，证书序列号也是未知的',
  },
  missing_timestamp: { en: 'it had no Wechatpay-Timestamp', zh: '缺少 Wechatpay-Timestamp' },
  missing_nonce: { en: 'it had no Wechatpay-Nonce', zh: '缺少 Wechatpay-Nonce' },
  missing_signature: { en: 'it had no Wechatpay-Signature', zh: '缺少 Wechatpay-Signature' },
  missing_serial: { en: 'it had no Wechatpay-Serial', zh: '缺少 Wechatpay-Serial' },
  missing_signature_type: { en: 'it had no Wechatpay-Signature-Type', zh: '缺少 Wechatpay-Signature-Type' },
  unsigned: { en: 'it had none of the Wechatpay-* headers', zh: '没有任何 Wechatpay-* 头' },
  probe: { en: 'it carried a signature probe of 344 characters', zh: '带有 344 个字符的签名探测流量' },
  probe_long: {
    en: 'it carried a signature probe of 355 characters, which does not decode',
    zh: '带有 355 个字符的签名探测流量，无法解码',
  },
} as const satisfies Readonly<Record<string, Texts>>

export type AnswerEffect = keyof typeof ANSWER_EFFECTS

export function isAnswerEffect(effect: string | undefined): effect is AnswerEffect {
  return effect !== undefined && Object.hasOwn(ANSWER_EFFECTS, effect)
}

/** An effect after which no client may act on a message. The signature type is excluded: it proves nothing, and few clients check it (protocol.md 4). */
export type HostileEffect = Exclude<AnswerEffect, 'missing_signature_type'>

export const HOSTILE_EFFECTS = (Object.keys(ANSWER_EFFECTS) as AnswerEffect[]).filter(
  (effect): effect is HostileEffect => effect !== 'missing_signature_type',
)

/** The age of a stale answer in seconds: ten minutes. Clients allow five. */
const STALE_SECONDS = 600
const REPLAY_SECONDS = 30

/** A signed answer or callback. */
export interface SignedMessage {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

interface SignatureKeys {
  /** The platform key that it is signed with. */
  readonly right: KeyObject
  readonly wrong: KeyObject
}

/** Corrupts a signed message. An unsigned one, such as a 401, is returned unchanged. */
export async function damage<Message extends SignedMessage>(
  message: Message,
  effect: AnswerEffect,
  keys: SignatureKeys,
): Promise<Message> {
  const signed = signedValues(message)
  if (!signed) return message
  const { timestamp, nonce, serialNo, signature } = signed
  const { body } = message
  switch (effect) {
    case 'bad_signature':
      return withHeaders(message, { 'Wechatpay-Signature': changed(signature) })
    case 'wrong_key':
      return withHeaders(message, {
        'Wechatpay-Signature': await sign(responseMessage({ timestamp, nonce, body }), keys.wrong),
      })
    case 'tampered_body':
      // An empty body cannot be tampered with, so the signature is made over another one.
      if (body.length === 0) return withHeaders(message, await signedOver(Buffer.from('{}'), timestamp, nonce, keys))
      return withBody(message, tampered(body))
    case 'replayed_signature':
      return withHeaders(
        message,
        await signedOver(Buffer.from('{"replayed":true}'), earlier(timestamp, REPLAY_SECONDS), reversed(nonce), keys),
      )
    case 'stale_timestamp':
      return withHeaders(message, await signedOver(body, earlier(timestamp, STALE_SECONDS), nonce, keys))
    case 'unknown_serial':
      return withHeaders(message, {
        'Wechatpay-Serial': unknownSerial(serialNo),
        'Wechatpay-Signature': await sign(responseMessage({ timestamp, nonce, body }), keys.wrong),
      })
    case 'missing_timestamp':
      return withHeaders(message, { 'Wechatpay-Timestamp': undefined })
    case 'missing_nonce':
      return withHeaders(message, { 'Wechatpay-Nonce': undefined })
    case 'missing_signature':
      return withHeaders(message, { 'Wechatpay-Signature': undefined })
    case 'missing_serial':
      return withHeaders(message, { 'Wechatpay-Serial': undefined })
    case 'missing_signature_type':
      return withHeaders(message, { 'Wechatpay-Signature-Type': undefined })
    case 'unsigned':
      return { ...message, headers: message.headers.filter(([name]) => !name.startsWith('Wechatpay-')) }
    case 'probe':
      return withHeaders(message, { 'Wechatpay-Signature': probeSignature(signature) })
    case 'probe_long':
      return withHeaders(message, { 'Wechatpay-Signature': probeSignature(signature, 'malformed') })
  }
}

function signedValues({ headers }: SignedMessage) {
  const header = (wanted: string) => headers.find(([name]) => name === wanted)?.[1]
  const timestamp = header('Wechatpay-Timestamp')
  const nonce = header('Wechatpay-Nonce')
  const serialNo = header('Wechatpay-Serial')
  const signature = header('Wechatpay-Signature')
  if (timestamp === undefined || nonce === undefined || serialNo === undefined || signature === undefined) return
  return { timestamp, nonce, serialNo, signature }
}

/** Replaces header fields in place; `undefined` removes one. */
function withHeaders<Message extends SignedMessage>(
  message: Message,
  values: Readonly<Record<string, string | undefined>>,
): Message {
  const headers = message.headers.flatMap((field): SignedMessage['headers'] => {
    const [name] = field
    if (!Object.hasOwn(values, name)) return [field]
    const value = values[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...message, headers }
}

function withBody<Message extends SignedMessage>(message: Message, body: Uint8Array): Message {
  return { ...withHeaders(message, { 'Content-Length': String(body.length) }), body }
}

async function signedOver(body: Uint8Array, timestamp: string, nonce: string, { right }: SignatureKeys) {
  return {
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Signature': await sign(responseMessage({ timestamp, nonce, body }), right),
  }
}

function earlier(timestamp: string, seconds: number): string {
  return String(Number(timestamp) - seconds)
}

function reversed(text: string): string {
  return [...text].reverse().join('')
}

/** Another signature of the same length, in valid base64. */
function changed(signature: string): string {
  const bytes = Buffer.from(signature, 'base64')
  const last = bytes.length - 1
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  return bytes.toString('base64')
}

/** A serial in the shape of the right one. */
function unknownSerial(serialNo: string): string {
  const [, prefix = '', rest = ''] = /^(PUB_KEY_ID_)?(.*)$/.exec(serialNo) ?? []
  return prefix + reversed(rest)
}

/**
 * A body that parses as well as the original but says something else: the last digit or letter of its first string differs. Without a string to
 * change, a trailing blank is added, which JSON allows.
 */
function tampered(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body).toString('utf8')
  const other = text.replace(/(:\s*"[^"\\]*?)([0-9A-Za-z])([^0-9A-Za-z"\\]*")/, (_, start, character, end) => {
    return `${start}${another(character)}${end}`
  })
  return Buffer.from(other === text ? `${text} ` : other)
}

function another(character: string): string {
  if (/\d/.test(character)) return String((Number(character) + 1) % 10)
  return character === 'a' ? 'b' : 'a'
}

/** Ways in which the sealed content can be wrong under a valid signature, each with its text for the journal. */
const SEAL_EFFECTS = {
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
export const CALLBACK_DAMAGE = { ...ANSWER_EFFECTS, ...SEAL_EFFECTS } as const

export type CallbackDamage = keyof typeof CALLBACK_DAMAGE

/** Captured probes have shorter nonces than other callbacks (protocol.md 7). */
const PROBE_NONCE_CHARACTERS = 12

/** Seals and signs a callback, correctly or corrupted in one way. */
export async function sealedAndSigned(
  { notification, merchant }: { readonly notification: Notification; readonly merchant: Merchant },
  effect: CallbackDamage | undefined,
  signing: { readonly key: PlatformKey; readonly ids: IdSource; readonly at: number; readonly requestId: string },
): Promise<CallbackRequest> {
  const { ids, key } = signing
  const sealed = callbackBody(notification, effect === 'wrong_api_v3_key' ? ids.letters(32) : merchant.apiV3Key)
  const body = effect === 'wrong_tag' ? withWrongTag(sealed) : sealed
  const isProbe = effect === 'probe' || effect === 'probe_long'
  const nonces: IdSource = isProbe ? { ...ids, letters: () => ids.letters(PROBE_NONCE_CHARACTERS) } : ids
  const request = await callbackRequest({ url: notification.url, body }, { ...signing, ids: nonces })
  if (!isAnswerEffect(effect)) return request
  return damage(request, effect, { right: key.privateKey, wrong: wrongKey(merchant) })
}

let stranger: KeyObject | undefined

/** A key that is not the platform's: the merchant's, or one that nobody has if the mock was only given the merchant's certificate. */
export function wrongKey({ privateKey }: Merchant): KeyObject {
  if (privateKey !== undefined) return createPrivateKey(privateKey)
  stranger ??= generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
  return stranger
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
