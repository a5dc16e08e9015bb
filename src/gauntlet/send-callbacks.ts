import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { systemClock } from '../engine/clock.ts'
import { createIds } from '../engine/ids.ts'
import type { SignedMessage } from '../engine/spoil.ts'
import { wellKnownIdentity } from '../identity/well-known.ts'
import { UsageError } from '../protocol/errors.ts'
import { type CallbackCase, type CallbackCaseName, callbackCases, callbackOf } from './callback-cases.ts'
import type { Expectation } from './cases.ts'

/** Where callbacks go, and which. */
export interface CallbackOptions {
  /** The merchant's address; its server has to have the credentials of the well-known merchant. */
  readonly url: string
  /** Names of cases; `honest` is always sent. Left out: all. */
  readonly only?: readonly string[]
  /** How long an answer may take, milliseconds. WeChat Pay waits five seconds. */
  readonly timeoutMs: number
  /** Whether they are signed with the public key in place of the certificate. */
  readonly publicKey?: boolean
  /** Sends nothing more, and waits for nothing. */
  readonly signal?: AbortSignal
  /** Called when one has been answered. */
  readonly onProgress?: (done: number, all: number, name: CallbackCaseName) => void
}

/** What became of one callback. */
export interface CallbackResult {
  readonly name: CallbackCaseName
  readonly expects: Expectation
  /** Whether the merchant's server did what it had to. */
  readonly ok: boolean
  /** Left out when there was no answer. */
  readonly status?: number
  readonly durationMs: number
}

/**
 * Sends callbacks, one after the other: the honest one has to be answered with 200 or 204, the others with 4XX or 5XX.
 *
 * When the honest one is refused the others are not sent, since they would be refused for the same reason.
 *
 * @throws UsageError `MOCK_CALLBACK_UNREACHABLE` when nobody answers the honest one, `MOCK_GAUNTLET_CASE` for a name that is no case's;
 * the reason of `signal` when that ended it
 */
export async function sendCallbacks(options: CallbackOptions): Promise<readonly CallbackResult[]> {
  const { url, only, publicKey = false, timeoutMs, signal, onProgress } = options
  const names: readonly string[] = callbackCases.map(({ name }) => name)
  const unknown = only?.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new UsageError('MOCK_GAUNTLET_CASE', `There is no case ${unknown}. There are: ${names.join(', ')}.`)
  }
  const wanted = callbackCases.filter(({ name }) => only === undefined || name === 'honest' || only.includes(name))
  const identity = { ...wellKnownIdentity(), publicKey, ids: createIds() }
  const results: CallbackResult[] = []
  for (const one of wanted) {
    const started = performance.now()
    const message = await callbackOf(one, { ...identity, now: systemClock.now() })
    const timeout = AbortSignal.timeout(timeoutMs)
    const status = await post(url, message, signal ? AbortSignal.any([signal, timeout]) : timeout)
    signal?.throwIfAborted()
    if (one.name === 'honest' && status === undefined) {
      throw new UsageError(
        'MOCK_CALLBACK_UNREACHABLE',
        `Nobody answers callbacks at ${url}: is your server started there?`,
      )
    }
    const ok = isRight(one, status)
    results.push({
      ...{ name: one.name, expects: one.expects, ok, durationMs: performance.now() - started },
      ...(status !== undefined && { status }),
    })
    onProgress?.(results.length, wanted.length, one.name)
    if (one.name === 'honest' && !ok) break
  }
  return results
}

function isRight({ expects }: CallbackCase, status: number | undefined): boolean {
  if (status === undefined) return false
  return expects === 'accept' ? status === 200 || status === 204 : status >= 400
}

/** Posts a message as it is; the status, or `undefined` when no answer came before `signal`. */
function post(url: string, { headers, body }: SignedMessage, signal: AbortSignal): Promise<number | undefined> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: Object.fromEntries(headers),
      signal,
    })
    outgoing.on('response', (incoming) => {
      incoming.resume()
      // The status decides, whatever becomes of the body.
      incoming.on('error', () => {})
      incoming.on('close', () => resolve(incoming.statusCode))
    })
    outgoing.on('error', () => resolve(undefined))
    outgoing.end(body)
  })
}
