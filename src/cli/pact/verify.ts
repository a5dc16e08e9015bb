import { writeFile } from 'node:fs/promises'
import type { PactVerification } from '../../../contracts/kit/report.ts'
import type { VerifyPactsOptions } from '../../../contracts/kit/verify-pacts.ts'
import { UsageError } from '../../protocol/errors.ts'
import { parseBaseUrl } from '../base-url.ts'
import { type DefineCommand, option } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { print, printJson } from '../output.ts'
import { fileFault } from '../read-input.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'
import { pactJunit } from './junit.ts'
import { textReport } from './text-report.ts'

interface PactVerifyOptions {
  readonly url?: string
  readonly controlToken?: string
  readonly broker?: string
  readonly publish?: string
  readonly junit?: string
  readonly json?: boolean
}

export const define: DefineCommand = (command, { texts }) => {
  const { verify: own } = texts.pact
  command
    .description(own.description)
    .argument('[files...]', own.files)
    .addOption(option('--url <url>', own.url, (text) => parseBaseUrl(text, texts)))
    .option('--control-token <token>', own.controlToken)
    .option('--broker <url>', own.broker)
    .option('--publish <version>', own.publish)
    .option('--junit <file>', own.junit)
    .addHelpText('after', `\n${own.after}`)
    .action(async (files: readonly string[]) => {
      fillUrlFromEnvironment(command, texts)
      await verify(files, command.opts<PactVerifyOptions>(), texts)
    })
}

async function verify(files: readonly string[], options: PactVerifyOptions, texts: Texts): Promise<void> {
  const { broker, publish, junit, json } = options
  if (files.length === 0 && broker === undefined) throw usageError(texts.pact.verify.nothing)
  if (publish !== undefined && broker === undefined) throw usageError(texts.pact.verify.publishWhere)

  const result = await verified(files, options, texts)
  if (!result.ok) process.exitCode = 1
  if (junit !== undefined) {
    await writeFile(junit, pactJunit(result)).catch((cause: unknown) => {
      throw usageError(texts.files.unwritable(junit, fileFault(cause, texts.files)), cause)
    })
  }
  await (json ? printJson(result) : print(textReport(result, texts)))
}

async function verified(
  files: readonly string[],
  { url, controlToken, broker, publish }: PactVerifyOptions,
  texts: Texts,
): Promise<PactVerification> {
  // Loaded only here: the rest of the program does without Pact.
  const { verifyPacts } = await import('../../../contracts/kit/verify-pacts.ts')
  const isUrl = (file: string) => /^https?:\/\//.test(file)
  const wanted: VerifyPactsOptions = {
    pactFiles: files.filter((file) => !isUrl(file)),
    pactUrls: files.filter(isUrl),
    ...(url !== undefined && { url }),
    ...(controlToken !== undefined && { controlToken }),
    ...(broker !== undefined && {
      broker: {
        pactBrokerUrl: broker,
        consumerVersionSelectors: [{ mainBranch: true }, { deployedOrReleased: true }],
        ...(publish !== undefined && { publishVerificationResult: true, providerVersion: publish }),
      },
    }),
  }
  try {
    return await verifyPacts(wanted)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { verify: own } = texts.pact
    switch (error.code) {
      case 'MOCK_PACT_MISSING':
        throw usageError(own.pactMissing, error)
      case 'MOCK_PACT_FILE':
        throw usageError(own.fileUnfit(error.message), error)
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(own.noMockAt(url ?? ''), error)
      case 'MOCK_TOKEN':
        throw usageError(own.tokenNeeded, error)
      default:
        throw usageError(own.failed(error.message), error)
    }
  }
}
