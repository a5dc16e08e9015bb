import type { CallbackRequest } from '../engine/callbacks/callback.ts'
import type { EventDescription } from '../engine/callbacks/event.ts'
import type { Notification } from '../engine/callbacks/notification.ts'
import { sampleNotification } from '../engine/callbacks/sample-callback.ts'
import { sealedAndSigned } from '../engine/callbacks/spoil-callback.ts'
import { HOSTILE_EFFECTS, type HostileEffect } from '../engine/faults/spoil.ts'
import type { IdSource } from '../engine/ids.ts'
import type { Merchant, PlatformKey } from '../engine/keys/merchants.ts'
import type { Expectation } from './cases.ts'

/** One kind of callbacks, honest or hostile, to let a merchant's address run into. */
export interface CallbackCase {
  readonly name: CallbackCaseName
  readonly expects: Expectation
  readonly spoil?: HostileEffect
  /** What is wrong with what is sealed in it, under a right signature. */
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

/** What a callback tells, to whom, and what it is made with. */
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

/** A callback of an event, with an id of its own, made as a case says. */
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
