import { UsageError } from '../../src/wire/protocol/errors.ts'
import { isJsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'
import { quoted, shortened, type Texts } from '../../src/wire/shared/texts.ts'
import { ANSWER_BYTES } from './raw-http.ts'

/** Failure to use a broker. */
export class BrokerError extends UsageError {
  /** Absent if it did not answer. */
  readonly status: number | undefined

  constructor(texts: Texts, { status, cause }: { readonly status?: number; readonly cause?: unknown } = {}) {
    super('MOCK_PACT_BROKER', texts, { cause })
    this.status = status
  }
}

/** Maximum length of a server's message that is repeated. */
const WORDS_LIMIT = 300

/** Removes secrets from messages of others. */
type Hidden = (text: string) => string

/** A server's reason for a refusal, in the formats of brokers and of proxies before them. */
export function wordsIn(text: string, { type, hidden }: { readonly type: string; readonly hidden: Hidden }): string {
  const json = parseJson(text)
  const said = isJsonObject(json)
    ? [json.error, json.errors, json.message, json.title, json.detail].flatMap(textsIn).join('; ')
    : /html/.test(type)
      ? ''
      : text
  return shortened(hidden(said).trim().replaceAll(/\s+/g, ' '), WORDS_LIMIT)
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

/** Why an answer is missing. */
export function faultOf(error: unknown, timeoutMs: number, hidden: Hidden): Texts {
  if (error instanceof Error && error.name === 'TimeoutError') {
    const seconds = timeoutMs / 1_000
    return { en: `there was no answer within ${seconds} s`, zh: `${seconds} 秒内没有应答` }
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const { code = '', message } = cause as NodeJS.ErrnoException
  return (Object.hasOwn(NETWORK_FAULTS, code) && NETWORK_FAULTS[code]) || quoted(hidden(message || code))
}

/** The address is not repeated, since it may contain a password. */
export const NO_ADDRESS: Texts = {
  en: 'The address of a broker or a pact has to be one like https://broker.example.com.',
  zh: 'Broker 或契约的地址应为 https://broker.example.com 这样的形式。',
}

export const badLink = (origin: string, address: string): Texts => ({
  en: `${origin} answered with a link that is no address: "${shortened(address, WORDS_LIMIT)}". Is it a Pact broker?`,
  zh: `${origin} 的应答中有一个链接不是地址：“${shortened(address, WORDS_LIMIT)}”，请确认它是 Pact Broker。`,
})

export const unanswered = (call: string, origin: string, fault: Texts): Texts => ({
  en: `${origin} did not answer ${call}: ${fault.en}. Is this its address, and can it be reached from here?`,
  zh: `${origin} 没有应答 ${call}：${fault.zh}。请检查地址，以及从这里能否访问。`,
})

const LIMIT_MB = ANSWER_BYTES / 1_048_576

export const tooLarge = (call: string, origin: string): Texts => ({
  en: `${origin} answered ${call} with more than ${LIMIT_MB} MB, which no pact has. Is this its address?`,
  zh: `${origin} 对 ${call} 的应答超过 ${LIMIT_MB} MB，不会是契约，请检查地址。`,
})

/** Names the target of a redirect without its secrets. */
export const redirected = (call: string, from: string, { origin, pathname }: URL): Texts => ({
  en: `${from} redirects ${call} to ${origin}${pathname}. Redirects are not followed: give the address that it answers at itself.`,
  zh: `${from} 把 ${call} 重定向到 ${origin}${pathname}。这里不跟随重定向，请给出它直接应答的地址。`,
})

export const refused = (call: string, origin: string, said: string, status: number): Texts => {
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

export const notKept = (url: string): Texts => ({
  en: `${url} answered with success, though not as a Pact broker does. Is this its address, and does anything stand before it?`,
  zh: `${url} 的应答表示成功，却不是来自 Pact Broker，请检查地址以及 Broker 前面的代理。`,
})

export const noLink = (url: string, name: string): Texts => ({
  en: `${url} answered without a link ${name}: it is no Pact broker, or one that is too old.`,
  zh: `${url} 的应答中没有链接 ${name}：不是 Pact Broker，或版本过旧。`,
})
