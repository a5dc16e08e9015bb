import { createHash, timingSafeEqual } from 'node:crypto'
import { isLoopback, plainHost } from '../engine/callbacks/callback-host.ts'
import { UsageError } from '../protocol/errors.ts'

/** Whether a request brings the control token; compared in constant time. */
export function bringsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S.*)$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/**
 * Checks that a request was meant for this server: a web page whose name was pointed at this machine (DNS rebinding) sends its own
 * name.
 *
 * @param host the Host header, with or without a port
 * @param allowed names and addresses besides the loopback ones, without ports
 * @throws UsageError `MOCK_FORBIDDEN_HOST`
 */
export function checkHost(host: string, allowed: readonly string[]): void {
  const name = hostnameOf(host)
  if (
    name !== undefined &&
    (isLoopback(plainHost(name)) || allowed.some((other) => hostnameOf(bracketed(other)) === name))
  )
    return
  throw new UsageError(
    'MOCK_FORBIDDEN_HOST',
    `The control API does not answer to the name ${host}: call it as localhost or 127.0.0.1, or as the host that the server was told to listen on, or bring the control token.`,
  )
}

/**
 * Checks that a request does not come from a web page of another origin. Programs other than browsers send neither header.
 *
 * @throws UsageError `MOCK_FORBIDDEN_ORIGIN`
 */
export function checkOrigin(headers: { origin: string | undefined; site: string | undefined; host: string }): void {
  const { origin, site, host } = headers
  // Another port of this machine is the same site but another origin; browsers send no Origin with what a page only loads.
  const sameOrigin = site === undefined || site === 'same-origin' || site === 'none'
  if (sameOrigin && (origin === undefined || isSameOrigin(origin, host))) return
  throw new UsageError(
    'MOCK_FORBIDDEN_ORIGIN',
    'The control API is not for web pages of other origins: call it from a program, or from the dashboard.',
  )
}

function isSameOrigin(origin: string, host: string): boolean {
  const page = parseUrl(origin)
  // The server speaks HTTP and TLS on one port, so the page's own scheme is right either way.
  return page !== undefined && page.host !== '' && page.host === parseUrl(`${page.protocol}//${host}`)?.host
}

/** The name in a Host header as browsers write it; `undefined` where it is none. */
function hostnameOf(host: string): string | undefined {
  return /[/?#@\\\s]/.test(host) ? undefined : parseUrl(`http://${host}`)?.hostname
}

function bracketed(name: string): string {
  return name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
