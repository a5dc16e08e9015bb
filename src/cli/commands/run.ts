import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { Option } from 'commander'
import { describeExchange } from '../../control/describe-exchange.ts'
import { type RefusedConnection, startServer } from '../../doors/transports/node-server.ts'
import { pathOf } from '../../engine/http-message.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import { engineOf, type WechatPayMock } from '../../mock.ts'
import { fileFault } from '../../wire/shared/errors.ts'
import { createCertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import { runAsClient } from '../child.ts'
import { defines, usageError } from '../command.ts'
import { fillFromEnvironment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import { unwritable } from '../files.ts'
import { BoundedLog, loadLogTexts, logLine, refusalLine } from '../log-line.ts'
import { option, wholeNumber } from '../options.ts'
import { warn } from '../output.ts'
import {
  addGroup,
  addMockOptions,
  type MockCommandOptions,
  openSeededMock,
  texts as startedMockTexts,
} from '../seeded-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Starts the mock, runs a command that finds it through its environment (address, proxy for WeChat Pay hosts, trusted CA, credentials), stops it when the command ends, and exits with the exit code of the command.',
  command: 'program and arguments, after --',
  port: 'port of the mock; 0 picks a free one',
  log: 'write a line for each exchange into this file',
  verbose: 'write these lines to standard error',
  oneLog: 'Give --log or --verbose, not both',
  after: `wechatpay-mock run -- node pay.mjs
wechatpay-mock run --log calls.log -- java -jar shop.jar
wechatpay-mock run --seed life --key-mode public-key -- go test ./...
Each option is also an environment variable, such as WECHATPAY_MOCK_KEY_MODE for --key-mode; with --json the lines are JSON.
Exit codes: that of the command; 128 plus the number of the signal that ended it; 127 if there is no such command; 2 for a usage error.`,
  nothing: 'Say what to run, after --: wechatpay-mock run -- node pay.mjs',
  notStarted: (program: string, fault: string): string => `${program} cannot be started: ${fault}`,
  noCalls:
    'The command made no call to the mock: let it take its address from WECHATPAY_BASE_URL, or use the proxy in HTTPS_PROXY',
  missed: (calls: number, named: readonly string[], more: boolean): string =>
    `${calls === 1 ? '1 call was answered' : `${calls} calls were answered`} with 404 or 405, because the mock does not serve ${named.join(', ')}${more ? ' and others' : ''}`,
  shaped: (calls: number, named: readonly string[], more: boolean): string =>
    `${calls === 1 ? '1 call was' : `${calls} calls were`} only shaped, without rules behind ${calls === 1 ? 'it' : 'them'}: ${named.join(', ')}${more ? ' and others' : ''}`,
}

const zh: typeof en = {
  description:
    '启动模拟服务并运行一条命令：通过环境变量告诉它地址、微信支付域名的代理、受信任的 CA 和身份信息；命令结束后停止服务，并以命令的退出码结束。',
  command: '要运行的程序及参数，写在 -- 之后',
  port: '模拟服务的端口；0 为任选空闲端口',
  log: '把每次收发写入这个文件，一次一行',
  verbose: '把每次收发写到标准错误，一次一行',
  oneLog: '--log 与 --verbose 只能选其一',
  after: `wechatpay-mock run -- node pay.mjs
wechatpay-mock run --log calls.log -- java -jar shop.jar
wechatpay-mock run --seed life --key-mode public-key -- go test ./...
每个选项也可用环境变量给出，例如 --key-mode 对应 WECHATPAY_MOCK_KEY_MODE；加 --json 时每行是 JSON。
退出码：与命令相同；被信号结束时为 128 加信号编号；没有这个命令时为 127；用法有误时为 2。`,
  nothing: '请在 -- 之后写出要运行的命令：wechatpay-mock run -- node pay.mjs',
  notStarted: (program, fault) => `无法启动 ${program}：${fault}`,
  noCalls: '该命令没有请求模拟服务：请让它从 WECHATPAY_BASE_URL 读取地址，或使用 HTTPS_PROXY 中的代理',
  missed: (calls, named, more) =>
    `有 ${calls} 次调用得到 404 或 405，因为模拟服务没有这些接口：${named.join('、')}${more ? ' 等' : ''}`,
  shaped: (calls, named, more) =>
    `有 ${calls} 次调用仅按文档应答，不由规则模拟：${named.join('、')}${more ? ' 等' : ''}`,
}

const texts = { en, zh }

interface RunOptions extends MockCommandOptions {
  readonly port: number
  readonly log?: string
  readonly verbose?: boolean
  readonly json?: boolean
}

const HOST = '127.0.0.1'
/** How many refused connections are listed when the command made no call. */
const SHOWN_REFUSALS = 5
/** How many different calls are named that the mock does not serve, or has no rules for, and how much of each path. */
const SHOWN_CALLS = 5
const SHOWN_PATH = 100
const FLUSH_MS = 1_000
/** How long to wait for reports of connections that the command left open and that were just cut. */
const SETTLING_MS = 100

export const define = defines(texts, (command, own, language) => {
  const { groups } = startedMockTexts[language]
  command.takeCommand(own.command)
  const port = option('--port <number>', own.port, wholeNumber(0, 65_535, language))
  addGroup(command, groups.listening, port.default(0))
  addMockOptions(command, language)
  addGroup(command, groups.log, new Option('--log <file>', own.log), new Option('--verbose', own.verbose))
  command.action(async (words: readonly string[]) => {
    fillFromEnvironment(command)
    if (words.length === 0) throw usageError(own.nothing)
    await runWithMock(words, command.opts<RunOptions>(), language)
  })
})

async function runWithMock(words: readonly string[], options: RunOptions, language: Language): Promise<void> {
  const { port, allowHost, dataDir, proxyPassthrough = false, json = false } = options
  const certificateAuthority = createCertificateAuthority({ directory: dataDir })
  await certificateAuthority.certificate()
  const { mock } = await openSeededMock(options, language)
  const log = await openLog(options, language)
  const seen = await watch(mock, log, options, language)
  const server = await startServer({
    mock,
    host: HOST,
    port,
    ...(allowHost && { allowedHosts: allowHost }),
    certificateAuthority,
    proxyPassthrough,
    onRefused: seen.refuse,
    onBug: (error) =>
      process.stderr.write(`${commonTexts[language].bug}\n${error instanceof Error ? error.stack : String(error)}\n`),
  })
  const credentials = { ...(await mock.control.credentials()), base_url: server.url }
  const { exitCode, notStarted } = await runAsClient(words, credentials, dataDir).finally(async () => {
    await server.close(0)
    await mock.close()
    if (seen.calls === 0) await wait(SETTLING_MS)
    await closeLog(log)
  })
  process.exitCode = exitCode
  if (notStarted) {
    const message = texts[language].notStarted(words[0] ?? '', fileFault(notStarted)[language])
    return reportFailure({ code: 'MOCK_COMMAND', message }, json)
  }
  if (seen.calls === 0) {
    const refused = [...seen.refused].slice(0, SHOWN_REFUSALS)
    for (const line of [texts[language].noCalls, ...refused]) warn(line)
  }
  for (const kind of ['missed', 'shaped'] as const) {
    const { calls, named, more } = seen[kind]
    if (calls > 0) warn(texts[language][kind](calls, [...named], more))
  }
}

/** Activity of the command that concerns the mock. */
interface Seen {
  calls: number
  /** Calls that the mock does not serve. */
  readonly missed: Calls
  /** Calls that the mock has no rules for. */
  readonly shaped: Calls
  /** Connections that were not served, as lines. */
  readonly refused: Set<string>
  readonly refuse: (refused: RefusedConnection) => void
}

/** The number of calls, method and path of the first few, and whether there are others. */
interface Calls {
  calls: number
  readonly named: Set<string>
  more: boolean
}

const noCalls = (): Calls => ({ calls: 0, named: new Set(), more: false })

async function watch(
  mock: WechatPayMock,
  log: Log | undefined,
  { json }: RunOptions,
  language: Language,
): Promise<Seen> {
  const engine = engineOf(mock)
  const words = await loadLogTexts(language)
  const refused = new Set<string>()
  const seen: Seen = {
    calls: 0,
    missed: noCalls(),
    shaped: noCalls(),
    refused,
    refuse: (connection) => {
      const { reason, host, detail } = connection
      const line = refusalLine(connection, language)
      if (refused.size < SHOWN_REFUSALS) refused.add(line)
      log?.lines.add(json ? JSON.stringify({ refused: { reason, host, detail } }) : line)
    },
  }
  const lineOf = (exchange: Exchange) =>
    json
      ? JSON.stringify(describeExchange(exchange, engine.tables, language))
      : logLine(exchange, log?.colours ?? false, words)
  engine.journal.subscribe((exchange) => {
    if (!exchange.callback) seen.calls += 1
    if (exchange.remarks.some(({ about }) => about === 'path')) note(callOf(exchange), seen.missed)
    if (exchange.shaped && exchange.operation !== undefined) note(exchange.operation, seen.shaped)
    log?.lines.add(lineOf(exchange))
  })
  return seen
}

/** Whether the mock does not serve a call. */
function callOf({ request: { method, target } }: Exchange): string {
  const path = pathOf(target)
  return `${method} ${path.length > SHOWN_PATH ? `${path.slice(0, SHOWN_PATH)}…` : path}`
}

function note(call: string, noted: Calls): void {
  noted.calls += 1
  if (noted.named.size < SHOWN_CALLS) noted.named.add(call)
  else if (!noted.named.has(call)) noted.more = true
}

/** Destination of exchange lines. The command keeps its outputs to itself unless a log is asked for. */
interface Log {
  readonly lines: BoundedLog
  readonly colours: boolean
  readonly file?: WriteStream
}

async function openLog({ log: path, verbose }: RunOptions, language: Language): Promise<Log | undefined> {
  if (path !== undefined && verbose) throw usageError(texts[language].oneLog)
  if (verbose) {
    const colours = process.stderr.isTTY && process.stderr.hasColors()
    return { lines: new BoundedLog(process.stderr, startedMockTexts[language].linesDropped), colours }
  }
  if (path === undefined) return undefined
  const file = createWriteStream(path)
  await new Promise((resolve, reject) => {
    file.once('open', resolve)
    file.once('error', reject)
  }).catch((cause: unknown) => {
    throw unwritable(path, cause, language)
  })
  file.on('error', (cause) => warn(commonTexts[language].files.unwritable(path, fileFault(cause)[language])))
  return { lines: new BoundedLog(file, startedMockTexts[language].linesDropped), colours: false, file }
}

async function closeLog(log: Log | undefined): Promise<void> {
  if (!log?.file) return log?.lines.flush(FLUSH_MS)
  log.lines.write()
  log.file.end()
  // A write error has already been reported.
  await finished(log.file).catch(() => undefined)
}
