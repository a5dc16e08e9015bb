import { isLoopback, plainHost } from '../engine/callbacks/callback-host.ts'
import { isWechatPayHost } from '../tls/hosts.ts'

/** The destination of a proxied request. */
export interface Destination {
  /** Lower case, an IPv6 address without its brackets. */
  readonly host: string
  readonly port: number
}

/** Parses `host:port`, as in CONNECT; `undefined` for anything else. */
export function parseAuthority(text: string): Destination | undefined {
  const port = /:(\d{1,5})$/.exec(text)?.[1]
  if (port === undefined || /[/?#@\\\s]/.test(text)) return undefined
  const parsed = URL.parse(`http://${text}`)
  return parsed?.hostname ? { host: plainHost(parsed.hostname), port: Number(port) } : undefined
}

/** A parsed request target. */
export interface RequestTarget {
  /** Path and query, byte for byte: the signature does not cover scheme and authority of a proxied request. */
  readonly originForm: string
  /** Set for a target in absolute form; `unreadable` if its authority is invalid. */
  readonly destination?: Destination | 'unreadable'
}

/** Parses the target of a request in origin form (`/v3/…`) or absolute form (`http://api.mch.weixin.qq.com/v3/…`). */
export function parseTarget(target: string): RequestTarget {
  if (target.startsWith('/')) return { originForm: target }
  const [whole, scheme, authority] = /^(https?):\/\/([^/?#]*)/i.exec(target) ?? []
  if (whole === undefined || authority === undefined) return { originForm: rooted(target) }
  const port = scheme?.toLowerCase() === 'https' ? 443 : 80
  return {
    originForm: rooted(target.slice(whole.length)),
    destination: parseAuthority(/:\d+$/.test(authority) ? authority : `${authority}:${port}`) ?? 'unreadable',
  }
}

function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** Whether a proxied request is for the mock itself: for one of WeChat Pay's hosts, or for its own address. */
export function isAnsweredHere({ host, port }: Destination, own: Destination): boolean {
  return isWechatPayHost(host) || (port === own.port && (isLoopback(host) || host === own.host))
}

/** Formats a destination for messages and request lines. */
export function formatAuthority({ host, port }: Destination): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
