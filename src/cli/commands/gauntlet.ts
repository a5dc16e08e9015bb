import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import { plainHost } from '../../engine/callbacks/callback.ts'
import { gauntletCases } from '../../gauntlet/cases.ts'
import { runGauntlet } from '../../gauntlet/run.ts'
import { callbackCases, sendCallbacks } from '../../gauntlet/send-callbacks.ts'
import { EVENT_TYPES } from '../../products/index.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { unwritable } from '../files.ts'
import { type GauntletOutcome, gauntletJunit, progressBar, rowsOf, table, texts } from '../gauntlet/report.ts'
import { allowCallbackHostOption, choiceOption, option, wholeNumber } from '../options.ts'
import { print, printJson } from '../output.ts'
import { readSeed } from '../seeded-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

interface GauntletCommandOptions {
  readonly only?: string
  readonly parallel: number
  readonly timeout: number
  readonly seed: string
  readonly junit?: string
  readonly callback?: string
  readonly callbackEvent: string
  readonly callbackKey: 'certificate' | 'public-key'
  readonly allowCallbackHost?: readonly string[]
  readonly json?: boolean
}

/** More runs at the same time slow each other down rather than finish sooner. */
const STANDARD_PARALLEL = 4

/** Result for a kind that was not asked for. */
const NOTHING = { results: [], skipped: [] }

/** Exit code after Ctrl+C. */
const INTERRUPTED = 130

export const define = defines(texts, (command, own, language) => {
  command
    .takeCommand(own.command)
    .option('--only <cases>', own.only)
    .addOption(
      option('--parallel <number>', own.parallel, wholeNumber(1, 64, language)).default(
        Math.min(STANDARD_PARALLEL, availableParallelism()),
      ),
    )
    .addOption(option('--timeout <seconds>', own.timeout, wholeNumber(1, 3_600, language)).default(30))
    .option('--seed <file|scenario>', own.seed, 'default')
    .addOption(option('--callback <url>', own.callback, (text) => parseUrl(text, language)))
    .addOption(
      choiceOption('--callback-key <which>', own.callbackKey, ['public-key', 'certificate'], language).default(
        'public-key',
      ),
    )
    .addOption(choiceOption('--callback-event <type>', own.callbackEvent, EVENT_TYPES, language).default('COUPON.SEND'))
    .addOption(allowCallbackHostOption(language))
    .option('--junit <file>', own.junit)
    .action(async (words: readonly string[]) => gauntlet(words, command.opts<GauntletCommandOptions>(), language))
})

async function gauntlet(words: readonly string[], options: GauntletCommandOptions, language: Language): Promise<void> {
  const { callback, timeout, junit, json } = options
  if (words.length === 0 && callback === undefined) throw usageError(texts[language].nothing)

  const outcome = await run(words, options, language)
  const rows = rowsOf(outcome, timeout, language)
  const { skipped } = outcome
  const ok = rows.every((row) => row.ok)
  if (!ok) process.exitCode = 1
  if (junit !== undefined) {
    await writeFile(junit, gauntletJunit(rows, skipped, language)).catch((cause: unknown) => {
      throw unwritable(junit, cause, language)
    })
  }
  if (!json) return print(table(rows, skipped, language))
  await printJson({
    ok,
    score: { right: rows.filter((row) => row.ok).length, all: rows.length },
    cases: rows.map(({ durationMs, ...row }) => ({ ...row, duration_ms: durationMs })),
    skipped: skipped.map((one) => ({ ...one, explanation: texts[language].skipped[one.reason] })),
  })
}

async function run(
  words: readonly string[],
  options: GauntletCommandOptions,
  language: Language,
): Promise<GauntletOutcome> {
  const { only: list, parallel, timeout, seed, callback, callbackEvent: event, callbackKey } = options
  const { allowCallbackHost: allowedHosts = [] } = options
  const only = namesIn(list, words.length > 0, callback !== undefined, language)
  const { world } = await readSeed(seed, language)
  const stopping = new AbortController()
  const common = { onProgress: progressBar(), signal: stopping.signal }
  const stop = () => stopping.abort()
  // A second signal ends this process at once, as usual.
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const answers =
      words.length === 0
        ? NOTHING
        : await runGauntlet({
            ...common,
            ...only.answers,
            command: words,
            seed: world,
            parallel,
            timeoutMs: timeout * 1_000,
          })
    const callbacks =
      callback === undefined
        ? NOTHING
        : await sendCallbacks({
            ...common,
            ...only.callbacks,
            event,
            allowedHosts,
            url: callback,
            publicKey: callbackKey === 'public-key',
          })
    return {
      answers: answers.results,
      callbacks: callbacks.results,
      skipped: [
        ...answers.skipped.map((one) => ({ kind: 'answers' as const, ...one })),
        ...callbacks.skipped.map((one) => ({ kind: 'callbacks' as const, ...one })),
      ],
    }
  } catch (error) {
    if (stopping.signal.aborted) process.exit(INTERRUPTED)
    throw explained(error, callback, language)
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop)
  }
}

function parseUrl(text: string, language: Language): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new InvalidArgumentError(texts[language].urlExpected)
}

type Only = { readonly only?: readonly string[] }

/** The requested cases of each kind; every name must be a case that is run. */
function namesIn(
  list: string | undefined,
  runsCommand: boolean,
  sendsCallbacks: boolean,
  language: Language,
): { readonly answers: Only; readonly callbacks: Only } {
  if (list === undefined) return { answers: {}, callbacks: {} }
  const wanted = list.split(',').map((name) => name.trim())
  const answers: readonly string[] = runsCommand ? gauntletCases.map(({ name }) => name) : []
  const callbacks: readonly string[] = sendsCallbacks ? callbackCases.map(({ name }) => name) : []
  const known = [...new Set([...answers, ...callbacks])]
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) throw usageError(texts[language].unknownCase(unknown, listed(known, language)))
  return {
    answers: { only: wanted.filter((name) => answers.includes(name)) },
    callbacks: { only: wanted.filter((name) => callbacks.includes(name)) },
  }
}

/** The library names its own options; the command line has others. */
function explained(error: unknown, url = '', language: Language): unknown {
  if (!(error instanceof UsageError) || error.code !== 'MOCK_CALLBACK_HOST') return error
  return usageError(commonTexts[language].callbackHosts.notAllowed(plainHost(new URL(url).hostname)), error)
}
