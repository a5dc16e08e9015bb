/** Whether a host name or address, without port and brackets, can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

/** A host as it is compared: lower case, an IPv6 address without its brackets. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}

/**
 * Why a callback may not be sent to a URL; `undefined` when it may: to this machine, and to hosts that were named. The name itself is
 * judged, before anybody resolves it.
 *
 * @param allowed names and addresses without ports, as {@link plainHost} writes them
 */
export function obstacleTo(url: string, allowed: ReadonlySet<string>): string | undefined {
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return `${url} is not an http or https address.`
  const host = plainHost(parsed.hostname)
  if (isLoopback(host) || allowed.has(host)) return undefined
  return `${host} is not this machine, and was not allowed: name it with allowCallbackHosts (--allow-callback-host).`
}

/** What a URL is reached through; callbacks to one origin go one after the other. */
export function originOf(url: string): string {
  return URL.parse(url)?.origin ?? url
}
