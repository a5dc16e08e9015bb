import { writeFile } from 'node:fs/promises'
import type { PactVerification } from '../../../contracts/kit/report.ts'
import type { VerifyPactsOptions } from '../../../contracts/kit/verify-pacts.ts'
import { PACKAGE_FOLDER } from '../../control/package-files.ts'
import { UsageError } from '../../protocol/errors.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { print, printJson } from '../output.ts'
import { urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { pactJunit } from './junit.ts'
import { textReport } from './text-report.ts'
import { texts } from './texts.ts'

interface PactVerifyOptions {
  readonly url?: string
  readonly controlToken?: string
  readonly broker?: string
  readonly publish?: string
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
    .option('--broker <url>', own.broker)
    .option('--publish <version>', own.publish)
    .option('--junit <file>', own.junit)
    .addRemarks(own.after)
    .action(async (files: readonly string[]) => {
      fillUrlFromEnvironment(command)
      await verify(files, command.opts<PactVerifyOptions>(), language)
    })
}

async function verify(files: readonly string[], options: PactVerifyOptions, language: Language): Promise<void> {
  const { broker, publish, junit, json } = options
  if (PACKAGE_FOLDER === undefined) throw usageError(texts[language].verify.notInBinary)
  if (files.length === 0 && broker === undefined) throw usageError(texts[language].verify.nothing)
  if (publish !== undefined && broker === undefined) throw usageError(texts[language].verify.publishWhere)

  const result = await verified(files, options, language)
  if (!result.ok) process.exitCode = 1
  if (junit !== undefined) {
    await writeFile(junit, pactJunit(result, language)).catch((cause: unknown) => {
      throw unwritable(junit, cause, language)
    })
  }
  await (json ? printJson(result) : print(textReport(result, language)))
}

async function verified(
  files: readonly string[],
  { url, controlToken, broker, publish }: PactVerifyOptions,
  language: Language,
): Promise<PactVerification> {
  // Loaded only here, since Pact is an optional dependency.
  const { verifyPacts } = await import('../../../contracts/kit/verify-pacts.ts')
  const isUrl = (file: string) => /^https?:\/\//.test(file)
  const wanted: VerifyPactsOptions = {
    pactFiles: files.filter((file) => !isUrl(file)),
    pactUrls: files.filter(isUrl),
    language,
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
    const { verify: own } = texts[language]
    switch (error.code) {
      case 'MOCK_PACT_MISSING':
      case 'MOCK_PACT_TOO_OLD':
      case 'MOCK_PACT_FILE':
        throw error
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(commonTexts[language].runningMock.noMockAt(url ?? ''), error)
      default:
        throw usageError(own.failed(error.texts[language]), error)
    }
  }
}
