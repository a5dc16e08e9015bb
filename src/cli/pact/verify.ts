import { writeFile } from 'node:fs/promises'
import type { InteractionResult, PactVerification } from '../../../contracts/kit/report.ts'
import type { VerifyPactsOptions } from '../../../contracts/kit/verify-pacts.ts'
import { UsageError } from '../../protocol/errors.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { oneLine, print, printJson } from '../output.ts'
import { urlOption } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { pactJunit } from './junit.ts'
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
    .addHelpText('after', `\n${own.after}`)
    .action(async (files: readonly string[]) => {
      fillUrlFromEnvironment(command)
      await verify(files, command.opts<PactVerifyOptions>(), language)
    })
}

async function verify(files: readonly string[], options: PactVerifyOptions, language: Language): Promise<void> {
  const { broker, publish, junit, json } = options
  if (files.length === 0 && broker === undefined) throw usageError(texts[language].verify.nothing)
  if (publish !== undefined && broker === undefined) throw usageError(texts[language].verify.publishWhere)

  const result = await verified(files, options, language)
  if (!result.ok) process.exitCode = 1
  if (junit !== undefined) {
    await writeFile(junit, pactJunit(result)).catch((cause: unknown) => {
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
      case 'MOCK_PACT_FILE':
        throw error
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(commonTexts[language].runningMock.noMockAt(url ?? ''), error)
      case 'MOCK_TOKEN':
        throw usageError(own.tokenNeeded, error)
      default:
        throw usageError(own.failed(error.texts[language]), error)
    }
  }
}

/** A verification for people: a line for each interaction, and below it why it failed. */
function textReport({ interactions, problems }: PactVerification, language: Language): string {
  const { verify: own } = texts[language]
  const lines: string[] = []
  let consumer: string | undefined
  for (const interaction of interactions) {
    if (interaction.consumer !== consumer) lines.push(own.consumer(oneLine(interaction.consumer)))
    consumer = interaction.consumer
    lines.push(...linesOf(interaction, language))
  }
  const failed = interactions.filter(({ ok, pending }) => !ok && !pending).length
  const pending = interactions.filter(({ ok, pending }) => !ok && pending).length
  return [
    ...lines,
    ...problems.map((problem) => own.problem(oneLine(problem))),
    own.sum(interactions.length, failed, pending),
    '',
  ].join('\n')
}

function linesOf(
  { ok, pending, description, states, mismatches, reasons }: InteractionResult,
  language: Language,
): string[] {
  const { verify: own } = texts[language]
  const word = ok ? own.ok : pending ? own.pending : own.failedWord
  const given = states.length === 0 ? '' : `  [${states.map(oneLine).join(' + ')}]`
  return [
    `  ${word}  ${oneLine(description)}${given}`,
    ...reasons.map((reason) => `        - ${oneLine(reason)}`),
    ...mismatches.map(({ at, text }) => `        - ${at === undefined ? '' : `${oneLine(at)}: `}${oneLine(text)}`),
  ]
}
