import { createHash, timingSafeEqual } from 'node:crypto'
import { isLoopback, plainHost } from '../engine/callbacks/callback.ts'
import type { WireRequest } from '../engine/http-message.ts'
import { UsageError } from '../wire/protocol/errors.ts'

/** Whether a request has the control token; compared in constant time. */
export function bringsToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S.*)$/i.exec(authorization ?? '')?.[1]
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The header fields by which a browser tells what a request comes from. Programs other than browsers send few of them. */
interface Sender {
  readonly host: string
  readonly origin?: string | undefined
  readonly referer?: string | undefined
  /** Only to servers over TLS or on loopback. */
  readonly 'sec-fetch-site'?: string | undefined
}

/**
 * Whether a request was meant for this server: a web page whose name was pointed at this machine (DNS rebinding) sends its own name.
 *
 * @param host the Host header, with or without a port
 * @param allowed names and addresses besides the loopback ones, normalized by {@link namesOf}
 */
export function answersTo(host: string, allowed: ReadonlySet<string>): boolean {
  const name = hostnameOf(host)
  return name !== undefined && (isLoopback(plainHost(name)) || allowed.has(name))
}

/** Whether a text is a host name or an address. */
export function isHost(text: string): boolean {
  return hostnameOf(bracketed(text)) !== undefined
}

/**
 * Names and addresses as browsers write them, so that they can be compared with Host.
 *
 * @throws UsageError `MOCK_ALLOWED_HOST` for a text that is neither
 */
export function namesOf(hosts: readonly string[]): ReadonlySet<string> {
  const names = hosts.map((host) => {
    const name = hostnameOf(bracketed(host))
    if (name !== undefined) return name
    throw new UsageError('MOCK_ALLOWED_HOST', {
      en: `${JSON.stringify(host)} is not a host: allow a name or an address, such as mock or 192.0.2.1.`,
      zh: `${JSON.stringify(host)} 不是主机：请给出主机名或地址，如 mock 或 192.0.2.1。`,
    })
  })
  return new Set(names)
}

/** Whether a request comes from a program, or from a page of this server, as far as its header fields tell. */
export function isOfOwnOrigin({ origin, referer, 'sec-fetch-site': site, host }: Sender): boolean {
  // Another port of this machine is the same site but another origin.
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin !== undefined) return isSameOrigin(origin, host)
  // Browsers send no Origin with images and other parts of a page, and no Sec-Fetch-Site to a name over plain HTTP.
  return site !== undefined || referer === undefined || isSameOrigin(referer, host)
}

/**
 * Whether a browser sends a request and keeps back which page it is for: an image may ask for no Referer, and plain HTTP to a name brings no
 * Sec-Fetch-Site. A page of another origin can set no Authorization of its own; for one of Basic it need only write a user into the address.
 */
export function mayBeOfAnyPage(method: string, headers: WireRequest['headers']): boolean {
  const { authorization = 'Basic', origin, referer, 'sec-fetch-site': site, 'user-agent': agent = '' } = headers
  const saysNothing = (origin ?? referer ?? site) === undefined && /^basic\b/i.test(authorization)
  return saysNothing && ['GET', 'HEAD'].includes(method) && agent.startsWith('Mozilla/')
}

/**
 * @param host the Host header; on loopback, browsers say where a request comes from
 * @throws UsageError `MOCK_FORBIDDEN_ORIGIN` for a costly call that {@link mayBeOfAnyPage}: a page that gets no answer could still have many made
 */
export function checkCostly(method: string, headers: WireRequest['headers'], host: string): void {
  if (isLoopback(plainHost(hostnameOf(host) ?? '')) || !mayBeOfAnyPage(method, headers)) return
  throw new UsageError('MOCK_FORBIDDEN_ORIGIN', {
    en: `This takes much to answer, and by the name ${host} any web page could make a browser ask for it: take it from the dashboard, call the mock as localhost, or start it with --control-token. A program whose User-Agent begins with Mozilla sends Authorization: Bearer with any text.`,
    zh: `此调用开销较大，而通过主机名 ${host}，任何网页都可能让浏览器发出它：请从仪表盘获取，或以 localhost 调用，或在启动时使用 --control-token。User-Agent 以 Mozilla 开头的程序，可带上 Authorization: Bearer 和任意文字。`,
  })
}

/**
 * Whether other machines may reach this one by a name, as browsers write it. A name without a dot is known to containers of one network only; the
 * address that stands for all of a machine cannot be opened.
 */
export function isReachable(name: string): boolean {
  const host = plainHost(name)
  return /[.:]/.test(host) && !isLoopback(host) && host !== '0.0.0.0' && host !== '::'
}

/** @throws UsageError `MOCK_FORBIDDEN_HOST` unless the control API {@link answersTo} a host */
export function checkHost(host: string, allowed: ReadonlySet<string>): void {
  if (answersTo(host, allowed)) return
  throw new UsageError('MOCK_FORBIDDEN_HOST', {
    en: `The control API does not answer to the name ${host}: call it as localhost, 127.0.0.1 or the host that the server listens on, allow the name with --allow-host (allowedHosts), or send the control token.`,
    zh: `控制 API 不接受主机名 ${host}：请使用 localhost、127.0.0.1 或模拟服务监听的主机，或在启动时用 --allow-host（allowedHosts）允许它，或带上控制令牌。`,
  })
}

/** @throws UsageError `MOCK_FORBIDDEN_ORIGIN` unless a call {@link isOfOwnOrigin} */
export function checkOrigin(sender: Sender): void {
  if (isOfOwnOrigin(sender)) return
  throw new UsageError('MOCK_FORBIDDEN_ORIGIN', {
    en: 'The control API is not for web pages of other origins: call it from a program, or from the dashboard.',
    zh: '控制 API 不接受其他来源的网页发出的请求：请从程序或仪表盘调用。',
  })
}

function isSameOrigin(origin: string, host: string): boolean {
  const page = URL.parse(origin)
  // The server speaks HTTP and TLS on one port, so the page's own scheme is right either way.
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host
}

/** The name in a Host header as browsers write it; `undefined` for an invalid one. */
function hostnameOf(host: string): string | undefined {
  return /[/?#@\\\s]/.test(host) ? undefined : URL.parse(`http://${host}`)?.hostname
}

/** An IPv6 address in the brackets of a URL; other names are left unchanged. */
function bracketed(name: string): string {
  return /:.*:/.test(name) && !name.startsWith('[') ? `[${name}]` : name
}
