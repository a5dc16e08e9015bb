import { hash } from 'node:crypto'
import { timestampOf } from '../../wire/protocol/authorization.ts'
import { seal } from '../../wire/protocol/envelope.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { signAnswer } from '../../wire/protocol/response-headers.ts'
import { isError } from '../../wire/shared/errors.ts'
import type { IdSource } from '../ids.ts'
import type { PlatformKey } from '../keys/merchants.ts'
import { type AttemptReason, type Notification, REPLY_LIMIT_MS } from './notification.ts'

/** Whether a host name or address, without port and brackets, is only reachable from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** Normalizes a host for comparison: lower case, IPv6 addresses without brackets. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}

/** Hosts besides this machine that may receive callbacks: names and addresses without ports, as {@link plainHost} writes them, or any host. */
export type AllowedHosts = ReadonlySet<string> | 'any'

/**
 * Why a callback may not be sent to a URL; `undefined` if it may: to this machine and to allowed hosts. The name is judged as it is written,
 * before it is resolved.
 */
export function obstacleTo(url: string, allowed: AllowedHosts): AttemptReason | undefined {
  const parsed = addressOf(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    return { name: 'url_unfit', value: url }
  }
  const host = plainHost(parsed.hostname)
  if (isLoopback(host) || allowed === 'any' || allowed.has(host)) return undefined
  return { name: 'host_not_allowed', value: host }
}

/** Whether merchants may name an address for callbacks: any https address, and http on this machine only (docs/decisions/0007). */
export function isSafeAddress(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed) return false
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(plainHost(parsed.hostname)))
}

let latest: { readonly url: string; readonly address: Readonly<URL> | null } | undefined

/** Parses the URL of a callback, unless it is that of the one before: a move of the clock asks several times for each of thousands. */
export function addressOf(url: string): Readonly<URL> | null {
  if (latest?.url !== url) latest = { url, address: URL.parse(url) }
  return latest.address
}

/** The origin of a URL. Callbacks to one origin are delivered one at a time. */
export function originOf(url: string): string {
  return addressOf(url)?.origin ?? url
}

export interface CallbackRequest {
  readonly url: string
  /** In the order and spelling of captured deliveries (protocol.md 8). */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
}

/** A receiver's reply; its status decides whether the callback was taken. */
export interface CallbackReply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The first {@link REPLY_BYTES} at most. */
  readonly body: Uint8Array
}

/**
 * Sends a callback to its receiver. Follows no redirects, and stops when `signal` is aborted.
 *
 * @throws Error if the receiver cannot be reached or does not speak HTTP
 */
export interface CallbackSender {
  (request: CallbackRequest, signal: AbortSignal): Promise<CallbackReply>
  /** Loads what it takes to send the first callback, for which no receiver is to blame. */
  ready?(): Promise<unknown>
}

/** How much of a reply's body is read for the journal, in bytes. */
export const REPLY_BYTES = 4_096

/** The body of a callback: the same bytes in every repeat, since the envelope's nonce is derived from the id (inferred). */
export function callbackBody(
  notification: Pick<
    Notification,
    'id' | 'createdAt' | 'happensAt' | 'eventType' | 'summary' | 'originalType' | 'associatedData' | 'resource'
  >,
  apiV3Key: string,
): Buffer {
  const {
    id,
    createdAt,
    happensAt = createdAt,
    eventType,
    summary,
    originalType,
    associatedData,
    resource,
  } = notification
  const nonce = hash('sha256', id, 'base64').slice(0, 12).replaceAll(/[+/=]/g, '0')
  const { algorithm, ciphertext } = seal(resource, apiV3Key, { nonce, associatedData })
  return Buffer.from(
    JSON.stringify({
      id,
      create_time: formatInstant(happensAt),
      resource_type: 'encrypt-resource',
      event_type: eventType,
      summary,
      resource: {
        ...(originalType !== '' && { original_type: originalType }),
        algorithm,
        ciphertext,
        associated_data: associatedData,
        nonce,
      },
    }),
  )
}

/**
 * Signs a callback and assembles its header fields. Nonce, timestamp and signature are fresh each time.
 *
 * @param at the instant of the signature, epoch milliseconds
 */
export async function callbackRequest(
  { url, body }: { readonly url: string; readonly body: Uint8Array },
  { key, ids, at, requestId }: { key: PlatformKey; ids: IdSource; at: number; requestId: string },
): Promise<CallbackRequest> {
  const timestamp = timestampOf(at)
  const nonce = ids.letters(32)
  const { signature, serialNo, signatureType } = await signAnswer({ timestamp, nonce, body }, key)
  return {
    url,
    headers: [
      ...headersOf('application/json'),
      ['Request-ID', `${requestId}-0`],
      ['Wechatpay-Nonce', nonce],
      ['Wechatpay-Serial', serialNo],
      ['Wechatpay-Signature', signature],
      ['Wechatpay-Signature-Type', signatureType],
      ['Wechatpay-Timestamp', timestamp],
      ['Content-Length', String(body.length)],
      ['Host', hostOf(url)],
    ],
    body,
  }
}

/** Assembles a notice of API v2, which has no signature. */
export function xmlRequest(url: string, xml: string): CallbackRequest {
  const body = Buffer.from(xml)
  return {
    url,
    headers: [...headersOf('text/xml'), ['Content-Length', String(body.length)], ['Host', hostOf(url)]],
    body,
  }
}

/** Callbacks to a URL that cannot be parsed are not sent. */
function hostOf(url: string): string {
  return addressOf(url)?.host ?? ''
}

function headersOf(contentType: string): (readonly [name: string, value: string])[] {
  return [
    ['Accept', '*/*'],
    ['Cache-Control', 'no-cache'],
    ['Pragma', 'no-cache'],
    ['Connection', 'Keep-Alive'],
    ['Content-Type', contentType],
    ['User-Agent', 'Mozilla/4.0'],
  ]
}

export type SendResult = { readonly reply: CallbackReply } | { readonly reason: AttemptReason }

/** Why an attempt is given up before there is a reply; the reason of its abort signal. */
export type Abandonment = (typeof ABANDONMENTS)[number]

const ABANDONMENTS = ['state_dropped', 'clock_move_ended', 'mock_stopped'] as const

/**
 * Sends a callback and waits for the reply.
 *
 * @param abandoned ends it early; its reason is usually an {@link Abandonment}
 * @param limitMs how long it waits, on the machine's clock
 */
export async function sendCallback(
  sender: CallbackSender,
  request: CallbackRequest,
  abandoned: AbortSignal = new AbortController().signal,
  limitMs = REPLY_LIMIT_MS,
): Promise<SendResult> {
  const ended = new AbortController()
  let timer: NodeJS.Timeout | undefined
  /** Set when it was ended early. */
  let cause: { readonly reason: AttemptReason } | undefined
  let abandon = () => {}
  const tooLate = new Promise<SendResult>((resolve) => {
    const end = (reason: AttemptReason) => {
      cause = { reason }
      ended.abort()
      // A reply whose body is still arriving counts: the sender hands it over on the signal.
      setImmediate(resolve, cause)
    }
    const value = limitMs === REPLY_LIMIT_MS ? {} : { value: String(limitMs / 1_000) }
    timer = setTimeout(() => end({ name: 'too_late', ...value }), limitMs)
    abandon = () => end(abandonment(abandoned.reason))
    if (abandoned.aborted) abandon()
    else abandoned.addEventListener('abort', abandon)
  })
  const replied = sender(request, ended.signal).then(
    (reply): SendResult => ({ reply }),
    (error: unknown): SendResult => cause ?? { reason: reasonOf(error) },
  )
  try {
    // A sender that ignores its signal must not hold anyone up.
    return await Promise.race([tooLate, replied])
  } finally {
    clearTimeout(timer)
    abandoned.removeEventListener('abort', abandon)
    ended.abort(OVER)
  }
}

/** One for all attempts: a reason with a stack of its own takes longer than the rest of an attempt. */
const OVER = new DOMException('The attempt is over.', 'AbortError')

export function abandonment(why: unknown): AttemptReason {
  const name = ABANDONMENTS.find((one) => one === why)
  return name === undefined ? { name: 'abandoned', value: String(why) } : { name }
}

const ERRORS: Readonly<Record<string, AttemptReason>> = {
  ECONNREFUSED: { name: 'refused' },
  ECONNRESET: { name: 'closed' },
  ENOTFOUND: { name: 'host_unknown' },
  HPE_HEADER_OVERFLOW: { name: 'header_too_large' },
}

/** An error thrown by a function that receives callbacks in place of the network; `cause` is the original. */
export class ReceiverThrew extends Error {
  override readonly name = 'ReceiverThrew'
}

function reasonOf(error: unknown): AttemptReason {
  const threw = error instanceof ReceiverThrew
  // The function may make network calls of its own.
  const thrown = threw ? error.cause : error
  const code = codeOf(thrown)
  const known = ERRORS[code ?? ''] ?? ERRORS[codeOf(Object(thrown).cause) ?? '']
  if (known) return known
  if (threw) return { name: 'receiver_threw', value: String(thrown) }
  return { name: 'unreachable', value: code ?? (isError(thrown) ? thrown.message : String(thrown)) }
}

/** A given `fetch` may throw anything. */
function codeOf(error: unknown): string | undefined {
  const code: unknown = Object(error).code
  return typeof code === 'string' ? code : undefined
}
