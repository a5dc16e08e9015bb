import { parseJson } from '../../wire/protocol/json-object.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { parseRawMessage } from './raw-message.ts'

/** A request or an answer, as far as its recording shows it. */
export interface RecordedMessage {
  /** Names in lower case; empty if the recording shows none. */
  readonly headers: ReadonlyMap<string, string>
  /** `undefined` if the recording does not show it, or only its beginning. */
  readonly body: Buffer | undefined
  /** Whether the body has the bytes of the wire, which its signature covers: some logs print what the client parsed. */
  readonly exact: boolean
  /** The log left out members of the body. */
  readonly partial?: true
}

/** An exchange in a log, with any service. */
export interface LoggedExchange {
  readonly place: string
  readonly method: string
  /** The whole address, or path and query. */
  readonly url: string
  readonly request: RecordedMessage
  readonly answer?: RecordedMessage & { readonly status: number }
  readonly at?: number
  readonly durationMs?: number
}

/** The exchanges of a log, and the parts of it that could not be read whole. */
export interface LoggedExchanges {
  readonly exchanges: readonly LoggedExchange[]
  readonly unread: readonly { readonly place: string; readonly reason: Texts }[]
}

type Place = (line: number) => string

export const CUT: Texts = { en: 'the call has no end', zh: '这次请求不完整' }
const NO_CALL: Texts = { en: 'an answer without its call', zh: '有应答，没有对应的请求' }
const NO_ANSWER: Texts = { en: 'a call without an answer', zh: '有请求，没有应答' }

/** A call of OkHttp whose log has not ended. */
interface OpenCall {
  readonly place: string
  readonly method: string
  readonly url: string
  readonly prefix: string
  readonly request: string[]
  requestEnd?: string
  answer?: { readonly status: number; readonly lines: string[]; readonly durationMs: number }
}

/**
 * The calls in a log of OkHttp's `HttpLoggingInterceptor`, of the level `BODY`. Each line may have the prefix of a logger. Calls of several threads may
 * take turns: an answer belongs to the call of its address.
 */
export function okHttpExchanges(text: string, at: Place): LoggedExchanges {
  if (!text.includes('--> ')) return { exchanges: [], unread: [] }
  const exchanges: LoggedExchange[] = []
  const unread: { place: string; reason: Texts }[] = []
  const open: OpenCall[] = []
  let current: OpenCall | undefined
  for (const [i, whole] of text.split(/\r?\n/).entries()) {
    const arrow = whole.search(/(?:-->|<--) /)
    const line = arrow === -1 ? '' : whole.slice(arrow)
    const [, method, url] = /^--> ([A-Z]+) (https?:\/\/\S+)/.exec(line) ?? []
    const [, status, answered, time] = /^<-- (\d{3})[^/]* (https?:\/\/\S+) \((\d+)ms/.exec(line) ?? []
    if (method !== undefined && url !== undefined) {
      current = { place: at(i + 1), method, url, prefix: whole.slice(0, arrow), request: [] }
      open.push(current)
    } else if (line.startsWith('--> END ') && current) {
      current.requestEnd = line
      current = undefined
    } else if (status !== undefined) {
      current = open.find((one) => one.url === answered && one.answer === undefined)
      if (current) current.answer = { status: Number(status), lines: [], durationMs: Number(time) }
      else unread.push({ place: at(i + 1), reason: NO_CALL })
    } else if (line.startsWith('<-- END HTTP') && current) {
      open.splice(open.indexOf(current), 1)
      exchanges.push(okHttpExchange(current, line))
      current = undefined
    } else if (line.startsWith('<-- HTTP FAILED')) {
      const failed = open.findIndex(({ answer }) => answer === undefined)
      for (const { place } of failed === -1 ? [] : open.splice(failed, 1)) unread.push({ place, reason: NO_ANSWER })
    } else if (current && !/ okhttp3\.\S+ log$/.test(whole)) {
      const lines = current.answer?.lines ?? current.request
      lines.push(withoutPrefix(whole, current.prefix))
    }
  }
  return { exchanges, unread: [...unread, ...open.map(({ place }) => ({ place, reason: CUT }))] }
}

function okHttpExchange(
  { place, method, url, request, requestEnd = '', answer }: OpenCall,
  end: string,
): LoggedExchange {
  return {
    place,
    method,
    url,
    request: okHttpMessage(request, requestEnd),
    ...(answer && {
      answer: { status: answer.status, ...okHttpMessage(answer.lines, end) },
      durationMs: answer.durationMs,
    }),
  }
}

/** @param end its last line, which says how long the body is, or that it was omitted */
function okHttpMessage(lines: readonly string[], end: string): RecordedMessage {
  const blank = lines.indexOf('')
  const head = blank === -1 ? lines : lines.slice(0, blank)
  const headers = new Map(
    head.flatMap((line): [string, string][] => {
      const colon = line.indexOf(': ')
      const value = line.slice(colon + 2)
      // OkHttp hides what it was asked to hide behind blocks.
      return colon === -1 || value.startsWith('█') ? [] : [[line.slice(0, colon).toLowerCase(), value]]
    }),
  )
  const body = Buffer.from(blank === -1 ? '' : lines.slice(blank + 1).join('\n'))
  const [, length] = /\((\d+)-byte/.exec(end) ?? []
  const isOmitted = end.includes('omitted') || (length !== undefined && body.length < Number(length))
  return {
    headers,
    body: isOmitted ? undefined : body,
    exact: length === undefined ? body.length === 0 : Number(length) === body.length,
  }
}

/** A line without the prefix of its logger: that of the first line, with other numbers in its time. */
function withoutPrefix(line: string, prefix: string): string {
  let at = 0
  for (let i = 0; i < prefix.length; i++) {
    if (isDigit(prefix[i])) {
      if (isDigit(prefix[i + 1])) continue
      if (!isDigit(line[at])) return line
      while (isDigit(line[at])) at += 1
    } else if (line[at] === prefix[i]) at += 1
    else return line
  }
  return line.slice(at)
}

function isDigit(character = ''): boolean {
  return character >= '0' && character <= '9'
}

/** The calls that wechatpay-java names in a `ServiceException`; it shows neither the answer's header fields nor a body beyond 1,024 characters. */
export function serviceExceptions(text: string, at: Place): LoggedExchanges {
  const exchanges: LoggedExchange[] = []
  const unread: { place: string; reason: Texts }[] = []
  const [before = '', ...parts] = text.split('Wrong HttpStatusCode[')
  let line = linesIn(before)
  for (const part of parts) {
    const place = at(line + 1)
    line += linesIn(part)
    const answered = part.indexOf('httpResponseBody[')
    const asked = part.indexOf(']\tHttpRequest[')
    const end = part.indexOf('\n', asked)
    const request = parseJson(part.slice(asked + 14, end === -1 ? undefined : end).replace(/\][^\]]*$/, ''))
    const { http_method: method, url, headers, body } = Object(request)
    if (answered === -1 || asked === -1 || typeof method !== 'string' || typeof url !== 'string') {
      unread.push({ place, reason: CUT })
      continue
    }
    const answer = part.slice(answered + 17, asked)
    const sent = Object(body).body ?? ''
    exchanges.push({
      place,
      method,
      url,
      request: {
        headers: new Map(
          Object.entries(Object(Object(headers).headers)).map(([name, value]) => [name.toLowerCase(), String(value)]),
        ),
        body: typeof sent === 'string' ? Buffer.from(sent) : undefined,
        exact: true,
      },
      answer: {
        status: Number.parseInt(part, 10),
        headers: new Map(),
        body: answer.length >= 1_024 ? undefined : Buffer.from(answer),
        exact: true,
      },
    })
  }
  return { exchanges, unread }
}

function linesIn(text: string): number {
  return text.split('\n').length - 1
}

/** The first line of a message, behind the prefix of a logger or the marks of Guzzle and `curl -v`. */
const START =
  /(?:^|[\s>])([A-Z]{3,7} (?:\/|https?:\/\/)\S* HTTP\/\d(?:\.\d)?|HTTP\/\d(?:\.\d)? \d{3}(?: [A-Za-z' -]*)?)$/
/** The lines between the messages of Guzzle's `MessageFormatter::DEBUG`. */
const MARK = /^(?:>{8}|<{8}|-{8})$/

/**
 * The calls in a log of whole HTTP messages: those of Go's `httputil`, of Guzzle's formatter (on several lines, or on one as Monolog writes it), and of
 * `curl -v`, on which Guzzle's `debug` is built.
 */
export function rawExchanges(text: string, at: Place): LoggedExchanges {
  const isVerbose = /^> [A-Z]+ \S+ HTTP\//m.test(text)
  const messages: { readonly line: number; readonly lines: string[] }[] = []
  let current: string[] | undefined
  for (const [i, whole] of text.split('\n').entries()) {
    for (const line of whole.includes('>>>>>>>> ') ? unfolded(whole) : [whole]) {
      const plain = isVerbose ? line.replace(/^[<>] ?/, '') : line
      const [, start] = plain.length < 8_192 && plain.includes('HTTP/') ? (START.exec(plain.trimEnd()) ?? []) : []
      if (start !== undefined) {
        current = [start]
        messages.push({ line: i + 1, lines: current })
      } else if (MARK.test(line.trimEnd())) current = undefined
      else if (!isVerbose || !/^(?:\* |[{}] \[)/.test(line)) current?.push(plain)
    }
  }
  const exchanges: LoggedExchange[] = []
  const unread: { place: string; reason: Texts }[] = []
  let asked: { readonly place: string; readonly start: string; readonly message: RecordedMessage } | undefined
  for (const { line, lines } of messages) {
    const place = at(line)
    const [start = ''] = lines
    const message = rawMessage(lines, isVerbose)
    if (!start.startsWith('HTTP/')) {
      if (asked) unread.push({ place: asked.place, reason: NO_ANSWER })
      asked = message && { place, start, message }
      if (!message) unread.push({ place, reason: CUT })
    } else if (!/^HTTP\/\S+ (?:1\d\d|200 Connection established)/i.test(start)) {
      if (!asked || !message) unread.push({ place: asked?.place ?? place, reason: asked ? CUT : NO_CALL })
      else {
        const [method = '', url = ''] = asked.start.split(' ')
        const status = Number(start.split(' ')[1])
        exchanges.push({ place: asked.place, method, url, request: asked.message, answer: { status, ...message } })
      }
      asked = undefined
    }
  }
  if (asked) unread.push({ place: asked.place, reason: CUT })
  return { exchanges, unread }
}

/** Monolog writes line feeds as blanks: a blank line as two, and header fields begin with a name. */
function unfolded(line: string): string[] {
  return line.split(/(?:>{8}|<{8}|-{8}) /).flatMap((message, i) => {
    if (i === 0) return []
    const [head = '', ...body] = message.split('  ')
    return [...head.trim().split(/ (?=[A-Z][\w-]*: )/), '', body.join('  ').trim(), '--------']
  })
}

/** `undefined` for a message that was cut off. */
function rawMessage(lines: readonly string[], isVerbose: boolean): RecordedMessage | undefined {
  const raw = parseRawMessage(Buffer.from(`${lines.join('\n').trimEnd()}\n\n`))
  if (!raw) return undefined
  const declared = raw.headers.has('content-length')
  const chunked = /chunked/i.test(raw.headers.get('transfer-encoding') ?? '')
  const shown = declared ? raw.body : Buffer.from(raw.body.toString().trim())
  const body = chunked ? withoutChunks(shown) : shown
  // The debug log of curl has the heads alone, unless the bodies go to the same place.
  const type = raw.headers.get('content-type') ?? ''
  const isMissing = body.length === 0 && isVerbose && type !== ''
  const isCut = raw.surplus < 0 || (body.length > 0 && /json/i.test(type) && parseJson(body) === undefined)
  return isCut ? undefined : { headers: raw.headers, body: isMissing ? undefined : body, exact: true }
}

/** A body that was dumped in the chunks of its transfer; others begin with no length in hexadecimal digits. */
function withoutChunks(body: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const end = body.indexOf('\n', at)
    const size = Number.parseInt(body.toString('latin1', at, end === -1 ? at : end), 16)
    if (!/^[\da-f]+\r?$/i.test(body.toString('latin1', at, end === -1 ? at : Math.min(end, at + 16)))) {
      return at === 0 ? body : Buffer.concat(parts)
    }
    if (size === 0) return Buffer.concat(parts)
    parts.push(body.subarray(end + 1, end + 1 + size))
    at = body.indexOf('\n', end + 1 + size) + 1
    if (at === 0) return Buffer.concat(parts)
  }
}

/** The objects of a log that has one in JSON on some of its lines, behind what a logger writes before it. */
export function linesOfJson(text: string): { readonly objects: readonly { line: number; value: unknown }[] } {
  const objects = text.split('\n').flatMap((line, i) => {
    const start = line.indexOf('{"')
    const value = start === -1 ? undefined : parseJson(line.slice(start))
    return value === undefined ? [] : [{ line: i + 1, value }]
  })
  return { objects }
}
