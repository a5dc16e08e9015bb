import type { GauntletReport, GauntletResult } from '../../gauntlet/run.ts'
import type { CallbackResult } from '../../gauntlet/send-callbacks.ts'
import { oneLine } from '../output.ts'
import type { Texts } from '../texts/en.ts'

/** Everything that was tried. */
export interface GauntletOutcome {
  readonly answers: GauntletReport['results']
  readonly callbacks: readonly CallbackResult[]
}

/** One case as it is shown. */
export interface Row {
  readonly kind: 'answers' | 'callbacks'
  readonly name: string
  readonly expects: 'accept' | 'reject'
  readonly ok: boolean
  /** What the client did. */
  readonly did: string
  /** What a miss lets others do; left out where there is none. */
  readonly danger?: string
  /** The end of what a client wrote that did wrong. */
  readonly output?: string
  readonly durationMs: number
}

/** The cases in the words of a language. */
export function rowsOf({ answers, callbacks }: GauntletOutcome, timeoutSeconds: number, texts: Texts): Row[] {
  const { gauntlet: own } = texts
  return [
    ...answers.map((result): Row => {
      const { name, expects, ok, durationMs } = result
      const did = didOf(result, timeoutSeconds, texts)
      const miss = !ok && { danger: dangerOf(result, texts), output: result.output }
      return { kind: 'answers', name, expects, ok, did, durationMs, ...miss }
    }),
    ...callbacks.map(({ name, expects, ok, status, durationMs }): Row => {
      const did = status === undefined ? own.did.noAnswer : own.did.status(status)
      return { kind: 'callbacks', name, expects, ok, did, durationMs, ...(!ok && { danger: own.callbacks[name] }) }
    }),
  ]
}

function didOf({ code, signal, timedOut, hit }: GauntletResult, seconds: number, { gauntlet: own }: Texts): string {
  const ended = timedOut
    ? own.did.timedOut(seconds)
    : code === undefined
      ? own.did.signal(signal ?? 'SIGKILL')
      : own.did.exit(code)
  return hit === 0 ? `${ended}; ${own.did.noCall}` : ended
}

/** Only a client that went on with a hostile answer shows its danger. */
function dangerOf({ name, expects, code, hit, output }: GauntletResult, { gauntlet: own }: Texts): string {
  if (expects === 'reject') return code === 0 && hit > 0 ? own.answers[name] : own.undecided
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.find((line) => /error|exception|错误|失败/i.test(line)) ?? lines.at(-1)
  return telling === undefined ? own.answers[name] : `${own.answers[name]}; ${own.output(oneLine(telling.trim()))}`
}
