import { setTimeout as pause } from 'node:timers/promises'
import { UsageError } from '../../src/protocol/errors.ts'
import { isJsonObject, parseJson } from '../../src/protocol/json-object.ts'
import { quoted, type Texts } from '../../src/shared/texts.ts'

/** How a broker knows who asks. */
export interface BrokerCredentials {
  readonly token?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** A Pact broker, or another server that has pacts. */
export interface BrokerClient {
  /** Its address, without credentials. */
  readonly url: string
  /** @throws UsageError `MOCK_PACT_BROKER` unless it answers with success, like the others */
  get(address: string): Promise<BrokerAnswer>
  post(address: string, body: object): Promise<BrokerAnswer>
  put(address: string, body: object): Promise<BrokerAnswer>
}

export interface BrokerAnswer {
  readonly text: string
  /** `undefined` for what is not JSON. */
  readonly json: unknown
}

/** What a server is asked with. */
export interface BrokerClientOptions {
  readonly credentials: BrokerCredentials
  /** How long an answer may take, and how patient to be with one that cannot give it. */
  readonly timeoutMs: number
}

/** Waits before a call is made again that a broker could not answer for the moment, as parts of the time that an answer may take. */
const WAITS = [1 / 60, 1 / 30, 1 / 15] as const

/** Whether a server may answer otherwise in a moment. */
const isPassing = (status: number): boolean => status >= 500 || status === 429 || status === 408

/** The error of a broker that could not be used. */
export class BrokerError extends UsageError {
  /** Left out where it did not answer. */
  readonly status: number | undefined

  constructor(texts: Texts, { status, cause }: { readonly status?: number; readonly cause?: unknown } = {}) {
    super('MOCK_PACT_BROKER', texts, { cause })
    this.status = status
  }
}

/**
 * Talks to a broker. A call that fails for the moment (5xx, 429, 408) is made three times more, with waits of 0.5, 1 and 2 seconds if an answer may
 * take 30; one that is not answered, never.
 *
 * Its links are followed on the address that it was asked at, since many brokers believe that theirs is another, and so that credentials go nowhere else.
 *
 * @param address may have a name and a password in it, which count where there are no other credentials
 * @throws UsageError `MOCK_PACT_BROKER` for what is no address
 */
export function brokerClient(address: string, { credentials, timeoutMs }: BrokerClientOptions): BrokerClient {
  const base = URL.parse(address)
  if (!base || !/^https?:$/.test(base.protocol)) throw new BrokerError(NO_ADDRESS)
  const own: BrokerCredentials = { username: decoded(base.username), password: decoded(base.password) }
  const known = credentials.token === undefined && credentials.username === undefined ? own : credentials
  const authorization = authorizationOf(known)
  const secrets = [known.token, known.password, base.password].filter((one) => one !== undefined && one !== '')
  base.username = ''
  base.password = ''
  const hidden = (text: string) => secrets.reduce<string>((shown, secret = '') => shown.replaceAll(secret, '***'), text)

  const attempt = async (method: string, url: URL, body: object | undefined) => {
    try {
      const response = await fetch(url, {
        method,
        headers: {
          Accept: 'application/hal+json, application/json',
          ...(body && { 'Content-Type': 'application/json' }),
          ...(authorization !== undefined && { Authorization: authorization }),
        },
        signal: AbortSignal.timeout(timeoutMs),
        ...(body && { body: JSON.stringify(body) }),
      })
      const { status, statusText, headers } = response
      return { status, statusText, type: headers.get('content-type') ?? '', text: await response.text() }
    } catch (cause) {
      const fault = faultOf(cause, timeoutMs, hidden)
      throw new BrokerError(unanswered(`${method} ${url.pathname}`, base.origin, fault), { cause })
    }
  }

  const call = async (method: string, address: string, body?: object): Promise<BrokerAnswer> => {
    const url = placeAt(base, address)
    for (const wait of [...WAITS, undefined]) {
      const { status, statusText, type, text } = await attempt(method, url, body)
      if (status < 300) return { text, json: parseJson(text) }
      if (wait !== undefined && isPassing(status)) {
        await pause(wait * timeoutMs)
        continue
      }
      const said = `${status} ${statusText}`.trim()
      const words = hidden(wordsIn(text, type))
      throw new BrokerError(
        refused(`${method} ${url.pathname}`, base.origin, words === '' ? said : `${said}: ${words}`, status),
        {
          status,
        },
      )
    }
    throw new Error('A call ends with its last attempt.')
  }

  return {
    url: base.href.replace(/\/$/, ''),
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
  // Each by itself: a path with two slashes would be read as a host.
  url.pathname = meant.pathname
  url.search = meant.search
  return url
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A password may have a percent sign that nobody escaped.
    return text
  }
}

/** The token goes before the name. */
function authorizationOf({ token, username = '', password = '' }: BrokerCredentials): string | undefined {
  if (token !== undefined) return `Bearer ${token}`
  return username === '' ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/**
 * The address of a link of a HAL resource.
 *
 * @param values go into the places of a templated address
 * @throws UsageError `MOCK_PACT_BROKER` when there is none
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

/** How much of a server's words is repeated. */
const WORDS_LIMIT = 300

/** What a server says about why it refuses, as brokers and what stands before them write it. */
function wordsIn(text: string, type: string): string {
  const json = parseJson(text)
  const said = isJsonObject(json)
    ? [json.error, json.errors, json.message, json.title, json.detail].flatMap(textsIn).join('; ')
    : /html/.test(type)
      ? ''
      : text
  return said.trim().replaceAll(/\s+/g, ' ').slice(0, WORDS_LIMIT)
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (!isJsonObject(value)) return []
  if (typeof value.message === 'string') return [value.message]
  return Object.entries(value).flatMap(([field, one]) => textsIn(one).map((text) => `${field}: ${text}`))
}

const NETWORK_FAULTS: Readonly<Record<string, Texts>> = {
  ECONNREFUSED: { en: 'the connection was refused', zh: '连接被拒绝' },
  ECONNRESET: { en: 'the connection was closed', zh: '连接被关闭' },
  UND_ERR_SOCKET: { en: 'the connection was closed', zh: '连接被关闭' },
  ENOTFOUND: { en: 'there is no such host', zh: '没有这个主机' },
}

/** Why there was no answer. @param hidden takes secrets out of what others say */
function faultOf(error: unknown, timeoutMs: number, hidden: (text: string) => string): Texts {
  if (error instanceof Error && error.name === 'TimeoutError') {
    const seconds = timeoutMs / 1_000
    return { en: `there was no answer within ${seconds} s`, zh: `${seconds} 秒内没有应答` }
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const { code = '', message } = cause as NodeJS.ErrnoException
  return (Object.hasOwn(NETWORK_FAULTS, code) && NETWORK_FAULTS[code]) || quoted(hidden(message || code))
}

/** It is not repeated, since a password may be in it. */
const NO_ADDRESS: Texts = {
  en: 'The address of the broker has to be one like https://broker.example.com.',
  zh: 'Broker 的地址应为 https://broker.example.com 这样的形式。',
}

const badLink = (origin: string, address: string): Texts => ({
  en: `${origin} answered with a link that is no address: "${address.slice(0, WORDS_LIMIT)}". Is it a Pact broker?`,
  zh: `${origin} 的应答中有一个链接不是地址：“${address.slice(0, WORDS_LIMIT)}”，请确认它是 Pact Broker。`,
})

const unanswered = (call: string, origin: string, fault: Texts): Texts => ({
  en: `${origin} did not answer ${call}: ${fault.en}. Is this its address, and can it be reached from here?`,
  zh: `${origin} 没有应答 ${call}：${fault.zh}。请检查地址，以及从这里能否访问。`,
})

const refused = (call: string, origin: string, said: string, status: number): Texts => {
  const advice = ADVICE[status]
  return {
    en: `${origin} answered ${call} with ${said}${/[.!?]$/.test(said) ? '' : '.'}${advice ? ` ${advice.en}` : ''}`,
    zh: `${origin} 对 ${call} 的应答是 ${said}${/[。.!?]$/.test(said) ? '' : '。'}${advice?.zh ?? ''}`,
  }
}

const KEYS: Texts = {
  en: 'Is PACT_BROKER_TOKEN set, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, to what may do this?',
  zh: '请检查 PACT_BROKER_TOKEN，或 PACT_BROKER_USERNAME 和 PACT_BROKER_PASSWORD 是否有此权限。',
}

const PLACE: Texts = {
  en: 'Is the address right, with the path that a broker may be under?',
  zh: '请检查地址，以及 Broker 所在的路径。',
}

const ADVICE: Readonly<Record<number, Texts>> = { 401: KEYS, 403: KEYS, 404: PLACE }

const noLink = (url: string, name: string): Texts => ({
  en: `${url} answered without a link ${name}: it is no Pact broker, or one that is too old.`,
  zh: `${url} 的应答中没有链接 ${name}：不是 Pact Broker，或版本过旧。`,
})
