import { explainAttempt } from '../engine/callbacks/attempt-reasons.ts'
import { sendCallback } from '../engine/callbacks/callback.ts'
import { obstacleTo, plainHost } from '../engine/callbacks/callback-host.ts'
import { createCallbackSender } from '../engine/callbacks/callback-sender.ts'
import { isTaken } from '../engine/callbacks/notification.ts'
import { systemClock } from '../engine/clock.ts'
import { createIds } from '../engine/ids.ts'
import { wellKnownIdentity } from '../identity/well-known.ts'
import { eventNamed } from '../products/events.ts'
import { UsageError } from '../protocol/errors.ts'
import { type CallbackCase, type CallbackCaseName, callbackCases, callbackOf } from './callback-cases.ts'
import { type Expectation, refuseUnknown, type SkippedCase } from './cases.ts'

/** Which callbacks to send, and where. */
export interface CallbackOptions {
  /** The merchant's address; its server must have the credentials of the well-known merchant. */
  readonly url: string
  /** Hosts besides this machine that may receive callbacks: names and addresses without ports. */
  readonly allowedHosts?: readonly string[]
  /** The event. Default: `COUPON.SEND`. */
  readonly event?: string
  /** Names of cases; `honest` is always sent. Default: all. */
  readonly only?: readonly string[]
  /** Whether to sign with the public key instead of the certificate. */
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
export interface CallbackReport {
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
  const { url, allowedHosts = [], event = 'COUPON.SEND', only, publicKey = false, signal, onProgress } = options
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
