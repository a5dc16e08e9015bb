import type { IncomingMessage } from 'node:http'
import { answersTo, isOfOwnOrigin, mayBeOfAnyPage } from '../../control/guard.ts'
import { bodyLimitOf, type WireRequest } from '../../engine/http-message.ts'
import { CollectedBytes, type UnfinishedBodies } from '../../engine/unfinished-bodies.ts'
import { giveWay } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'

/** The names that clients may call the mock by. */
export class OwnNames {
  readonly #allowed: ReadonlySet<string>
  /** Whether programs may use any other name, as where other machines reach the mock. */
  readonly anyName: boolean
  /** The Host that was accepted last: clients send the same one with every request. */
  #latest: string | undefined

  /** @param allowed names besides loopback */
  constructor(allowed: ReadonlySet<string>, anyName: boolean) {
    this.#allowed = allowed
    this.anyName = anyName
  }

  /** @param host the Host header; several values, joined by a comma, do not match any name */
  has(host: string): boolean {
    if (host === this.#latest) return true
    if (!answersTo(withoutRootDot(host), this.#allowed)) return false
    this.#latest = host
    return true
  }
}

/** Why a request is not answered. */
interface ForeignRequest {
  readonly refused: RefusedConnection
  readonly explanation: Texts
}

/**
 * Finds requests that a web page of another origin makes, or may make. Everybody knows the key of the well-known merchant, and lenient mode needs
 * none, so checking signatures keeps no page out.
 *
 * @param isProxied whether the target is in absolute form: then it names the host, whatever Host says
 * @param isLink whether it is for something that any page may link to, and shows it to the person who follows the link only
 */
export function foreignRequest(
  { method, headers }: Pick<WireRequest, 'method' | 'headers'>,
  ownNames: OwnNames,
  { isProxied, isLink = false }: { readonly isProxied: boolean; readonly isLink?: boolean },
): ForeignRequest | undefined {
  const { host, origin, referer, 'sec-fetch-site': site } = headers
  const sender = { host: host ?? '', origin, 'sec-fetch-site': site, ...(!isLink && { referer }) }
  if (!isOfOwnOrigin(sender)) return ofOtherOrigin(headers)
  // A page whose own name was pointed at this machine is of the same origin.
  const fromPage = origin !== undefined || site !== undefined
  const takesAnyName = isProxied || (ownNames.anyName && !fromPage)
  // HTTP/1.0 may leave out the header; no browser does.
  if (!takesAnyName && host !== undefined && !ownNames.has(host)) {
    return {
      refused: { reason: 'host_header', host },
      explanation: {
        en: 'wechatpay-mock does not answer to the name in Host: call it as localhost or as a host of WeChat Pay, or allow the name with --allow-host (allowedHosts).',
        zh: 'wechatpay-mock 不接受 Host 头中的主机名：请使用 localhost 或微信支付的域名，或在启动时用 --allow-host（allowedHosts）允许它。',
      },
    }
  }
  return !isLink && mayBeOfAnyPage(method, headers) ? ofOtherOrigin(headers) : undefined
}

function ofOtherOrigin({ origin, referer = '' }: WireRequest['headers']): ForeignRequest {
  return {
    refused: { reason: 'origin', host: origin ?? URL.parse(referer)?.origin ?? '' },
    explanation: {
      en: 'wechatpay-mock does not answer web pages of other origins: call it from a program.',
      zh: 'wechatpay-mock 不应答其他来源的网页：请从程序调用。',
    },
  }
}

/** `api.mch.weixin.qq.com.` is the same host. */
function withoutRootDot(host: string): string {
  return host.replace(/\.(?=$|:\d*$)/, '')
}

/** Something that the port did not serve, for a log. */
export interface RefusedConnection {
  /**
   * `host`: a proxied request to a host that is not WeChat Pay's, answered with 403. `host_header`: a request that calls the mock by a name that is
   * not its own; `origin`: a request from a web page of another origin; both are answered with 403. `unreachable`: a request let through to a host
   * that cannot be reached, answered with 502. `server_name`: TLS for a name that is not WeChat Pay's, closed before anything is read. `untrusted`:
   * a client that ended TLS because it does not trust the CA. `silent`: a client that closed during the handshake or right after it, without a
   * request, as Node does if it does not trust the CA. `handshake`: a failed TLS handshake. `authority`: the CA cannot be created or read.
   * `connections`: more connections than are served at once (the limit is the `detail`), answered with 503 and reported once per burst. `bodies`:
   * more MiB of unfinished bodies than are held at once, likewise. `store`: a call whose state cannot be reached, answered with 503.
   */
  readonly reason:
    | 'host'
    | 'host_header'
    | 'origin'
    | 'unreachable'
    | 'server_name'
    | 'untrusted'
    | 'silent'
    | 'handshake'
    | 'authority'
    | 'connections'
    | 'bodies'
    | 'store'
  /** The requested host, with its port if given, or the origin of the page; empty if unknown. */
  readonly host: string
  /** The message of the system or of the TLS library. */
  readonly detail?: string
  /** The error itself, if any. */
  readonly cause?: unknown
}

/** Called with connections and requests that the port does not serve. */
export type OnRefused = (refused: RefusedConnection) => void

export function requestHead(incoming: IncomingMessage): Omit<WireRequest, 'body'> {
  const secure = 'encrypted' in incoming.socket
  const headers = headersOf(incoming)
  return { method: incoming.method ?? 'GET', target: incoming.url ?? '/', headers, ...(secure && { secure }) }
}

function headersOf({ headers, rawHeaders }: IncomingMessage): WireRequest['headers'] {
  // Node has read them already, but drops some that are repeated, and makes a list of Set-Cookie.
  const isWhole = 2 * Object.keys(headers).length === rawHeaders.length && headers['set-cookie'] === undefined
  if (isWhole) return headers as Record<string, string>
  const joined: Record<string, string> = Object.create(null)
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    joined[name] = joined[name] === undefined ? value : `${joined[name]}, ${value}`
  }
  return joined
}

/** A whole body; `too_large` as soon as it is known to exceed the limit; `no_room` if all bodies together take too much memory. */
type ReadBody = Uint8Array | 'too_large' | 'no_room'

/**
 * Reads the body of a call and has it answered, unless the client goes away before it is whole. The body counts as unfinished until then.
 *
 * To verify a large body takes milliseconds. However many arrive at once, one is answered in each turn of the event loop, with other calls in between.
 */
export async function withBody(
  incoming: IncomingMessage,
  head: Pick<WireRequest, 'headers'>,
  bodies: UnfinishedBodies,
  answer: (body: ReadBody) => Promise<void> | void,
): Promise<void> {
  const collected = new CollectedBytes()
  try {
    const body = await readBody(incoming, head, bodies, collected)
    if (body === 'cut') return
    if (bodies.isLarge(collected) && typeof body !== 'string') await giveWay()
    await answer(body)
  } finally {
    bodies.release(collected)
  }
}

function readBody(
  incoming: IncomingMessage,
  { headers }: Pick<WireRequest, 'headers'>,
  bodies: UnfinishedBodies,
  collected: CollectedBytes,
): Promise<ReadBody | 'cut'> {
  const limit = bodyLimitOf(headers)
  return new Promise((resolve) => {
    if (Number(headers['content-length'] ?? 0) > limit) return resolve('too_large')
    // Without its listeners: the request lives as long as its connection has no other, and they would keep the body.
    const end = (outcome: ReadBody | 'cut') => {
      incoming.off('data', take).off('end', whole).off('close', cut).off('error', cut)
      resolve(outcome)
    }
    const take = (chunk: Buffer<ArrayBuffer>) => {
      if (collected.length + chunk.length > limit) return end('too_large')
      if (!bodies.makeRoom(collected, chunk)) return end('no_room')
      collected.add(chunk)
    }
    const whole = () => end(collected.bytes)
    const cut = () => end('cut')
    incoming.on('data', take).on('end', whole).on('close', cut).on('error', cut)
  })
}
