import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PactsVerification } from '../../../contracts/kit/verify-pacts.ts'
import { packageFolder } from '../../control/package-files.ts'
import { UsageError } from '../../protocol/errors.ts'
import { makeDirectory } from '../../shared/make-directory.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { oneLine, print, printJson, warn } from '../output.ts'
import { urlOption } from '../running-mock.ts'
import { onFirstSignal } from '../serve/stop-on-signals.ts'
import { commonTexts } from '../texts.ts'
import { addBrokerOptions, type BrokerOptions, brokerIn, isAddress } from './broker-options.ts'
import { pactJunit } from './junit.ts'
import { textReport } from './text-report.ts'
import { texts } from './texts.ts'

interface PactVerifyOptions extends BrokerOptions {
  readonly url?: string
  readonly controlToken?: string
  readonly provider?: string
  readonly allowEmpty?: boolean
  readonly junit?: string
  readonly json?: boolean
}

export const define: DefineCommand = (command) => {
  const { language } = command
  const { verify: own } = texts[language]
  command
    .description(own.description)
    .argument('[files...]', own.files)
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', own.controlToken)
    .option('--provider <name>', own.provider, 'wechatpay')
    .option('--allow-empty', own.allowEmpty)
    .option('--junit <file>', own.junit)
  addBrokerOptions(command)
  command.addRemarks(own.after).action(async (files: readonly string[]) => {
    fillUrlFromEnvironment(command)
    await verify(files, command.opts<PactVerifyOptions>(), language)
  })
}

async function verify(files: readonly string[], options: PactVerifyOptions, language: Language): Promise<void> {
  const { junit, json, publish } = options
  const { verify: own } = texts[language]
  if (packageFolder() === undefined) throw usageError(own.notInBinary)

  const result = await unlessInterrupted((signal) => verified(files, options, language, signal))
  if (!result) {
    process.exitCode = INTERRUPTED
    warn(own.interrupted)
    return
  }
  if (!result.ok) process.exitCode = 1
  for (const { file, provider } of result.leftOut) warn(own.leftOut(file, provider))
  if (json) await printJson(result)
  else {
    await print(textReport(result, language))
    if (publish !== undefined) await print(`${own.published(result.published, oneLine(publish))}\n`)
  }
  if (junit === undefined) return
  try {
    await makeDirectory(dirname(junit))
    await writeFile(junit, pactJunit(result, language))
  } catch (cause) {
    throw unwritable(junit, cause, language)
  }
}

/** Exit code that shells use for SIGINT. */
const INTERRUPTED = 130

/** Runs a task to its end, or until a signal comes; `undefined` if one came. */
async function unlessInterrupted<Result>(does: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined> {
  const interruption = new AbortController()
  const { signal } = interruption
  const ignore = onFirstSignal(() => interruption.abort())
  try {
    return await does(signal)
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  } finally {
    ignore()
  }
}

async function verified(
  files: readonly string[],
  options: PactVerifyOptions,
  language: Language,
  signal: AbortSignal,
): Promise<PactsVerification> {
  const { url, controlToken, provider, allowEmpty } = options
  const broker = await brokerIn(options, files, language)
  // Loaded only here, since Pact is an optional dependency.
  const { verifyPacts } = await import('../../../contracts/kit/verify-pacts.ts')
  try {
    return await verifyPacts({
      pactFiles: files.filter((file) => !isAddress(file)),
      pactUrls: files.filter(isAddress),
      broker,
      language,
      signal,
      ...(provider !== undefined && { provider }),
      ...(allowEmpty && { allowEmpty }),
      ...(url !== undefined && { url }),
      ...(controlToken !== undefined && { controlToken }),
    })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { verify: own } = texts[language]
    switch (error.code) {
      case 'MOCK_PACT_MISSING':
      case 'MOCK_PACT_TOO_OLD':
      case 'MOCK_PACT_FILE':
      case 'MOCK_PACT_BROKER':
        throw error
      case 'MOCK_PACT_NONE':
        throw inOptions(error)
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(commonTexts[language].runningMock.noMockAt(url ?? ''), error)
      default:
        throw usageError(own.failed(error.texts[language]), error)
    }
  }
}

/** An error of the function, reworded with the options of the command line. */
function inOptions({ code, texts: { en, zh } }: UsageError): UsageError {
  const said = (text: string) => text.replace('allowEmpty', '--allow-empty')
  return new UsageError(code, { en: said(en), zh: said(zh) })
}
