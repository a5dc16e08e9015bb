import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import type { RefusedConnection } from '../doors/transports/node-server.ts'
import type { Exchange, Remark } from '../engine/journal/journal.ts'
import { StoreUnavailable } from '../engine/state/store.ts'
import { type DiagnosisTexts, describeCause } from '../wire/diagnosis/index.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { withErrorName } from '../wire/shared/errors.ts'
import { oneLine } from './output.ts'
import { texts } from './seeded-mock.ts'
import { type Language, loadDiagnosisTexts } from './texts.ts'

/** Topics of remarks in Chinese; English output shows the journal's own names. */
const ABOUT_ZH: Readonly<Record<Remark['about'], string>> = {
  headers: '请求头',
  authorization: 'Authorization',
  scheme: '认证类型',
  timestamp: '时间戳',
  merchant: '商户状态',
  serial: '证书序列号',
  signature: '签名',
  nonce: '随机串',
  callback: '回调',
  body: '请求体',
  path: '路径',
  former: '旧文档字段',
  refusal: '拒绝原因',
  fault: '故障注入',
  store: '存储',
  bug: '模拟服务的缺陷',
}

/** The topic of a remark in a language; the bare name for a topic that only a newer mock knows. */
export function aboutIn(language: Language, about: string): string {
  return language === 'zh' && Object.hasOwn(ABOUT_ZH, about) ? ABOUT_ZH[about as Remark['about']] : about
}

/** A remark preceded by its topic and, for a refusal, the name of the error. */
export function remarkLine(
  language: Language,
  { about, error, text }: { readonly about: string; readonly error?: string | undefined; readonly text: string },
): string {
  return `${aboutIn(language, about)}${language === 'zh' ? '：' : ': '}${withErrorName({ error, text }, language)}`
}

const TARGET_LIMIT = 200
const PARAMETER = /[?&][^&#]*/g
const SECRET = /key|token|secret|sign|password/i

/** The words of a line in the user's language. */
export interface LogTexts {
  readonly language: Language
  readonly diagnosis: DiagnosisTexts
  readonly notExamined: (id: string) => string
}

export async function loadLogTexts(language: Language): Promise<LogTexts> {
  return { language, diagnosis: await loadDiagnosisTexts(language), notExamined: texts[language].notExamined }
}

/**
 * One exchange as one line: the request, the answer, the duration, and what the answer does not tell. The line of a
 * callback begins with its event and the number of the attempt. For a call that was not admitted it names the client's mistake, and the first
 * thing to do.
 *
 * @param words for why calls were not admitted; if left out, the journal's own text in English
 */
export function logLine(exchange: Exchange, colours: boolean, words?: LogTexts): string {
  const { request, response, durationMs, callback, code, shaped, remarks } = exchange
  const status = response?.status
  const requestId =
    (callback ? undefined : response?.headers.find(([name]) => name === 'Request-ID')?.[1]) ?? exchange.id
  const language = words?.language ?? 'en'
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text
  return [
    ...(callback ? [oneLine(`${aboutIn(language, 'callback')} ${callback.eventType}#${callback.attempt}`)] : []),
    request.method,
    shownTarget(request.target),
    paint(status === undefined || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green', String(status ?? '-')),
    ...(code === undefined ? [] : [code]),
    ...(shaped ? [texts[language].shaped] : []),
    `${durationMs.toFixed(1)}ms`,
    paint('gray', requestId),
    ...remarks.map((remark) =>
      paint('yellow', oneLine(remarkLine(language, { ...remark, text: textOf(remark, exchange.id, words) }))),
    ),
  ].join(' ')
}

function textOf({ text, verdict, causes }: Remark, id: string, words: LogTexts | undefined): string {
  if (!words || (!verdict && !causes)) return text[words?.language ?? 'en']
  const { language, diagnosis, notExamined } = words
  const described = (causes ?? []).map((one) => describeCause(one, diagnosis))
  return [
    ...(verdict === 'not_examined' ? [notExamined(id)] : []),
    ...(verdict && verdict !== 'proved' && verdict !== 'not_examined' ? [diagnosis.verdicts[verdict]] : []),
    ...described.map(({ explanation }) => explanation),
    ...described.slice(0, 1).map(({ fix }) => fix),
  ].join(language === 'zh' ? '' : ' ')
}

/** Cut first, since anybody may send a long one: the part that marks a value as secret comes before the value. */
function shownTarget(target: string): string {
  const shown = oneLine(target.slice(0, TARGET_LIMIT).replaceAll(PARAMETER, withoutSecret))
  return Math.max(target.length, shown.length) > TARGET_LIMIT ? `${shown.slice(0, TARGET_LIMIT)}…` : shown
}

/** A parameter, without its value if its name suggests a secret. */
function withoutSecret(parameter: string): string {
  const word = parameter.search(SECRET)
  const value = word === -1 ? 0 : parameter.indexOf('=', word) + 1
  return value === 0 ? parameter : `${parameter.slice(0, value)}***`
}

/** One line for a connection that the port did not serve: what was asked for, and what to do about it. */
export function refusalLine({ reason, host, detail = '', cause }: RefusedConnection, language: Language): string {
  const { refusals } = texts[language]
  const name = host === '' ? refusals.namelessHost : host
  const told = cause instanceof UsageError || cause instanceof StoreUnavailable ? cause.texts[language] : detail
  return oneLine(refusals[reason](name, told))
}

/** How many bytes a reader may leave unread before lines are dropped. */
const BACKLOG_LIMIT = 1_048_576

/** How long lines wait after a write, to be written together: under load, a write for each would cost more than the lines themselves. */
const TOGETHER_MS = 20

/** Lines for a person or a parent process that may not read them: the backlog is bounded, so that a long run does not fill the memory. */
export class BoundedLog {
  readonly #stream: Writable
  readonly #describeDropped: (lines: number) => string
  #dropped = 0
  #waiting = ''
  /** Set for {@link TOGETHER_MS} after each write. */
  #pause: NodeJS.Timeout | undefined

  /** `describeDropped`: text of the line that replaces dropped lines. */
  constructor(stream: Writable, describeDropped: (lines: number) => string) {
    this.#stream = stream
    this.#describeDropped = describeDropped
  }

  /** Writes a line: at once, or with those that follow shortly upon another. */
  add(line: string): void {
    if (this.#stream.writableLength + this.#waiting.length > BACKLOG_LIMIT || this.#stream.errored) {
      this.#dropped++
      return
    }
    if (this.#dropped > 0) this.#waiting += `${this.#describeDropped(this.#dropped)}\n`
    this.#dropped = 0
    this.#waiting += `${line}\n`
    if (this.#pause === undefined) this.write()
  }

  /** Writes the waiting lines. A process that ends without {@link flush} does this last. */
  write(): void {
    clearTimeout(this.#pause)
    this.#pause = undefined
    if (this.#waiting === '') return
    this.#stream.write(this.#waiting)
    this.#waiting = ''
    this.#pause = setTimeout(() => this.write(), TOGETHER_MS).unref()
  }

  /** Waits up to `ms` for the lines to be read. */
  async flush(ms: number): Promise<void> {
    this.write()
    if (this.#stream.writableLength === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#stream.write('', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
