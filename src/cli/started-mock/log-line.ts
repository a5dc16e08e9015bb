import { styleText } from 'node:util'
import { type DiagnosisTexts, describeCause } from '../../diagnosis/index.ts'
import type { Exchange, Remark } from '../../engine/journal/journal.ts'
import { StoreUnavailable } from '../../engine/state/store-unavailable.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { RefusedConnection } from '../../transports/node-server.ts'
import { type Language, loadDiagnosisTexts } from '../language.ts'
import { oneLine } from '../output.ts'
import { aboutIn, remarkLine } from '../remarks.ts'
import { texts } from './texts.ts'

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
