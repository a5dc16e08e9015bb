import { operationsOf } from '../../engine/product.ts'
import { products } from '../../products/index.ts'
import type { LeftOutCall, PactRecording, RecordPactOptions } from '../../traffic/recording/record-pact.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { choiceOption } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import { mchidOption, urlHere, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  summary: 'record a pact from the calls that a mock received and the callbacks that it sent',
  description:
    'Turns the calls and callbacks in the journal of a running mock into a pact (specification 4): one interaction for each distinct call, with the provider states that it needs to be replayed alone, and messages for each callback; what differs in every run has stand-ins and matchers. What is in the file already stays as it is, and what is left out is listed. Exit code 1 when there is nothing to record.',
  out: 'the pact file; new interactions are added to it',
  url: 'address of the mock; WECHATPAY_MOCK_URL if left out',
  consumer: 'name of the consumer (default: as in the file, or wechatpay-client)',
  provider: 'name of the provider (default: as in the file, or wechatpay)',
  mchid: 'only calls of this merchant, and callbacks for it',
  operation: 'only calls of this operation, and no callbacks',
  after: `wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact verify pacts/my-shop-wechatpay.json`,
  outNeeded: 'Say where to record into: --out FILE',
  failed: (message: string): string => `Nothing was recorded: ${message}`,
  leftOut: ({ call, status, times, reason }: LeftOutCall): string =>
    `left out: ${call}${status === undefined ? '' : ` ${status}`}${times > 1 ? `, ${times} times` : ''}: ${reason}`,
  sum: ({ file, calls, callbacks, added, kept, leftOut }: PactRecording): string =>
    calls + callbacks === 0
      ? 'Nothing to record: the journal has no such calls, and no callbacks'
      : `${file}: ${counted(added.length, 'interaction')} added, ${kept} already there; of ${counted(calls, 'call')} and ${counted(callbacks, 'callback')} ${timesIn(leftOut)} left out`,
}

const zh: typeof en = {
  summary: '从模拟服务收到的请求和发出的回调录制契约',
  description:
    '把运行中的模拟服务的请求记录变成契约文件（规范 4）：每种不同的请求成为一条交互，带上单独重放所需的提供方状态；每种回调成为消息；每次都不同的值换成固定的值或匹配规则。文件中已有的交互保持不变，未录制的内容会列出。没有可录制的内容时退出码为 1。',
  out: '契约文件，新的交互会加入其中',
  url: '模拟服务的地址；不写则取 WECHATPAY_MOCK_URL',
  consumer: '消费者名称（默认：文件中的名称，或 wechatpay-client）',
  provider: '提供方名称（默认：文件中的名称，或 wechatpay）',
  mchid: '只录制此商户的请求和回调',
  operation: '只录制此接口的请求，不录制回调',
  after: en.after,
  outNeeded: '请写明录制到哪个文件：--out FILE',
  failed: (message) => `没有录制：${message}`,
  leftOut: ({ call, status, times, reason }) =>
    `未录制：${call}${status === undefined ? '' : ` ${status}`}${times > 1 ? `，${times} 次` : ''}：${reason}`,
  sum: ({ file, calls, callbacks, added, kept, leftOut }) =>
    calls + callbacks === 0
      ? '没有可录制的内容：请求记录中没有符合条件的请求和回调'
      : `${file}：新增 ${added.length} 条交互，已有 ${kept} 条；${calls} 个请求和 ${callbacks} 次回调中，未录制 ${timesIn(leftOut)} 个`,
}

function counted(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`
}

function timesIn(leftOut: readonly LeftOutCall[]): number {
  return leftOut.reduce((sum, { times }) => sum + times, 0)
}

export const texts = { en, zh }

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

export const define = defines(texts, (command, own, language) => {
  const operations = operationsOf(products)
  const shaped = operations.filter((operation) => operation.shaped).map(({ id }) => id)
  const simulated = operations.filter((operation) => !operation.shaped).map(({ id }) => id)
  command
    .option('--out <file>', own.out)
    .addOption(urlOption(own.url, language).default(urlHere()))
    .option('--consumer <name>', own.consumer)
    .option('--provider <name>', own.provider)
    .addOption(mchidOption(own.mchid, language))
    .addOption(choiceOption('--operation <id>', own.operation, simulated, language, shaped))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .action(async () => {
      fillUrlFromEnvironment(command)
      await record(command.opts<PactRecordOptions>(), language)
    })
})

async function record({ out, json, ...options }: PactRecordOptions, language: Language): Promise<void> {
  const own = texts[language]
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
    const own = texts[language]
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
  const own = texts[language]
  const lines = [
    ...added.map(
      ({ description, states }) => `+ ${description}${states.length > 0 ? `  [${states.join(' + ')}]` : ''}`,
    ),
    ...leftOut.map(own.leftOut),
    own.sum(recording),
  ]
  return lines.map((line) => `${oneLine(line)}\n`).join('')
}
