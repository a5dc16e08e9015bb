import type { SkippedCase } from '../../gauntlet/cases.ts'
import type { GauntletReport, GauntletResult } from '../../gauntlet/run.ts'
import type { CallbackResult } from '../../gauntlet/send-callbacks.ts'
import { listed } from '../../shared/texts.ts'
import type { Language } from '../language.ts'
import { columnsOf, oneLine } from '../output.ts'
import { wrap } from '../wrap.ts'
import { texts } from './texts.ts'

/** Results of all cases. */
export interface GauntletOutcome {
  readonly answers: GauntletReport['results']
  readonly callbacks: readonly CallbackResult[]
  readonly skipped: readonly SkippedRow[]
}

/** A case that was skipped. */
export interface SkippedRow extends SkippedCase {
  readonly kind: Row['kind']
}

/** A row of the report. */
export interface Row {
  readonly kind: 'answers' | 'callbacks'
  readonly name: string
  readonly expects: 'accept' | 'reject'
  readonly ok: boolean
  /** The client's reaction. */
  readonly did: string
  /** The consequence of a miss; left out if nothing was missed. */
  readonly danger?: string
  /** The last lines of a failing client's output. */
  readonly output?: string
  readonly durationMs: number
}

/** The cases in the words of a language. */
export function rowsOf({ answers, callbacks }: GauntletOutcome, timeoutSeconds: number, language: Language): Row[] {
  const own = texts[language]
  return [
    ...answers.map((result): Row => {
      const { name, expects, ok, durationMs } = result
      const did = didOf(result, timeoutSeconds, language)
      const miss = !ok && { danger: dangerOf(result, language), output: result.output }
      return { kind: 'answers', name, expects, ok, did, durationMs, ...miss }
    }),
    ...callbacks.map(({ name, expects, ok, status, durationMs }): Row => {
      const did = status === undefined ? own.did.noAnswer : own.did.status(status)
      return { kind: 'callbacks', name, expects, ok, did, durationMs, ...(!ok && { danger: own.callbacks[name] }) }
    }),
  ]
}

function didOf({ code, signal, timedOut, hit }: GauntletResult, seconds: number, language: Language): string {
  const own = texts[language]
  const { did } = own
  const ended = timedOut ? did.timedOut(seconds) : code === undefined ? did.signal(signal ?? 'SIGKILL') : did.exit(code)
  return hit === 0 ? `${ended}${own.semicolon}${did.noCall}` : ended
}

/** Danger is shown only for a client that went on with a hostile answer. */
function dangerOf({ name, expects, code, hit, output }: GauntletResult, language: Language): string {
  const own = texts[language]
  if (expects === 'reject') return code === 0 && hit > 0 ? own.answers[name] : own.undecided
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.find((line) => /error|exception|错误|失败/i.test(line)) ?? lines.at(-1)
  return telling === undefined
    ? own.answers[name]
    : `${own.answers[name]}${own.semicolon}${own.output(oneLine(telling.trim()))}`
}

/** Columns of the lines that list skipped cases. */
const WIDTH = 100

/** The cases as a table, with an explanation of each miss below it, those that were skipped, and the score. */
export function table(rows: readonly Row[], skipped: readonly SkippedRow[], language: Language): string {
  const own = texts[language]
  const cells = rows.map(({ ok, name, expects, did }) => [
    ok ? own.verdicts.ok : own.verdicts.miss,
    name,
    own.expects[expects],
    did,
  ])
  const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((line) => columnsOf(line[column] ?? ''))))
  const lines: string[] = []
  for (const [i, row] of rows.entries()) {
    if (row.kind !== rows[i - 1]?.kind) lines.push(own.titles[row.kind])
    const line = (cells[i] ?? []).map(
      (cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell))),
    )
    lines.push(`  ${line.join('  ').trimEnd()}`)
    if (row.danger !== undefined) lines.push(`  ${' '.repeat(widths[0] ?? 0)}  - ${row.danger}`)
  }
  for (const kind of ['answers', 'callbacks'] as const) {
    for (const reason of new Set(skipped.map((one) => one.reason))) {
      const names = skipped.filter((one) => one.kind === kind && one.reason === reason).map(({ name }) => name)
      if (names.length > 0) lines.push(...skippedLines(listed(names, language), own.skipped[reason], own.verdicts.skip))
    }
  }
  return [...lines, own.score(rows.filter(({ ok }) => ok).length, rows.length), ''].join('\n')
}

function skippedLines(names: string, reason: string, verdict: string): string[] {
  const margin = ' '.repeat(8)
  const [first = '', ...more] = wrap(names, WIDTH - margin.length).split('\n')
  const start = `  ${verdict}${' '.repeat(Math.max(2, margin.length - 2 - columnsOf(verdict)))}`
  return [start + first, ...more.map((line) => margin + line), `${margin}- ${reason}`]
}

const BAR_WIDTH = 24

/** The part of a stream that a bar needs. */
interface Terminal {
  readonly isTTY: boolean
  write(text: string): boolean
}

/** A bar on standard error, if that is a terminal; it disappears when everything is done. */
export function progressBar(stream: Terminal = process.stderr): (done: number, all: number, name: string) => void {
  if (!stream.isTTY) return () => {}
  return (done, all, name) => {
    const filled = Math.round((done / all) * BAR_WIDTH)
    const bar = '='.repeat(filled).padEnd(BAR_WIDTH, ' ')
    stream.write(done === all ? '\r\u001B[K' : `\r\u001B[K[${bar}] ${done}/${all} ${name}`)
  }
}
