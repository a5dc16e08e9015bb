import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Children } from '../../gauntlet/children.ts'
import { runGauntlet } from '../../gauntlet/run.ts'
import { sendCallbacks } from '../../gauntlet/send-callbacks.ts'
import { UsageError } from '../../protocol/errors.ts'
import { choiceOption, type DefineCommand, option, textLike, wholeNumber } from '../command.ts'
import { gauntletJunit } from '../gauntlet/junit.ts'
import { progressBar } from '../gauntlet/progress.ts'
import { type GauntletOutcome, rowsOf } from '../gauntlet/rows.ts'
import { table } from '../gauntlet/table.ts'
import { print, printJson } from '../output.ts'
import { fileFault } from '../read-input.ts'
import { readSeed } from '../serve/read-seed.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

interface GauntletCommandOptions {
  readonly only?: string
  readonly parallel: number
  readonly timeout: number
  readonly seed: string
  readonly junit?: string
  readonly callback?: string
  readonly callbackKey: 'certificate' | 'public-key'
  readonly json?: boolean
}

/** More at one time makes runs slow rather than the whole fast. */
const STANDARD_PARALLEL = 4

/** Exit code after Ctrl+C. */
const INTERRUPTED = 130

export const define: DefineCommand = (command, { texts }) => {
  const { gauntlet: own } = texts
  command
    .description(own.description)
    .argument('[command...]', own.command)
    .option('--only <cases>', own.only)
    .addOption(
      option('--parallel <number>', own.parallel, wholeNumber(1, 64, texts)).default(
        Math.min(STANDARD_PARALLEL, availableParallelism()),
      ),
    )
    .addOption(option('--timeout <seconds>', own.timeout, wholeNumber(1, 3_600, texts)).default(30))
    .option('--seed <file|scenario>', own.seed, 'default')
    .addOption(option('--callback <url>', own.callback, textLike(/^https?:\/\/\S+$/, own.urlExpected)))
    .addOption(
      choiceOption('--callback-key <which>', own.callbackKey, ['certificate', 'public-key'], texts).default(
        'certificate',
      ),
    )
    .option('--junit <file>', own.junit)
    .addHelpText('after', `\n${own.after}`)
    .action(async (words: readonly string[]) => gauntlet(words, command.opts<GauntletCommandOptions>(), texts))
}

async function gauntlet(words: readonly string[], options: GauntletCommandOptions, texts: Texts): Promise<void> {
  const { callback, timeout, junit, json } = options
  if (words.length === 0 && callback === undefined) throw usageError(texts.gauntlet.nothing)

  const outcome = await run(words, options, texts)
  const rows = rowsOf(outcome, timeout, texts)
  const ok = rows.every((row) => row.ok)
  if (!ok) process.exitCode = 1
  if (junit !== undefined) {
    await writeFile(junit, gauntletJunit(rows)).catch((cause: unknown) => {
      throw usageError(texts.files.unwritable(junit, fileFault(cause, texts.files)), cause)
    })
  }
  if (!json) return print(table(rows, texts))
  await printJson({
    ok,
    score: { right: rows.filter((row) => row.ok).length, all: rows.length },
    cases: rows.map(({ durationMs, ...row }) => ({ ...row, duration_ms: durationMs })),
  })
}

async function run(
  words: readonly string[],
  { only: names, parallel, timeout, seed, callback, callbackKey }: GauntletCommandOptions,
  texts: Texts,
): Promise<GauntletOutcome> {
  const { world } = await readSeed(seed, texts)
  const children = new Children()
  const only = names?.split(',').filter((name) => name !== '')
  const common = { timeoutMs: timeout * 1_000, onProgress: progressBar(), ...(only && { only }) }
  const stop = () => {
    children.end()
    process.exit(INTERRUPTED)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    const answers =
      words.length === 0
        ? []
        : (await runGauntlet({ ...common, command: words, seed: world, parallel, children })).results
    const callbacks =
      callback === undefined
        ? []
        : await sendCallbacks({ ...common, url: callback, publicKey: callbackKey === 'public-key' })
    return { answers, callbacks }
  } catch (error) {
    if (error instanceof UsageError) throw usageError(texts.gauntlet.failed(error.message), error)
    throw error
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop)
  }
}
