import type { AttemptFailure } from './notification.ts'

/** Whether a host name or address, without port and brackets, can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** A host as it is compared: lower case, an IPv6 address without its brackets. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}

/** Hosts besides this machine that callbacks go to: names and addresses without ports, as {@link plainHost} writes them, or any at all. */
export type AllowedHosts = ReadonlySet<string> | 'any'

/**
 * Why a callback may not be sent to a URL; `undefined` when it may: to this machine, and to hosts that were allowed. The name itself is
 * judged, before anybody resolves it.
 */
export function obstacleTo(url: string, allowed: AllowedHosts): AttemptFailure | undefined {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    return { error: `${url} is not an http or https address.`, reason: { name: 'url_unfit', value: url } }
  }
  const host = plainHost(parsed.hostname)
  if (isLoopback(host) || allowed === 'any' || allowed.has(host)) return undefined
  const error = `${host} is not this machine, and was not allowed: name it with allowCallbackHosts (--allow-callback-host), or take callbacks with a function of yours (fetch of createMock, receive of the vitest fixture).`
  return { error, reason: { name: 'host_not_allowed', value: host } }
}

/** Whether merchants may name an address for callbacks: https anywhere, http on this machine only (docs/decisions/0007). */
export function isSafeAddress(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed) return false
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(plainHost(parsed.hostname)))
}

/** What a URL is reached through; callbacks to one origin go one after the other. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url
}
