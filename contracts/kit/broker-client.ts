import { setTimeout as pause } from 'node:timers/promises'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { isJsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'
import {
  BrokerError,
  badLink,
  faultOf,
  NO_ADDRESS,
  noLink,
  redirected,
  refused,
  tooLarge,
  unanswered,
  wordsIn,
} from './broker-error.ts'
import { readAll } from './raw-http.ts'

/** Credentials for a broker. */
export interface BrokerCredentials {
  readonly token?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** A Pact broker, or another server of pacts. */
export interface BrokerClient {
  /** Its address for messages, without credentials and query. */
  readonly url: string
  /** @throws UsageError `MOCK_PACT_BROKER` unless it answers with success; also thrown by the others */
  get(address: string): Promise<BrokerAnswer>
  post(address: string, body: object): Promise<BrokerAnswer>
  put(address: string, body: object): Promise<BrokerAnswer>
}

export interface BrokerAnswer {
  readonly text: string
  /** `undefined` if it is not JSON. */
  readonly json: unknown
}

/** Credentials, limits and retries for calls to a server. */
export interface BrokerClientOptions {
  readonly credentials: BrokerCredentials
  /** Time limit of an answer, which also scales the retries after temporary failures. */
  readonly timeoutMs: number
  /** Aborts calls, which then reject with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** Waits between retries of a temporary failure, as fractions of the time limit of an answer. */
const WAITS = [1 / 60, 1 / 30, 1 / 15] as const

/** Whether a failure may be temporary. */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 408

/**
 * Talks to a broker. A temporary failure (5xx, 429, 408) is retried three times, after 0.5, 1 and 2 seconds for a time limit of 30; a call without an
 * answer is never retried.
 *
 * Links are followed on the original origin, since many brokers have a wrong idea of their address, and so that credentials go nowhere else.
 * Redirects are never followed.
 *
 * @param address may contain a name and a password, which apply unless other credentials are given
 * @throws UsageError `MOCK_PACT_BROKER` for an invalid address
 */
export function brokerClient(address: string, { credentials, timeoutMs, signal }: BrokerClientOptions): BrokerClient {
  const base = URL.parse(address)
  if (!base || !/^https?:$/.test(base.protocol)) throw new BrokerError(NO_ADDRESS)
  const own: BrokerCredentials = { username: decoded(base.username), password: decoded(base.password) }
  const known = credentials.token === undefined && credentials.username === undefined ? own : credentials
  const authorization = authorizationOf(known)
  const secrets = [authorization?.replace(/^\w+ /, ''), base.password, known.password].filter((one) => one)
  base.username = ''
  base.password = ''
  const { origin } = base
  const hidden = (text: string) => secrets.reduce<string>((shown, secret = '') => shown.replaceAll(secret, '***'), text)

  const attempt = async (method: string, url: URL, body: object | undefined) => {
    const call = `${method} ${url.pathname}`
    try {
      const response = await fetch(url, {
        method,
        headers: {
          Accept: 'application/hal+json, application/json',
          ...(body && { 'Content-Type': 'application/json' }),
          ...(authorization !== undefined && { Authorization: authorization }),
        },
        // A redirected POST would become a GET, whose answer would look like success.
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
        ...(body && { body: JSON.stringify(body) }),
      })
      const { status, statusText, headers } = response
      const text = response.body ? await readAll(response.body) : ''
      return { status, statusText, headers, text: text.toString() }
    } catch (cause) {
      signal?.throwIfAborted()
      // Any failure of the connection is external, rather than a bug.
      const isTooLarge = cause instanceof UsageError
      const fault = isTooLarge ? tooLarge(call, origin) : unanswered(call, origin, faultOf(cause, timeoutMs, hidden))
      throw new BrokerError(fault, { cause })
    }
  }

  const call = async (method: string, address: string, body?: object): Promise<BrokerAnswer> => {
    const url = placeAt(base, address)
    const asked = `${method} ${url.pathname}`
    for (const wait of [...WAITS, undefined]) {
      const { status, statusText, headers, text } = await attempt(method, url, body)
      if (status < 300) return { text, json: parseJson(text) }
      if (wait !== undefined && isPassing(status)) {
        await pause(wait * timeoutMs)
        signal?.throwIfAborted()
        continue
      }
      const place = status < 400 ? URL.parse(headers.get('location') ?? '', url.href) : null
      if (place) throw new BrokerError(redirected(asked, origin, place), { status })
      const words = wordsIn(text, { type: headers.get('content-type') ?? '', hidden })
      const said = `${status} ${statusText}`.trim() + (words === '' ? '' : `: ${words}`)
      throw new BrokerError(refused(asked, origin, said, status), { status })
    }
    throw new Error('A call ends with its last attempt.')
  }

  return {
    url: (origin + base.pathname).replace(/\/$/, ''),
    get: (address) => call('GET', address),
    post: (address, body) => call('POST', address, body),
    put: (address, body) => call('PUT', address, body),
  }
}

/** The path and the query of an address, at the origin of another. */
function placeAt(base: URL, address: string): URL {
  const meant = URL.parse(address, base.href)
  if (!meant) throw new BrokerError(badLink(base.origin, address))
  const url = new URL(base.href)
  // Set separately: a path with two slashes would be parsed as a host.
  url.pathname = meant.pathname
  url.search = meant.search
  return url
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A password may have an unescaped percent sign.
    return text
  }
}

/** The token takes precedence over the name. */
function authorizationOf({ token, username = '', password = '' }: BrokerCredentials): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  return username === '' ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/**
 * The address of a link of a HAL resource.
 *
 * @param values fill a templated address
 * @throws UsageError `MOCK_PACT_BROKER` if the link does not exist
 */
export function linkIn(
  resource: unknown,
  name: string,
  { url, values = {} }: { readonly url: string; readonly values?: Readonly<Record<string, string>> },
): string {
  const links = isJsonObject(resource) && isJsonObject(resource._links) ? resource._links : {}
  const link = links[name]
  if (!isJsonObject(link) || typeof link.href !== 'string') throw new BrokerError(noLink(url, name))
  return link.href.replaceAll(/\{(\w+)\}/g, (place, key: string) => {
    const value = values[key]
    return value === undefined ? place : encodeURIComponent(value)
  })
}
