import { resolve } from 'node:path'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Option } from 'commander'
import { sampleCall } from '../../control/calls/exchanges.ts'
import { VERSION } from '../../control/package-files.ts'
import { createCertificateAuthority, type RunningServer, startServer } from '../../doors/transports/node-server.ts'
import { type ClockSetting, systemClock } from '../../engine/clock.ts'
import type { KeyMode } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import type { SampleCall } from '../../engine/product.ts'
import { engineOf } from '../../mock.ts'
import { parseRedisAddress } from '../../stores/redis/address.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { shellQuote, signedCall, singleQuoted } from '../../wire/shared/shell.ts'
import { stopOnSignals } from '../child.ts'
import { defines, ownCommand } from '../command.ts'
import { fillFromEnvironment } from '../environment.ts'
import { DEFAULT_DATA_DIRECTORY } from '../files.ts'
import { BoundedLog, loadLogTexts, logLine, refusalLine } from '../log-line.ts'
import type { AssistantDoor } from '../mcp/server.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import { columnsOf, print } from '../output.ts'
import { DEFAULT_PORT, DEFAULT_URL } from '../running-mock.ts'
import {
  addGroup,
  addMockOptions,
  type MockCommandOptions,
  openSeededMock,
  type SeedSource,
  texts as startedMockTexts,
} from '../seeded-mock.ts'
import { commonTexts, type Language } from '../texts.ts'

const en = {
  description:
    'Starts the simulated WeChat Pay API v3 on one port, with its control API under /_mock. Prints where it is, who to be, and a call to try.',
  port: 'port to listen on; 0 picks a free one',
  host: 'address to listen on; anything but loopback needs --control-token',
  hostExpected: 'use an address or a host name, such as 127.0.0.1',
  controlToken: 'token that calls to the control API must carry as Authorization: Bearer …',
  controlTokenExpected: 'use visible ASCII characters without blanks',
  quiet: 'do not log exchanges on standard error',
  after: `Each option is also an environment variable, such as WECHATPAY_MOCK_KEY_MODE for --key-mode; the option wins.
With --json one line {"event":"listening","url","control","pid"} goes to standard output when it is ready.`,
  stopping: 'Stopping: finishing what is in flight. Ctrl+C again ends at once.',
  listening: (version: string): string => `wechatpay-mock ${version} is listening. Ctrl+C stops it.`,
  labels: {
    dashboard: 'dashboard',
    url: 'API v3',
    authority: 'CA',
    merchant: 'merchant',
    apiV3Key: 'APIv3 key',
    platformSerial: 'platform serial',
    publicKeyId: 'public key id',
    seed: 'state',
    data: 'data file',
    store: 'store',
    clock: 'clock',
  },
  merchant: (mchid: string, serial: string): string => `${mchid}, serial ${serial}`,
  dashboard: (url: string): string => `${url} (with the control API under it)`,
  url: (url: string): string => `${url} (also an HTTPS_PROXY, for fixed hosts)`,
  /** Describes the state kept in a data file. */
  resumed: 'as it was left (--seed and --clock are for a new file)',
  /** Describes a state that is already in a store. */
  joined: 'as it is in the store (--seed and --clock are for a new one)',
  scenario: (name: string): string => `scenario ${name}`,
  clockNow: (time: string, frozen: boolean, judged: boolean): string =>
    `${time}, ${frozen ? 'frozen' : 'running'}${judged ? ', for signatures too' : ''}`,
  /** Follows the clock that signatures are judged by. */
  clockRemark: ' (--signature-clock machine: the real time)',
  nextTitle: 'Next, in another terminal:',
  /** Purposes of commands. */
  next: { credentials: 'keys and code for your SDK', ca: 'how to trust the CA', explain: 'why a call was refused' },
  tryIt: 'Or a call to try:',
}

const zh: typeof en = {
  description:
    '在一个端口上启动模拟的微信支付 API v3，控制 API 在 /_mock 下。启动后显示地址、身份信息和一个可以直接试用的请求。',
  port: '监听端口；0 表示自动选择空闲端口',
  host: '监听地址；非本机回环地址需要 --control-token',
  hostExpected: '请使用地址或主机名，如 127.0.0.1',
  controlToken: '调用控制 API 时须携带的令牌，即 Authorization: Bearer …',
  controlTokenExpected: '请使用不含空格的可见 ASCII 字符',
  quiet: '不在标准错误上逐条记录请求',
  after: `每个选项也可以用环境变量设置，例如 --key-mode 对应 WECHATPAY_MOCK_KEY_MODE；选项优先。
使用 --json 时，就绪后向标准输出写一行 {"event":"listening","url","control","pid"}。`,
  stopping: '正在停止：处理完进行中的请求即退出，再按一次 Ctrl+C 立即退出。',
  listening: (version) => `wechatpay-mock ${version} 已启动，按 Ctrl+C 停止。`,
  labels: {
    dashboard: '仪表盘',
    url: 'API v3',
    authority: 'CA',
    merchant: '商户号',
    apiV3Key: 'APIv3密钥',
    platformSerial: '平台证书序列号',
    publicKeyId: '微信支付公钥ID',
    seed: '初始数据',
    data: '数据文件',
    store: '存储',
    clock: '时钟',
  },
  merchant: (mchid, serial) => `${mchid}，序列号 ${serial}`,
  dashboard: (url) => `${url} （控制 API 也在其下）`,
  url: (url) => `${url} （域名写死的客户端可用作 HTTPS_PROXY）`,
  resumed: '接着上次的状态（--seed 和 --clock 只用于新文件）',
  joined: '沿用存储中的状态（--seed 和 --clock 只用于新的存储）',
  scenario: (name) => `场景 ${name}`,
  clockNow: (time, frozen, judged) => `${time}，${frozen ? '已冻结' : '走时中'}${judged ? '，签名也以此为准' : ''}`,
  clockRemark: '（用 --signature-clock machine 改为真实时间）',
  nextTitle: '接下来，在另一个终端中：',
  next: { credentials: '密钥和各 SDK 的示例代码', ca: '如何信任 CA', explain: '请求为何被拒绝' },
  tryIt: '或者先试一个请求：',
}

const texts = { en, zh }

export interface BannerFacts {
  readonly mock: Mock
  readonly url: string
  readonly version: string
  /** Left out for a data file or a store that already has a state. */
  readonly seed?: SeedSource
  readonly data?: string
  readonly store?: string
  readonly keyMode: KeyMode
  readonly signatureClock: 'mock' | 'machine'
  readonly clock?: Partial<ClockSetting>
  /** Directory of the CA. */
  readonly dataDir: string
}

/** The address of a store without its password, but with its prefix. */
function shownAddress(store: string): string {
  const { shown, prefix } = parseRedisAddress(store)
  return `${shown}?prefix=${prefix}`
}

/**
 * The text that the person who starts the server reads: its address, an identity to use, next steps, and a call to try. Fits a screen of 24
 * rows and 80 columns: with many options or a long address it does without empty lines, and then without remarks.
 */
export async function banner(facts: BannerFacts, language: Language, screen = USUAL_SCREEN): Promise<string> {
  const own = texts[language]
  const { mock, url, version, seed, keyMode, signatureClock, clock, dataDir, data, store } = facts
  const { defaultMerchant: merchant, platform } = mock
  const { labels } = own
  const judged = clock !== undefined && signatureClock === 'mock'
  const state = seed ? (seed.file ?? own.scenario(seed.scenario ?? 'default')) : undefined
  const time = clock && own.clockNow(formatInstant(mock.clock.now()), mock.clock.frozen, judged)
  const rows = (bare: boolean): (readonly [label: string, value: string | undefined])[] => [
    [labels.dashboard, bare ? `${url}/_mock` : own.dashboard(`${url}/_mock`)],
    [labels.url, bare ? url : own.url(url)],
    [labels.authority, resolve(dataDir)],
    [labels.merchant, own.merchant(merchant.mchid, merchant.serialNo)],
    [labels.apiV3Key, merchant.apiV3Key],
    [labels.platformSerial, keyMode === 'public-key' ? undefined : platform.certificates[0].serialNo],
    [labels.publicKeyId, keyMode === 'certificate' ? undefined : platform.publicKey.serialNo],
    [labels.seed, state ?? (store === undefined ? own.resumed : own.joined)],
    [labels.data, data],
    [labels.store, store === undefined ? undefined : shownAddress(store)],
    [labels.clock, judged && !bare ? `${time}${own.clockRemark}` : time],
  ]
  const call = curlCommand(await sampleCall(mock), url, judged ? timestampWord(mock) : undefined)
  const next = nextCommands(url, dataDir, own.next)
  const parts = (bare: boolean) =>
    [
      [own.listening(version), ...table(rows(bare))],
      [own.nextTitle, ...(bare ? next.map(([, command]) => `  ${command}`) : table(next))],
      [own.tryIt, call],
    ].map((lines) => `${lines.join('\n')}\n`)
  const [apart, close, bare] = [parts(false).join('\n'), parts(false).join(''), parts(true).join('')]
  return [apart, close].find((text) => rowsOf(text, screen) < screen.rows) ?? bare
}

interface Screen {
  readonly rows: number
  readonly columns: number
}

const USUAL_SCREEN: Screen = { rows: 24, columns: 80 }

/** The terminal, or as large a one as the environment names, since many a log is read in one too. */
function screenHere({ stdout, env }: typeof process): Screen {
  const sized = (size: number | undefined, name: string, usual: number) => size ?? (Number(env[name]) || usual)
  return {
    rows: sized(stdout.rows, 'LINES', USUAL_SCREEN.rows),
    columns: sized(stdout.columns, 'COLUMNS', USUAL_SCREEN.columns),
  }
}

/** How many rows of the terminal a text takes, without that of the cursor. */
function rowsOf(text: string, { columns }: Screen): number {
  const lines = text.split('\n').slice(0, -1)
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / columns)), 0)
}

/** Rows with their labels; one without a value is left out. */
function table(rows: readonly (readonly [label: string, value: string | undefined])[]): string[] {
  const shown = rows.filter(([, value]) => value !== undefined)
  const width = Math.max(...shown.map(([label]) => columnsOf(label))) + 2
  return shown.map(([label, value]) => `  ${label}${' '.repeat(width - columnsOf(label))}${value}`)
}

/** Commands to continue with, each with its purpose. */
function nextCommands(url: string, dataDir: string, labels: (typeof texts)['en']['next']): [string, string][] {
  const own = ownCommand()
  const mock = url === DEFAULT_URL ? '' : ` --url ${shellQuote(url)}`
  // npx finds the program only within its project, and the directory is found there too.
  const isNear = own.startsWith('npx ') && dataDir === DEFAULT_DATA_DIRECTORY
  const directory = isNear ? '' : ` --data-dir ${shellQuote(resolve(dataDir))}`
  return [
    [labels.credentials, `${own} credentials${mock} --help`],
    [labels.ca, `${own} ca${directory}`],
    [labels.explain, `${own} explain${mock} --id 08F7…`],
  ]
}

/**
 * The call for bash and zsh. The body is a variable, since the bytes that are sent and signed must be the same.
 *
 * @param timestamp the time to sign with, as a word of the shell; the shell's own time if left out
 */
function curlCommand({ method, path, body }: SampleCall, url: string, timestamp: string | undefined): string {
  const signed = [
    ownCommand(),
    'sign',
    method,
    shellQuote(path),
    ...(body === undefined ? [] : ['--body "$body"']),
    ...(timestamp === undefined ? [] : [`--timestamp ${timestamp}`]),
  ].join(' ')
  const call = signedCall({
    // A proxy for the internet cannot reach this machine's loopback.
    options: proxied() ? ["--noproxy '*'"] : [],
    url: singleQuoted(url + path),
    authorization: `"Authorization: $(${signed})"`,
    data: body === undefined ? undefined : '--data-raw "$body"',
  })
  return body === undefined ? call : `body=${shellQuote(body)}\n${call}`
}

function proxied(): boolean {
  return ['http_proxy', 'all_proxy', 'ALL_PROXY'].some((name) => Boolean(process.env[name]))
}

/** The mock's time as a word of the shell: fixed, or the shell's own time with the same offset as the mock's clock. */
function timestampWord({ clock }: Mock): string {
  const now = Math.floor(clock.now() / 1_000)
  return clock.frozen ? String(now) : `$(( $(date +%s) + ${now - Math.floor(systemClock.now() / 1_000)} ))`
}

interface ServeOptions extends MockCommandOptions {
  readonly port: number
  readonly host: string
  readonly controlToken?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** Heaps from this size on are collected before the first call. */
const LARGE_HEAP_BYTES = 128 * 1_048_576

/** How long writing the last lines of the log may take. */
const FLUSH_MS = 250

export const define = defines(texts, (command, own, language) => {
  const { groups } = startedMockTexts[language]
  addGroup(
    command,
    groups.listening,
    option('--port <number>', own.port, wholeNumber(0, 65_535, language)).default(DEFAULT_PORT),
    option('--host <address>', own.host, textLike(/^[\w.:-]+$/, own.hostExpected)).default('127.0.0.1'),
    option('--control-token <token>', own.controlToken, textLike(/^[!-~]+$/, own.controlTokenExpected)),
  )
  addMockOptions(command, language)
  addGroup(command, groups.log, new Option('--quiet', own.quiet))
  command.action(async () => {
    fillFromEnvironment(command)
    await serveUntilStopped(command.opts<ServeOptions>(), language)
  })
})

async function serveUntilStopped(options: ServeOptions, language: Language): Promise<void> {
  const { mock, seed } = await openSeededMock(options, language)
  const engine = engineOf(mock)
  keepHeapSmall()
  const log = new BoundedLog(process.stderr, startedMockTexts[language].linesDropped)
  const colours = process.stderr.isTTY && process.stderr.hasColors()
  process.once('exit', () => log.write())
  const words = await loadLogTexts(language)
  if (!options.quiet) engine.journal.subscribe((exchange) => log.add(logLine(exchange, colours, words)))
  const { host, port, allowHost, controlToken, proxyPassthrough = false, dataDir } = options
  let door: Promise<AssistantDoor> | undefined
  const server = await startServer({
    mock,
    host,
    port,
    ...(allowHost && { allowedHosts: allowHost }),
    ...(controlToken !== undefined && { controlToken }),
    proxyPassthrough,
    certificateAuthority: createCertificateAuthority({ directory: resolve(dataDir) }),
    ...(!options.quiet && { onRefused: (refused) => log.add(refusalLine(refused, language)) }),
    async mcp(request, body) {
      door ??= import('../mcp/server.ts').then(({ openAssistantDoor }) =>
        openAssistantDoor({ url, token: controlToken, language }),
      )
      return (await door).answer(request, body)
    },
    onBug: (error) => log.add(`${commonTexts[language].bug}\n${error instanceof Error ? error.stack : String(error)}`),
  })

  stopOnSignals(async () => {
    if (!options.quiet) log.add(texts[language].stopping)
    // A door that could not be opened was refused to whoever knocked.
    await door?.then(
      ({ close }) => close(),
      () => undefined,
    )
    // Takes no new requests, and finishes those in flight.
    await server.close()
    await mock.close()
    await log.flush(FLUSH_MS)
  })
  const url = reachable(server, options.host)
  const { seed: _, ...facts } = options
  await print(
    options.json
      ? `${JSON.stringify({ event: 'listening', url, control: `${url}/_mock`, pid: process.pid })}\n`
      : await banner(
          { ...facts, mock: engine, url, version: VERSION, ...(seed && { seed }) },
          language,
          screenHere(process),
        ),
  )
}

/** The server's address for a client on this machine: a wildcard address cannot be connected to. */
function reachable({ url, port }: RunningServer, host: string): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  return host === '::' ? `http://[::1]:${port}` : url
}

/**
 * V8 lets a heap grow to about four times its live size before it collects, and each half of the new space to 32 MiB: a
 * server that holds 60 MiB came to 390 under load. With these limits it stays at 200, and is just as fast (`npm run bench -- memory http`).
 *
 * Only for a process of our own, and only once it holds its seed: loading a million coupons under these limits would take longer. What loading them
 * leaves behind is as large as they are, and would stay until many calls have come.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=80')
  setFlagsFromString('--max-semi-space-size=16')
  if (getHeapStatistics().used_heap_size >= LARGE_HEAP_BYTES) giveBackPages()
  setFlagsFromString('--semi-space-growth-factor=1')
}

/**
 * Only a last resort gives back pages that are partly used. It leaves halves of 1 MiB, where the calls under way survive twice and are kept with what is
 * old: 8 KB a call, collected sixty times in a thousand calls. So the halves grow to 4 MiB once, for a mebibyte that survives.
 */
function giveBackPages(): void {
  setFlagsFromString('--expose-gc')
  setFlagsFromString('--semi-space-growth-factor=4')
  // A process that had contexts before may get none with `gc`.
  runInNewContext(`
    globalThis.gc?.({ type: 'major', flavor: 'last-resort' })
    const surviving = Array.from({ length: 320 }, () => Array(512))
    globalThis.gc?.({ type: 'minor' })
  `)
}
