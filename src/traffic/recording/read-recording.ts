import { isLoopback, plainHost } from '../../engine/callbacks/callback.ts'
import { targetOf } from '../../engine/http-message.ts'
import { isWechatPayHost } from '../../wire/protocol/authorization.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { isJsonObject, isTooDeep, type JsonObject, MOST_LEVELS, parseJson } from '../../wire/protocol/json-object.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { isHidden, printedObjects } from './printed-objects.ts'
import {
  CUT,
  type LoggedExchange,
  type LoggedExchanges,
  linesOfJson,
  okHttpExchanges,
  type RecordedMessage,
  rawExchanges,
  serviceExceptions,
} from './traffic-logs.ts'

export type { RecordedMessage }

/** A call and its answer, or a callback and that of the shop. */
export interface RecordedExchange {
  readonly kind: 'call' | 'callback'
  /** The file, and where in it: `shop.har, entry 3`, `shop.log:120`. */
  readonly place: string
  /** Upper case. */
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly request: RecordedMessage
  /** Left out if nothing was answered, or the recording ends before it. */
  readonly answer?: RecordedMessage & { readonly status: number }
  /** When it was sent, epoch milliseconds, if the recording says so. */
  readonly at?: number
  readonly durationMs?: number
}

/** The formats that are recognised. */
type RecordingFormat = 'HAR' | 'JSON' | 'OkHttp' | 'HTTP messages' | 'wechatpay-java' | 'axios'

/** The contents of a recording of traffic. */
export interface Recording {
  readonly formats: readonly RecordingFormat[]
  /** Calls of WeChat Pay and its callbacks, in the order of the recording. */
  readonly exchanges: readonly RecordedExchange[]
  /** How many exchanges with other services were left out. */
  readonly others: number
  /** Parts that could not be read whole, such as the last lines of a log that was cut. */
  readonly unread: readonly { readonly place: string; readonly reason: Texts }[]
}

/** Larger recordings are refused: they would not fit into the memory of a small machine. */
export const RECORDING_BYTES = 64 * 1_048_576

/**
 * Reads a recording of a shop's own traffic: HAR 1.2, JSON (one value, or one a line), or what the clients of WeChat Pay's SDKs log. The format is
 * recognised by itself; a log may have several.
 *
 * - OkHttp's `HttpLoggingInterceptor` (wechatpay-java)
 * - `ServiceException` of wechatpay-java
 * - HTTP messages: `httputil.DumpRequestOut` (wechatpay-go), `MessageFormatter::DEBUG` and `debug` of Guzzle (wechatpay-php), `curl -v`
 * - responses and errors that axios prints (wechatpay-axios-plugin), and their JSON
 *
 * Nothing is masked: mask before showing any of it.
 *
 * @param name of the file, in places and messages
 * @throws UsageError `MOCK_RECORDING` for a recording that is too large, in none of the formats, without a call of WeChat Pay, or with a body that is nested too deep
 */
export function readRecording(bytes: Uint8Array, name: string): Recording {
  if (bytes.length > RECORDING_BYTES) throw fault(name, TOO_LARGE)
  const text = new TextDecoder().decode(bytes)
  if (text.trim() === '') throw fault(name, EMPTY)
  const found = foundIn(text, name)
  if (found.formats.length === 0) throw fault(name, /^\s*[[{]/.test(text) ? CUT_JSON : UNKNOWN)
  const exchanges = found.exchanges.flatMap((one) => exchangeOf(one) ?? [])
  for (const { place, request, answer } of exchanges) {
    for (const body of [request.body, answer?.body]) checkDepth(body && parseJson(body), place)
  }
  // A callback that a mock could not send has no answer, and is not counted.
  const others = found.exchanges.filter((one) => one.answer && !exchangeOf(one)).length
  if (exchanges.length === 0) throw fault(name, noCalls(others, found.unread.length))
  return { formats: found.formats, exchanges, others, unread: found.unread }
}

interface Found extends LoggedExchanges {
  readonly formats: readonly RecordingFormat[]
}

function foundIn(text: string, name: string): Found {
  const whole = parseJson(text)
  if (whole !== undefined) return inJson(whole, name)
  const at = (line: number) => `${name}:${line}`
  const okHttp = okHttpExchanges(text, at)
  const parts: (LoggedExchanges & { readonly format: RecordingFormat })[] = [
    { format: 'OkHttp', ...okHttp },
    // The client that logs each call logs the answer of an exception too.
    ...(okHttp.exchanges.length === 0 ? [{ format: 'wechatpay-java', ...serviceExceptions(text, at) } as const] : []),
    { format: 'HTTP messages', ...rawExchanges(text, at) },
    { format: 'JSON', ...objectsAmong(linesOfJson(text), at) },
    { format: 'axios', ...objectsAmong(printedObjects(text), at) },
  ]
  const some = parts.filter(({ exchanges, unread }) => exchanges.length + unread.length > 0)
  return {
    formats: some.map(({ format }) => format),
    exchanges: some.flatMap(({ exchanges }) => exchanges),
    unread: some.flatMap(({ unread }) => unread),
  }
}

/** The exchanges among objects that a program printed. */
function objectsAmong(
  {
    objects,
    cut,
    deep,
  }: { readonly objects: readonly { line: number; value: unknown }[]; readonly cut?: number; readonly deep?: number },
  at: (line: number) => string,
): LoggedExchanges {
  if (deep !== undefined) throw fault(at(deep), TOO_DEEP)
  return {
    exchanges: objects.flatMap(({ line, value }) => exchangeIn(value, at(line)) ?? []),
    unread: cut === undefined ? [] : [{ place: at(cut), reason: CUT }],
  }
}

function inJson(value: unknown, name: string): Found {
  const log = isJsonObject(value) && isJsonObject(value.log) ? value.log : undefined
  if (log && Array.isArray(log.entries)) {
    const entries: readonly unknown[] = log.entries
    return {
      formats: ['HAR'],
      exchanges: entries.flatMap((entry, i) => harExchange(entry, `${name}, entry ${i + 1}`) ?? []),
      unread: [],
    }
  }
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const exchanges = list.flatMap((one, i) => exchangeIn(one, `${name}, entry ${i + 1}`) ?? [])
  return { formats: exchanges.length > 0 ? ['JSON'] : [], exchanges, unread: [] }
}

function harExchange(entry: unknown, place: string): LoggedExchange | undefined {
  const { request, response, startedDateTime, time } = membersOf(entry)
  const { method, url, headers, postData } = membersOf(request)
  const { status, headers: answerHeaders, content } = membersOf(response)
  if (typeof method !== 'string' || typeof url !== 'string') return undefined
  const sent = membersOf(postData)
  const got = membersOf(content)
  // The journal of a mock has what it answered, also where a planned fault kept that from arriving whole.
  const arrived = !['reset', 'empty', 'half_body'].includes(String(membersOf(response)._delivery))
  const answered = typeof status === 'number' && status > 0 && arrived
  const base64 = sent.encoding ?? sent._encoding
  return {
    place,
    method,
    url,
    request: { headers: headersIn(headers), body: bodyIn(postData ? sent.text : '', base64), exact: true },
    ...(answered && {
      answer: {
        status,
        headers: headersIn(answerHeaders),
        // Browsers leave out the text of an empty body.
        body: bodyIn(got.size === 0 ? (got.text ?? '') : got.text, got.encoding),
        exact: true,
      },
    }),
    ...timesIn(startedDateTime, time),
  }
}

/** An exchange as programs write it to JSON or print it: axios' response or error, or an object with `request` and `response`. */
function exchangeIn(value: unknown, place: string): LoggedExchange | undefined {
  const { config, request, response, time, duration_ms } = membersOf(value)
  const answer = membersOf(response ?? value)
  const asked = membersOf(isJsonObject(config) ? config : (answer.config ?? request))
  const { method = 'GET', headers, params } = asked
  const [sent, got] = [asked, answer].map((one) => ('data' in one ? one.data : one.body))
  for (const part of [params, sent, got]) checkDepth(part, place)
  const url = isJsonObject(config) || answer.config ? addressOf(asked) : (asked.url ?? asked.target ?? asked.path)
  if (typeof url !== 'string' || typeof method !== 'string') return undefined
  const { status } = answer
  return {
    place,
    method: method.toUpperCase(),
    url,
    request: { headers: headersIn(headers), ...bodyOfValue(sent ?? '') },
    ...(typeof status === 'number' && {
      answer: {
        status,
        headers: headersIn(answer.headers),
        ...bodyOfValue(got),
      },
    }),
    ...timesIn(time, duration_ms),
  }
}

/** The address of a configuration of axios. */
function addressOf({ baseURL, url = '', params }: JsonObject): unknown {
  if (typeof url !== 'string') return undefined
  const base = typeof baseURL === 'string' && !/^https?:/i.test(url) ? `${baseURL.replace(/\/$/, '')}/` : ''
  const whole = base + (base === '' ? url : url.replace(/^\//, ''))
  const members = Object.entries(membersOf(params)).filter(([, value]) => value !== undefined && value !== null)
  if (members.length === 0) return whole
  const query = new URLSearchParams(members.map(([key, value]): [string, string] => [key, String(value)]))
  return `${whole}${whole.includes('?') ? '&' : '?'}${query}`
}

/** The body of a message that a program printed: text as it was, or the value that it parsed. */
function bodyOfValue(value: unknown): Omit<RecordedMessage, 'headers'> {
  if (typeof value === 'string') return { body: Buffer.from(value), exact: true }
  if (isJsonObject(value) && typeof value.base64 === 'string')
    return { body: bodyIn(value.base64, 'base64'), exact: true }
  // JSON leaves out hidden members.
  const body = isJsonObject(value) || Array.isArray(value) ? Buffer.from(JSON.stringify(value)) : undefined
  return { body, exact: false, ...(isHidden(value) && { partial: true }) }
}

function bodyIn(text: unknown, encoding: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined
  return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8')
}

/** Header fields as HAR lists them, or as an object. */
function headersIn(value: unknown): Map<string, string> {
  const fields: readonly unknown[] = Array.isArray(value)
    ? value.map((one: unknown) => [membersOf(one).name, membersOf(one).value])
    : Object.entries(membersOf(value))
  const headers = new Map<string, string>()
  for (const field of fields) {
    const [name, text] = field as readonly [unknown, unknown]
    if (typeof name !== 'string' || !['string', 'number'].includes(typeof text)) continue
    const before = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), before === undefined ? String(text) : `${before}, ${String(text)}`)
  }
  return headers
}

function timesIn(start: unknown, duration: unknown): Pick<RecordedExchange, 'at' | 'durationMs'> {
  const at = typeof start === 'string' ? Date.parse(start) : Number.NaN
  return {
    ...(!Number.isNaN(at) && { at }),
    ...(typeof duration === 'number' && duration >= 0 && { durationMs: duration }),
  }
}

function membersOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The exchange, if it is one with WeChat Pay; a service elsewhere may have paths under `/v3` too. */
function exchangeOf({ url, ...exchange }: LoggedExchange): RecordedExchange | undefined {
  const { request, answer } = exchange
  const isWhole = /^https?:\/\//i.test(url)
  const target = (isWhole ? targetOf(url) : url.replace(/#.*$/s, '')) || '/'
  if (!target.startsWith('/')) return undefined
  const host = isWhole ? plainHost(URL.parse(url)?.hostname ?? '') : (request.headers.get('host') ?? '')
  const signed = (headers: ReadonlyMap<string, string> | undefined) => headers?.has('wechatpay-signature') ?? false
  const authorization = request.headers.get('authorization') ?? ''
  if (signed(request.headers) && !authorization) return { ...exchange, kind: 'callback', target }
  const isHere = host === '' || isLoopback(host.replace(/:\d+$/, ''))
  const isOurs = isWechatPayHost(host) || authorization.startsWith('WECHATPAY2-') || signed(answer?.headers) || isHere
  return isOurs && /^\/v3\//.test(target) ? { ...exchange, kind: 'call', target } : undefined
}

/** @throws UsageError `MOCK_RECORDING` for a part of an exchange that is nested deeper than what reads it goes */
export function checkDepth(part: unknown, place: string): void {
  if (isTooDeep(part)) throw fault(place, TOO_DEEP)
}

function fault(name: string, { en, zh }: Texts): UsageError {
  return new UsageError('MOCK_RECORDING', { en: `${name} ${en}`, zh: `${name} ${zh}` })
}

const TOO_LARGE: Texts = {
  en: `is larger than ${RECORDING_BYTES / 1_048_576} MB: record less, or split it.`,
  zh: `大于 ${RECORDING_BYTES / 1_048_576} MB，请缩短录制的时间，或分成几个文件。`,
}

const TOO_DEEP: Texts = {
  en: `is nested more than ${MOST_LEVELS} levels deep, as no call of WeChat Pay is: leave it out of the recording.`,
  zh: `的嵌套超过 ${MOST_LEVELS} 层，微信支付没有这样的请求，请从流量记录中去掉。`,
}

const EMPTY: Texts = { en: 'is empty.', zh: '是空文件。' }

const CUT_JSON: Texts = {
  en: 'starts like JSON but cannot be read as a recording: was it cut off?',
  zh: '以 JSON 开头，但无法作为流量记录读取，可能被截断了。',
}

const UNKNOWN: Texts = {
  en: 'is no recording of traffic that is known here: HAR, JSON, or what OkHttp, wechatpay-java, Go, Guzzle, curl -v or axios print.',
  zh: '不是可识别的流量记录：应为 HAR、JSON，或 OkHttp、wechatpay-java、Go、Guzzle、curl -v、axios 打印的日志。',
}

function noCalls(others: number, unread: number): Texts {
  if (others === 0)
    return { en: `has no whole call in it${unread > 0 ? ', only parts' : ''}.`, zh: '中没有完整的请求。' }
  return {
    en: `has ${others} ${others === 1 ? 'call' : 'calls'} of other services, and none of WeChat Pay.`,
    zh: `中有 ${others} 个其他服务的请求，没有微信支付的请求。`,
  }
}
