import type { AttemptReason } from './attempt-reasons.ts'

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
  const parsed = URL.parse(url)
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

/** The origin of a URL. Callbacks to one origin are delivered one at a time. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url
}
