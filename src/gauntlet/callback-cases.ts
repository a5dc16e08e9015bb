import type { CallbackRequest } from '../engine/callbacks/callback.ts'
import type { EventDescription } from '../engine/callbacks/event.ts'
import type { Notification } from '../engine/callbacks/notification.ts'
import { sampleNotification } from '../engine/callbacks/sample-callback.ts'
import { sealedAndSigned } from '../engine/callbacks/spoil-callback.ts'
import { HOSTILE_EFFECTS, type HostileEffect } from '../engine/faults/spoil.ts'
import type { IdSource } from '../engine/ids.ts'
import type { Merchant, PlatformKey } from '../engine/keys/merchants.ts'
import type { Expectation } from './cases.ts'

/** One kind of callback, honest or hostile, to test a merchant's address with. */
export interface CallbackCase {
  readonly name: CallbackCaseName
  readonly expects: Expectation
  readonly spoil?: HostileEffect
  /** The defect of the sealed content, under a valid signature. */
  readonly seal?: 'wrong_tag' | 'wrong_api_v3_key'
}

/** Name of a {@link CallbackCase}. */
export type CallbackCaseName = 'honest' | HostileEffect | 'wrong_tag' | 'wrong_api_v3_key'

/** Every case, the honest one first. */
export const callbackCases: readonly CallbackCase[] = [
  { name: 'honest', expects: 'accept' },
  ...HOSTILE_EFFECTS.map((effect): CallbackCase => ({ name: effect, expects: 'reject', spoil: effect })),
  { name: 'wrong_tag', expects: 'reject', seal: 'wrong_tag' },
  { name: 'wrong_api_v3_key', expects: 'reject', seal: 'wrong_api_v3_key' },
]

/** The content and the recipient of a callback, and the keys and clock it is made with. */
export interface CallbackParts {
  readonly event: EventDescription
  readonly url: string
  readonly merchant: Merchant
  readonly key: PlatformKey
  readonly ids: IdSource
  /** Epoch milliseconds. */
  readonly now: number
}

const APPID = 'wx0000000000000001'

/** Makes a callback of an event, with its own id, as a case requires. */
export async function callbackOf(
  { spoil: effect, seal }: CallbackCase,
  parts: CallbackParts,
): Promise<CallbackRequest> {
  const { event, url, merchant, key, ids, now } = parts
  const sample = sampleNotification(event, { url, mchid: merchant.mchid, appid: APPID, now, ids })
  const notification: Notification = {
    ...sample,
    id: ids.uuid(),
    createdAt: now,
    position: ids.position(),
    attempts: [],
    resource: JSON.stringify(sample.resource),
  }
  return sealedAndSigned({ notification, merchant }, effect ?? seal, { key, ids, at: now, requestId: ids.requestId() })
}
