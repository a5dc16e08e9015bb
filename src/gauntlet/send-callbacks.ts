import { wellKnownIdentity } from '../control/identity/well-known.ts'
import { type CallbackRequest, obstacleTo, plainHost, sendCallback } from '../engine/callbacks/callback.ts'
import { createCallbackSender } from '../engine/callbacks/callback-sender.ts'
import { type EventDescription, sampleNotification } from '../engine/callbacks/event.ts'
import { explainAttempt, isTaken, type Notification } from '../engine/callbacks/notification.ts'
import { systemClock } from '../engine/clock.ts'
import { HOSTILE_EFFECTS, type HostileEffect, sealedAndSigned } from '../engine/faults/damage.ts'
import { createIds, type IdSource } from '../engine/ids.ts'
import type { Merchant, PlatformKey } from '../engine/keys/merchants.ts'
import { eventNamed } from '../products/index.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { type Expectation, refuseUnknown, type SkippedCase } from './cases.ts'

/** One kind of callback, honest or hostile, to test a merchant's address with. */
interface CallbackCase {
  readonly name: CallbackCaseName
  readonly expects: Expectation
  readonly damage?: HostileEffect
  /** The defect of the sealed content, under a valid signature. */
  readonly seal?: 'wrong_tag' | 'wrong_api_v3_key'
}

/** Name of a {@link CallbackCase}. */
export type CallbackCaseName = 'honest' | HostileEffect | 'wrong_tag' | 'wrong_api_v3_key'

/** Every case, the honest one first. */
export const callbackCases: readonly CallbackCase[] = [
  { name: 'honest', expects: 'accept' },
  ...HOSTILE_EFFECTS.map((effect): CallbackCase => ({ name: effect, expects: 'reject', damage: effect })),
  { name: 'wrong_tag', expects: 'reject', seal: 'wrong_tag' },
  { name: 'wrong_api_v3_key', expects: 'reject', seal: 'wrong_api_v3_key' },
]

/** The content and the recipient of a callback, and the keys and clock it is made with. */
interface CallbackParts {
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
async function callbackOf({ damage: effect, seal }: CallbackCase, parts: CallbackParts): Promise<CallbackRequest> {
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

/** Which callbacks to send, and where. */
interface CallbackOptions {
  /** The merchant's address; its server must have the credentials of the well-known merchant. */
  readonly url: string
  /** Hosts besides this machine that may receive callbacks: names and addresses without ports. */
  readonly allowedHosts?: readonly string[]
  /** The event. Default: `COUPON.SEND`. */
  readonly event?: string
  /** Names of cases; `honest` is always sent. Default: all. */
  readonly only?: readonly string[]
  /** Whether to sign with the public key, or else with the certificate. Default: true. */
  readonly publicKey?: boolean
  /** Stops sending and waiting. */
  readonly signal?: AbortSignal
  /** Called after each reply. */
  readonly onProgress?: (done: number, all: number, name: CallbackCaseName) => void
}

/** The result of one callback. */
export interface CallbackResult {
  readonly name: CallbackCaseName
  readonly expects: Expectation
  /** Whether the merchant's server behaved as required. */
  readonly ok: boolean
  /** Left out if nobody replied. */
  readonly status?: number
  readonly durationMs: number
}

/** The results of all callbacks. */
interface CallbackReport {
  readonly results: readonly CallbackResult[]
  readonly skipped: readonly SkippedCase<CallbackCaseName>[]
}

/**
 * Sends callbacks one at a time: the honest one must be answered with 200 or 204, the others with 4XX or 5XX, all within five seconds.
 *
 * If the honest one is refused the others are not sent, since they would be refused for the same reason.
 *
 * @throws UsageError `MOCK_CALLBACK_HOST` for a host that is not allowed, `MOCK_CALLBACK_UNREACHABLE` if nobody answers the honest callback,
 * `MOCK_GAUNTLET_CASE` for an unknown name; the reason of `signal` if that ended it
 */
export async function sendCallbacks(options: CallbackOptions): Promise<CallbackReport> {
  const { url, allowedHosts = [], event = 'COUPON.SEND', only, publicKey = true, signal, onProgress } = options
  const obstacle = obstacleTo(url, new Set(allowedHosts.map(plainHost)))
  if (obstacle) throw new UsageError('MOCK_CALLBACK_HOST', explainAttempt(obstacle))
  const wanted = selected(only)
  const { merchant, platform } = wellKnownIdentity()
  const parts = {
    event: eventNamed(event),
    url,
    merchant,
    key: publicKey ? platform.publicKey : platform.certificates[0],
    ids: createIds(),
  }
  const send = createCallbackSender()
  const results: CallbackResult[] = []
  for (const one of wanted) {
    const started = performance.now()
    const result = await sendCallback(send, await callbackOf(one, { ...parts, now: systemClock.now() }), signal)
    signal?.throwIfAborted()
    if (one.name === 'honest' && 'reason' in result) {
      const why = explainAttempt(result.reason)
      throw new UsageError('MOCK_CALLBACK_UNREACHABLE', {
        en: `Nobody answers callbacks at ${url}. ${why.en} Start your server there.`,
        zh: `没有程序在 ${url} 接收回调：${why.zh}请先启动接收回调的程序。`,
      })
    }
    const status = 'reply' in result ? result.reply.status : undefined
    const ok = isRight(one, status)
    results.push({
      ...{ name: one.name, expects: one.expects, ok, durationMs: performance.now() - started },
      ...(status !== undefined && { status }),
    })
    onProgress?.(results.length, wanted.length, one.name)
    if (one.name === 'honest' && !ok) break
  }
  const rest = wanted.slice(results.length)
  return { results, skipped: rest.map(({ name }) => ({ name, reason: 'honest_failed' })) }
}

function selected(only: readonly string[] | undefined): readonly CallbackCase[] {
  refuseUnknown(only, callbackCases)
  return callbackCases.filter(({ name }) => only === undefined || name === 'honest' || only.includes(name))
}

function isRight({ expects }: CallbackCase, status: number | undefined): boolean {
  if (status === undefined) return false
  return expects === 'accept' ? isTaken(status) : status >= 400
}
