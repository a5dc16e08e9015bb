import { styleText } from 'node:util'
import { type DiagnosisTexts, describeCause } from '../../diagnosis/index.ts'
import type { Exchange, Remark } from '../../engine/journal/journal.ts'
import { oneLine } from '../output.ts'

const TARGET_LIMIT = 200
const SECRET = /([?&][^=&#]*(?:key|token|secret|sign|password)[^=&#]*=)[^&#]*/gi

/** What a line says in the user's language. */
export interface LogTexts {
  readonly diagnosis: DiagnosisTexts
  readonly notExamined: (id: string) => string
}

/**
 * One exchange as one line: what was asked, what was answered, how long it took, and what the answer does not tell. A callback begins with its
 * event and the number of the try. A call that was not let in has what the client did wrong, and what to do first.
 *
 * @param texts for why calls were not let in; as the journal has it if left out
 */
export function logLine(exchange: Exchange, colours: boolean, texts?: LogTexts): string {
  const { request, response, durationMs, callback, code, remarks } = exchange
  const status = response?.status
  const requestId =
    (callback ? undefined : response?.headers.find(([name]) => name === 'Request-ID')?.[1]) ?? exchange.id
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text
  return [
    ...(callback ? [oneLine(`callback ${callback.eventType}#${callback.attempt}`)] : []),
    request.method,
    shownTarget(request.target),
    paint(status === undefined || status >= 500 ? 'red' : status >= 400 ? 'yellow' : 'green', String(status ?? '-')),
    ...(code === undefined ? [] : [code]),
    `${durationMs.toFixed(1)}ms`,
    paint('gray', requestId),
    ...remarks.map((remark) => paint('yellow', oneLine(`${remark.about}: ${textOf(remark, exchange.id, texts)}`))),
  ].join(' ')
}

function textOf({ text, verdict, causes }: Remark, id: string, texts: LogTexts | undefined): string {
  if (!texts || (!verdict && !causes)) return text
  if (verdict === 'not_examined') return texts.notExamined(id)
  const { diagnosis } = texts
  const described = (causes ?? []).map((one) => describeCause(one, diagnosis))
  return [
    ...(verdict && verdict !== 'proved' ? [diagnosis.verdicts[verdict]] : []),
    ...described.map(({ explanation }) => explanation),
    ...described.slice(0, 1).map(({ fix }) => fix),
  ].join(' ')
}

function shownTarget(target: string): string {
  const shown = oneLine(target.replaceAll(SECRET, '$1***'))
  return shown.length > TARGET_LIMIT ? `${shown.slice(0, TARGET_LIMIT)}…` : shown
}
