import { operationsOf } from '../../engine/product.ts'
import { products } from '../../products/index.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { PactRecording, RecordPactOptions } from '../../recording/record-pact.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { choiceOption } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { DEFAULT_URL, mchidOption, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'
import { texts } from './texts.ts'

interface PactRecordOptions {
  readonly out?: string
  readonly url: string
  readonly consumer?: string
  readonly provider?: string
  readonly mchid?: string
  readonly operation?: string
  readonly controlToken?: string
  readonly json?: boolean
}

export const define: DefineCommand = (command) => {
  const { language } = command
  const { record: own } = texts[language]
  const operations = operationsOf(products)
  const shaped = operations.filter((operation) => operation.shaped).map(({ id }) => id)
  const simulated = operations.filter((operation) => !operation.shaped).map(({ id }) => id)
  command
    .description(own.description)
    .option('--out <file>', own.out)
    .addOption(urlOption(own.url, language).default(DEFAULT_URL))
    .option('--consumer <name>', own.consumer)
    .option('--provider <name>', own.provider)
    .addOption(mchidOption(own.mchid, language))
    .addOption(choiceOption('--operation <id>', own.operation, simulated, language, shaped))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .addRemarks(own.after)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await record(command.opts<PactRecordOptions>(), language)
    })
}

async function record({ out, json, ...options }: PactRecordOptions, language: Language): Promise<void> {
  const { record: own } = texts[language]
  if (!out) throw usageError(own.outNeeded)
  const recording = await recorded({ ...options, file: out }, language)
  // An empty contract is a failure.
  if (recording.added.length + recording.kept === 0) process.exitCode = 1
  await (json ? printJson(recording) : print(report(recording, language)))
}

async function recorded(options: RecordPactOptions, language: Language): Promise<PactRecording> {
  const { recordPact } = await import('../../../contracts/kit/record-pact.ts')
  try {
    return await recordPact({ ...options, language })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { record: own } = texts[language]
    switch (error.code) {
      case 'MOCK_PACT_FILE':
        throw error
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(commonTexts[language].runningMock.noMockAt(options.url ?? ''), error)
      default:
        throw usageError(own.failed(error.texts[language]), error)
    }
  }
}

function report(recording: PactRecording, language: Language): string {
  const { added, leftOut } = recording
  const { record: own } = texts[language]
  const lines = [
    ...added.map(
      ({ description, states }) => `+ ${description}${states.length > 0 ? `  [${states.join(' + ')}]` : ''}`,
    ),
    ...leftOut.map(own.leftOut),
    own.sum(recording),
  ]
  return lines.map((line) => `${oneLine(line)}\n`).join('')
}
