import { isUpload } from '../protocol/message.ts'

/** A request, byte for byte as it arrived. */
export interface WireRequest {
  /** Upper case, as in the request line. */
  readonly method: string
  /** Path and query exactly as in the request line: the signature covers it byte for byte. */
  readonly target: string
  /** Names in lower case; the values of a repeated field are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** The largest body of a request other than an upload, in bytes (not documented: inferred). */
export const BODY_LIMIT = 2 * 1_048_576

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

/** The path of a request target, without its query. */
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
