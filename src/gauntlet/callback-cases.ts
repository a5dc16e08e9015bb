import { createPrivateKey } from 'node:crypto'
import { type EventType, sampleNotification } from '../control/sample-events.ts'
import { type CallbackRequest, callbackBody, callbackRequest } from '../engine/callback.ts'
import type { IdSource } from '../engine/ids.ts'
import type { Merchant, PlatformKey } from '../engine/merchants.ts'
import { ANSWER_EFFECTS, type AnswerEffect, spoil } from '../engine/spoil.ts'
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

/** What a callback tells, to whom, and what it is made with. */
export interface CallbackParts {
  readonly event: EventType
  readonly url: string
  readonly merchant: Merchant
  readonly key: PlatformKey
  readonly ids: IdSource
  /** Epoch milliseconds. */
  readonly now: number
}

const APPID = 'wx0000000000000001'

/** Captured probes have shorter nonces than other callbacks (protocol.md 7). */
const PROBE_NONCE_CHARACTERS = 12

/** A callback of an event, with an id of its own, made as a case says. */
export async function callbackOf(
  { spoil: effect, seal }: CallbackCase,
  parts: CallbackParts,
): Promise<CallbackRequest> {
  const { event, url, merchant, key, ids, now } = parts
  const sample = sampleNotification(event, url, { mchid: merchant.mchid, appid: APPID, now, ids })
  const notification = { ...sample, id: ids.uuid(), createdAt: now, resource: JSON.stringify(sample.resource) }
  const sealed = callbackBody(notification, seal === 'wrong_api_v3_key' ? ids.letters(32) : merchant.apiV3Key)
  const body = seal === 'wrong_tag' ? withWrongTag(sealed) : sealed
  const isProbe = effect === 'probe' || effect === 'probe_long'
  const nonces = isProbe ? { ...ids, letters: () => ids.letters(PROBE_NONCE_CHARACTERS) } : ids
  const request = await callbackRequest({ url, body }, { key, ids: nonces, at: now, requestId: ids.requestId() })
  if (effect === undefined) return request
  return spoil(request, effect, { right: key.privateKey, wrong: createPrivateKey(merchant.privateKey) })
}

/** A body whose last sealed byte, one of the tag, is another. */
function withWrongTag(body: Buffer): Buffer {
  const callback: { readonly resource: { readonly ciphertext: string } } = JSON.parse(body.toString('utf8'))
  const bytes = Buffer.from(callback.resource.ciphertext, 'base64')
  const last = bytes.length - 1
  bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last)
  return Buffer.from(
    JSON.stringify({ ...callback, resource: { ...callback.resource, ciphertext: bytes.toString('base64') } }),
  )
}
