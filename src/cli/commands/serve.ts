import { InvalidArgumentError } from 'commander'
import { VERSION } from '../../control/version.ts'
import type { WorldJson } from '../../control/world-format.ts'
import type { ClockSetting } from '../../engine/clock.ts'
import { createMock, type MockOptions, type WechatPayMock } from '../../mock.ts'
import { UsageError } from '../../protocol/errors.ts'
import { parseInstant } from '../../protocol/instant.ts'
import { createCertificateAuthority, type RunningServer, startServer } from '../../transports/node-server.ts'
import { allowCallbackHostOption } from '../callback-hosts.ts'
import { choiceOption, type DefineCommand, option, percentage, textLike, wholeNumber } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import { fillFromEnvironment } from '../environment.ts'
import { print } from '../output.ts'
import { banner } from '../serve/banner.ts'
import { BoundedLog } from '../serve/bounded-log.ts'
import { logLine } from '../serve/log-line.ts'
import { readSeed, type Seed } from '../serve/read-seed.ts'
import { refusalLine } from '../serve/refusal-line.ts'
import { stopOnSignals } from '../serve/stop-on-signals.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

interface ServeOptions
  extends Required<
    Pick<
      MockOptions,
      'orders' | 'auth' | 'keyMode' | 'rateLimit' | 'stockReadyAfter' | 'signatureClock' | 'journalLimit' | 'diagnosis'
    >
  > {
  readonly callbackPublicKeyShare?: number
  readonly port: number
  readonly host: string
  readonly seed: string
  readonly clock?: Partial<ClockSetting>
  readonly randomSeed?: string
  readonly controlToken?: string
  readonly allowCallbackHost?: readonly string[]
  readonly dataDir: string
  readonly proxyPassthrough?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

export const define: DefineCommand = (command, { texts }) => {
  const { serve } = texts
  const choice = (flags: string, description: string, words: readonly [string, ...string[]], standard = words[0]) =>
    choiceOption(flags, description, words, texts).default(standard)
  command
    .description(serve.description)
    .addOption(option('--port <number>', serve.port, wholeNumber(0, 65_535, texts)).default(8089))
    .addOption(option('--host <address>', serve.host, textLike(/^[\w.:-]+$/, serve.hostExpected)).default('127.0.0.1'))
    .addOption(option('--seed <file|scenario>', serve.seed, textLike(/./, serve.seedExpected)).default('default'))
    .addOption(option('--clock <time|frozen>', serve.clock, (text) => parseClock(text, texts)))
    .addOption(choice('--orders <which>', serve.orders, ['any', 'known']))
    .addOption(choice('--auth <how>', serve.auth, ['strict', 'lenient']))
    .addOption(choice('--key-mode <mode>', serve.keyMode, ['certificate', 'public-key', 'both'], 'both'))
    .addOption(choice('--rate-limit <state>', serve.rateLimit, ['on', 'off'], 'off'))
    .addOption(option('--stock-ready-after <seconds>', serve.stockReadyAfter, wholeNumber(0, 86_400, texts)).default(0))
    .addOption(
      option('--callback-public-key-share <percent>', serve.callbackPublicKeyShare, percentage(serve.percentExpected)),
    )
    .addOption(choice('--diagnosis <state>', serve.diagnosis, ['on', 'off']))
    .addOption(choice('--signature-clock <which>', serve.signatureClock, ['mock', 'machine']))
    .addOption(option('--random-seed <text>', serve.randomSeed, textLike(/./, serve.randomSeedExpected)))
    .addOption(option('--journal-limit <number>', serve.journalLimit, wholeNumber(0, 1_000_000, texts)).default(1_000))
    .addOption(option('--control-token <token>', serve.controlToken, textLike(/^[!-~]+$/, serve.controlTokenExpected)))
    .addOption(allowCallbackHostOption(texts))
    .addOption(dataDirectoryOption(texts))
    .option('--proxy-passthrough', serve.proxyPassthrough)
    .option('--quiet', serve.quiet)
    .addHelpText('after', `\n${serve.after}`)
    .action(async () => {
      fillFromEnvironment(command, texts)
      await serveUntilStopped(command.opts<ServeOptions>(), texts)
    })
}

async function serveUntilStopped(options: ServeOptions, texts: Texts): Promise<void> {
  const seed = await readSeed(options.seed, texts)
  const mock = await createSeededMock(seed, options, texts)
  const log = new BoundedLog(process.stderr, texts.serve.linesDropped)
  const colours = process.stderr.isTTY && process.stderr.hasColors()
  const logTexts = { diagnosis: await texts.loadDiagnosis(), notExamined: texts.serve.notExamined }
  if (!options.quiet) mock.journal.subscribe((exchange) => log.add(logLine(exchange, colours, logTexts)))
  const server = await start(mock, log, options, texts)

  stopOnSignals(server, log, options.quiet ? undefined : texts.serve.stopping)
  const url = reachable(server, options.host)
  await print(
    options.json
      ? `${JSON.stringify({ event: 'listening', url, control: `${url}/_mock`, pid: process.pid })}\n`
      : await banner({ ...options, mock, url, version: VERSION, seed }, texts),
  )
}

/** A mock with its seed; one that brings merchants along is restored, since their keys take time to make. */
async function createSeededMock(seed: Seed, options: ServeOptions, texts: Texts): Promise<WechatPayMock> {
  const { orders, auth, keyMode, signatureClock, randomSeed, journalLimit, clock, allowCallbackHost } = options
  const { rateLimit, stockReadyAfter, callbackPublicKeyShare, diagnosis } = options
  const settings: MockOptions = {
    orders,
    auth,
    keyMode,
    rateLimit,
    stockReadyAfter,
    ...(callbackPublicKeyShare !== undefined && { callbackPublicKeyShare }),
    signatureClock,
    journalLimit,
    diagnosis,
    ...(clock && { clockStart: clock }),
    ...(allowCallbackHost && { allowCallbackHosts: allowCallbackHost }),
    ...(randomSeed !== undefined && { randomSeed }),
  }
  try {
    if (!hasMerchants(seed.world)) return createMock({ ...settings, seed: seed.world })
    const mock = createMock({ ...settings, seed: 'empty' })
    await mock.control.restore(seed.world)
    return mock
  } catch (error) {
    if (!(error instanceof UsageError) || !seed.file) throw error
    const { path, message } = error
    throw usageError(
      texts.serve.seedUnfit(seed.file, message.startsWith(path) ? message : `${path}: ${message}`),
      error,
    )
  }
}

function hasMerchants(world: unknown): boolean {
  return typeof world === 'object' && world !== null && Array.isArray((world as WorldJson).merchants)
}

async function start(
  mock: WechatPayMock,
  log: BoundedLog,
  { port, host, controlToken, dataDir, proxyPassthrough, quiet }: ServeOptions,
  texts: Texts,
): Promise<RunningServer> {
  const { serve, bug } = texts
  try {
    return await startServer({
      mock,
      host,
      port,
      ...(controlToken !== undefined && { controlToken }),
      certificateAuthority: createCertificateAuthority({ directory: dataDir }),
      ...(proxyPassthrough && { proxyPassthrough }),
      ...(!quiet && { onRefused: (refused) => log.add(refusalLine(refused, texts)) }),
      onBug: (error) => log.add(`${bug}\n${error instanceof Error ? error.stack : String(error)}`),
    })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    switch (error.code) {
      case 'MOCK_PORT_IN_USE':
        throw usageError(port < 1024 && port > 0 ? serve.portReserved(port) : serve.portInUse(port, host), error)
      case 'MOCK_HOST':
        throw usageError(serve.hostUnknown(host), error)
      case 'MOCK_CONTROL_TOKEN':
        throw usageError(serve.tokenNeeded(host), error)
      case 'MOCK_OPEN_PROXY':
        throw usageError(serve.openProxy(host), error)
      default:
        throw error
    }
  }
}

/** The server's address for a client on this machine: an address that means all of them is none to connect to. */
function reachable({ url, port }: RunningServer, host: string): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  return host === '::' ? `http://[::1]:${port}` : url
}

function parseClock(text: string, { serve }: Texts): Partial<ClockSetting> {
  if (text === 'frozen') return { frozen: true }
  const frozen = text.startsWith('frozen@')
  const now = parseInstant(frozen ? text.slice('frozen@'.length) : text)
  if (now === undefined) throw new InvalidArgumentError(serve.clockExpected)
  return { now, frozen }
}
