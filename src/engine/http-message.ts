import { isUpload } from '../wire/protocol/message.ts'

/** A request, byte for byte as it arrived. */
export interface WireRequest {
  /** Upper case, as in the request line. */
  readonly method: string
  /** Path and query exactly as in the request line: the signature covers it byte for byte. */
  readonly target: string
  /** Names in lower case; the values of a repeated field are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** It came over TLS. */
  readonly secure?: true
}

/** The largest body of a request other than an upload, in bytes (not documented: inferred). */
const BODY_LIMIT = 2 * 1_048_576

/** The largest body of an upload: the largest image, 2 MB, and the parts around it. */
export const UPLOAD_LIMIT = BODY_LIMIT + 65_536

/** The largest body of a request with these header fields, in bytes. */
export function bodyLimitOf(headers: WireRequest['headers']): number {
  return isUpload(headers['content-type']) ? UPLOAD_LIMIT : BODY_LIMIT
}

/** An answer, byte for byte as it is sent. */
export interface WireResponse {
  readonly status: number
  /** In the order and spelling of the real service, which some SDKs depend on (protocol.md 1 and 4). */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  /** How the door delivers it, if a planned fault says so. Left out: whole and at once. */
  readonly delivery?: Delivery
}

/**
 * Effect of a planned fault on an answer in transit. A door applies it as faithfully as it can; direct callers of `handle` must check it themselves.
 *
 * `reset` and `empty`: nothing of the answer arrives; the connection is reset or closed. `half_body`: the head, with the length of the whole
 * body, and half of the body; then the connection is closed. `slow_drip`: the body byte by byte.
 */
export type Delivery =
  | { readonly kind: 'reset' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'half_body' }
  | { readonly kind: 'slow_drip'; readonly pauseMs: number }

export function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}

/** Path and query exactly as written in a URL. `URL` itself would drop an empty `?`, which the signature covers. */
export function targetOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.indexOf('#', start)
  return url.slice(start, end === -1 ? undefined : end)
}

/** Whether nothing of the answer reaches the client, not even its head. */
export function isLost({ delivery }: WireResponse): boolean {
  return delivery?.kind === 'reset' || delivery?.kind === 'empty'
}

/** The error that `fetch` rejects with if a connection ends before the answer does. `cause` has the code that Node gives it. */
export function connectionError(kind: 'reset' | 'empty' | 'half_body'): TypeError {
  const cause =
    kind === 'reset'
      ? Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
      : Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })
  return new TypeError(kind === 'half_body' ? 'terminated' : 'fetch failed', { cause })
}

/** The part of a body that arrives before the connection is closed. */
export function firstHalf(body: Uint8Array): Uint8Array {
  return body.subarray(0, Math.floor(body.length / 2))
}

/**
 * The body of an answer for a web-standard `Response`, delivered as planned: whole, half of it and an error, or byte by byte.
 *
 * @throws TypeError as `fetch` does, if nothing of the answer arrives
 */
export function webBody({ status, body, delivery }: WireResponse): Uint8Array<ArrayBuffer> | ReadableStream | null {
  if (delivery?.kind === 'reset' || delivery?.kind === 'empty') throw connectionError(delivery.kind)
  if (status === 204) return null
  if (delivery === undefined) return new Uint8Array(body)
  return delivery.kind === 'half_body' ? half(body) : drip(body, delivery)
}

function half(body: Uint8Array): ReadableStream {
  let sent = false
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(connectionError('half_body'))
      sent = true
      controller.enqueue(new Uint8Array(firstHalf(body)))
    },
  })
}

function drip(body: Uint8Array, { pauseMs }: Extract<Delivery, { kind: 'slow_drip' }>): ReadableStream {
  let at = 0
  return new ReadableStream({
    async pull(controller) {
      if (at > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      if (at < body.length) controller.enqueue(new Uint8Array(body.subarray(at, at + 1)))
      at += 1
      if (at >= body.length) controller.close()
    },
  })
}

/**
 * The variables in the path of a request, decoded.
 *
 * @param template the operation's path, with its variables in braces
 * @param target the request's path, with or without a query
 */
export function pathMembers(template: string, target: string): Readonly<Record<string, string>> {
  const [path = ''] = target.split('?', 1)
  const segments = path.split('/')
  return Object.fromEntries(
    template
      .split('/')
      .flatMap((part, i) => (part.startsWith('{') ? [[part.slice(1, -1), decoded(segments[i] ?? '')]] : [])),
  )
}

/** A decoded path segment; returned unchanged if its escapes are broken. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
