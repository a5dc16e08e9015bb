import { styleText } from 'node:util'
import type { Exchange } from '../../engine/journal.ts'
import { oneLine } from '../output.ts'

const TARGET_LIMIT = 200
const SECRET = /([?&][^=&#]*(?:key|token|secret|sign|password)[^=&#]*=)[^&#]*/gi

/**
 * One exchange as one line: what was asked, what was answered, how long it took, and what the answer does not tell. A callback begins with its
 * event and the number of the try.
 */
export function logLine(exchange: Exchange, colours: boolean): string {
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
    ...remarks.map(({ about, text }) => paint('yellow', oneLine(`${about}: ${text}`))),
  ].join(' ')
}

function shownTarget(target: string): string {
  const shown = oneLine(target.replaceAll(SECRET, '$1***'))
  return shown.length > TARGET_LIMIT ? `${shown.slice(0, TARGET_LIMIT)}…` : shown
}
