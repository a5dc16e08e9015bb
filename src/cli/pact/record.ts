import { operationsOf } from '../../engine/product.ts'
import { products } from '../../products/index.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { PactRecording, RecordPactOptions } from '../../recording/record-pact.ts'
import { parseBaseUrl } from '../base-url.ts'
import { choiceOption, type DefineCommand, option, textLike } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { oneLine, print, printJson } from '../output.ts'
import { DEFAULT_URL } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

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

export const define: DefineCommand = (command, { texts }) => {
  const { record: own } = texts.pact
  const ids = operationsOf(products).map(({ id }) => id)
  command
    .description(own.description)
    .option('--out <file>', own.out)
    .addOption(option('--url <url>', own.url, (text) => parseBaseUrl(text, texts)).default(DEFAULT_URL))
    .option('--consumer <name>', own.consumer)
    .option('--provider <name>', own.provider)
    .addOption(option('--mchid <number>', own.mchid, textLike(/^\d{8,15}$/, texts.credentials.mchidExpected)))
    .addOption(choiceOption('--operation <id>', own.operation, ids, texts))
    .option('--control-token <token>', own.controlToken)
    .addHelpText('after', `\n${own.after}`)
    .action(async () => {
      fillUrlFromEnvironment(command, texts)
      await record(command.opts<PactRecordOptions>(), texts)
    })
}

async function record({ out, json, ...options }: PactRecordOptions, texts: Texts): Promise<void> {
  const { record: own } = texts.pact
  if (out === undefined) throw usageError(own.outNeeded)
  const recording = await recorded({ ...options, file: out }, texts)
  // A contract that has nothing in it is what nobody wanted.
  if (recording.added.length + recording.kept === 0) process.exitCode = 1
  await (json ? printJson(recording) : print(report(recording, texts)))
}

async function recorded(options: RecordPactOptions, texts: Texts): Promise<PactRecording> {
  const { recordPact } = await import('../../../contracts/kit/record-pact.ts')
  try {
    return await recordPact(options)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { record: own, verify } = texts.pact
    switch (error.code) {
      case 'MOCK_PACT_FILE':
        throw usageError(own.fileUnfit(error.message), error)
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(own.noMockAt(options.url ?? ''), error)
      case 'MOCK_TOKEN':
        throw usageError(verify.tokenNeeded, error)
      default:
        throw usageError(own.failed(error.message), error)
    }
  }
}

function report({ file, calls, added, kept, leftOut }: PactRecording, { pact: { record: own } }: Texts): string {
  const lines = [
    ...added.map(
      ({ description, states }) => `+ ${description}${states.length > 0 ? `  [${states.join(' + ')}]` : ''}`,
    ),
    ...leftOut.map(({ call, status, reason }) => own.leftOut(call, status, reason)),
    own.sum(file, calls, added.length, kept, leftOut.length),
  ]
  return lines.map((line) => `${oneLine(line)}\n`).join('')
}
