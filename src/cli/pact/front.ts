import type { SignedAnswer } from '../../../contracts/kit/signing-front.ts'
import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import type { ClientCredentials } from '../../control/client-setup/credentials.ts'
import { isLoopback, plainHost } from '../../engine/callbacks/callback.ts'
import type { KeyMode } from '../../engine/keys/merchants.ts'
import { engineSettings } from '../../engine/settings.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { fileFault } from '../../wire/shared/errors.ts'
import { createCertificateAuthority } from '../../wire/tls/certificate-authority.ts'
import { type ChildEnding, ForwardedSignals, runAsClient, stopOnSignals } from '../child.ts'
import { defines, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { dataDirectoryOption } from '../files.ts'
import { refusalLine } from '../log-line.ts'
import { option, timeoutOption, wholeNumber } from '../options.ts'
import { print, warn } from '../output.ts'
import { originOption, urlOption } from '../running-mock.ts'
import { settingOption } from '../seeded-mock.ts'
import { commonTexts, type Language } from '../texts.ts'
import { consumerLines, type PassedOn, passedOnLines, verifierLines } from './front-report.ts'

const en = {
  summary: 'stand between the Pact of another language and a service that signs',
  description:
    "For verifiers of other languages: an address in place of the provider's. It sets the provider states that are posted to it, signs what it passes on to the mock, and checks the signature of every answer; one that is signed wrongly is handed on with status 599. With --to, for consumer tests of other languages: an address in place of WeChat Pay's. It signs the answers of Pact's mock server, which cannot, and refuses requests that are signed wrongly. With a command, it runs that and ends with it.",
  command:
    'tests to run, after --; they find the front in WECHATPAY_BASE_URL, and with --to the identity, the proxy and the CA as well',
  to: "address of Pact's mock server: sign its answers",
  toExpected: "use the address of Pact's mock server, like http://127.0.0.1:1234",
  url: 'address of a running mock, whose state is restored afterwards (default: WECHATPAY_MOCK_URL, or else one is started)',
  port: 'port of the front; 0 picks a free one',
  portDefault: (port: number): string => `${port}, or a free one for a command`,
  proxyPassthrough: "with --to, let through what is proxied to hosts that are not WeChat Pay's",
  notBoth:
    "Give --to for consumers, or --url for verifiers, not both: a consumer test has no mock behind it but Pact's",
  tokenWithTo: '--control-token is for a mock, and with --to there is none',
  passthroughWithoutTo: '--proxy-passthrough is for consumers: give it with --to',
  toItself: "--to is the front's own address: give that of Pact's mock server, or the front another --port",
  verifiersSay: (url: string): string => `Verifiers, of a front at ${url}:`,
  consumersSay: 'Consumers, with wechatpay-mock pact front --to http://127.0.0.1:1234 -- <tests>:',
  exitCodes:
    'Exit codes: that of the command; 1 when something was signed wrongly, a provider state could not be set up, a call was not in the contract, or no request came; 2 for a usage error.',
  listening: (url: string): string => `The front is at ${url}`,
  stopHint: 'Ctrl+C ends it, and tells how it went.',
  notStarted: (program: string, fault: string): string => `${program} cannot be started: ${fault}`,
  notRestored: (why: string): string => `The state of the mock is not as it was: ${why}`,
  nothingCame: {
    verifier:
      "No request came: point the verifier at WECHATPAY_BASE_URL, and name the provider as its pacts do; a consumer's tests need --to",
    consumer: 'No request came: let the SDK ask its own host through the proxy, or ask WECHATPAY_BASE_URL',
  },
  sum: (requests: number, failed: number, unexpected: number): string => {
    const said = [
      ...(failed > 0 ? [`${failed} not as they have to be`] : []),
      ...(unexpected > 0 ? [`${unexpected} that no interaction has`] : []),
    ]
    return `${requests === 1 ? '1 request' : `${requests} requests`}, ${said.join(', ') || 'all as they have to be'}`
  },
}

const zh: typeof en = {
  summary: '让其他语言的 Pact 能与需要签名的服务配合',
  description:
    '供其他语言的验证程序使用：代替提供方的地址。它设置验证程序发来的提供方状态，对转发给模拟服务的请求签名，并检查每个应答的签名；签名有误的应答以状态码 599 交给验证程序。加 --to 时供其他语言的消费者测试使用：代替微信支付的地址。Pact 的模拟服务器不会签名，由它对应答签名，并拒绝签名有误的请求。给出命令时运行该命令，并随之结束。',
  command: '要运行的测试，写在 -- 之后；测试从 WECHATPAY_BASE_URL 得到地址，加 --to 时还得到身份信息、代理和 CA',
  to: 'Pact 模拟服务器的地址：对它的应答签名',
  toExpected: '应为 Pact 模拟服务器的地址，如 http://127.0.0.1:1234',
  url: '已在运行的模拟服务的地址，结束后恢复其状态（默认取 WECHATPAY_MOCK_URL，未设置则自行启动一个）',
  port: '监听的端口；0 为任选空闲端口',
  portDefault: (port) => `${port}；运行命令时任选空闲端口`,
  proxyPassthrough: '与 --to 一起使用，放行经代理发往其他主机的请求',
  notBoth: '消费者测试用 --to，验证用 --url，只能选其一：消费者测试的后面只有 Pact 的模拟服务器',
  tokenWithTo: '--control-token 用于模拟服务，与 --to 一起使用时没有模拟服务',
  passthroughWithoutTo: '--proxy-passthrough 用于消费者测试，须与 --to 一起使用',
  toItself: '--to 是 front 自己的地址：请给出 Pact 模拟服务器的地址，或用 --port 换一个端口',
  verifiersSay: (url) => `验证程序的写法（地址为 ${url} 时）：`,
  consumersSay: '消费者测试的写法，配合 wechatpay-mock pact front --to http://127.0.0.1:1234 -- <测试命令>：',
  exitCodes: '退出码：与命令相同；有签名错误、提供方状态无法设置、调用不在契约中或没有收到请求时为 1；用法有误时为 2。',
  listening: (url) => `地址：${url}`,
  stopHint: '按 Ctrl+C 结束并给出结果。',
  notStarted: (program, fault) => `无法启动 ${program}：${fault}`,
  notRestored: (why) => `模拟服务的状态未能恢复：${why}`,
  nothingCame: {
    verifier: '没有收到请求：请让验证程序访问 WECHATPAY_BASE_URL，提供方名称与契约中的一致；消费者测试需要 --to',
    consumer: '没有收到请求：请让 SDK 经代理访问原来的域名，或访问 WECHATPAY_BASE_URL',
  },
  sum: (requests, failed, unexpected) => {
    const said = [
      ...(failed > 0 ? [`${failed} 个不符合要求`] : []),
      ...(unexpected > 0 ? [`${unexpected} 个不在契约中`] : []),
    ]
    return `共 ${requests} 个请求，${said.join('，') || '均符合要求'}`
  },
}

export const texts = { en, zh }

interface PactFrontOptions {
  readonly to?: string
  readonly url?: string
  readonly controlToken?: string
  readonly port?: number
  readonly keyMode: KeyMode
  /** Seconds. */
  readonly timeout: number
  readonly proxyPassthrough?: boolean
  readonly dataDir: string
  readonly json?: boolean
}

const DEFAULT_PORT = 8090

export const define = defines(texts, (command, own, language) => {
  const url = `http://127.0.0.1:${DEFAULT_PORT}`
  command
    .takeCommand(own.command)
    .addOption(originOption('--to <url>', own.to, own.toExpected))
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', commonTexts[language].runningMock.controlToken)
    .addOption(
      option('--port <number>', own.port, wholeNumber(0, 65_535, language)).default(
        undefined,
        own.portDefault(DEFAULT_PORT),
      ),
    )
    .addOption(settingOption(engineSettings.keyMode, language))
    .addOption(timeoutOption(language))
    .option('--proxy-passthrough', own.proxyPassthrough)
    .addOption(dataDirectoryOption(language))
    .addRemarks(
      [
        own.verifiersSay(url),
        ...verifierLines(url, language),
        '',
        own.consumersSay,
        ...consumerLines(language),
        '',
        own.exitCodes,
      ].join('\n'),
    )
    .action(async (words: readonly string[]) => {
      const options = command.opts<PactFrontOptions>()
      if (options.to !== undefined && options.url !== undefined) throw usageError(own.notBoth)
      if (options.to !== undefined && options.controlToken !== undefined) throw usageError(own.tokenWithTo)
      if (options.to === undefined && options.proxyPassthrough) throw usageError(own.passthroughWithoutTo)
      if (options.to !== undefined && isOwnAddress(options.to, portOf(words, options))) throw usageError(own.toItself)
      if (options.to === undefined) fillUrlFromEnvironment(command)
      await standInFront(words, command.opts<PactFrontOptions>(), language)
    })
})

/** The port to listen on; 0 for a free one. */
function portOf(words: readonly string[], { port }: PactFrontOptions): number {
  return port ?? (words.length === 0 ? DEFAULT_PORT : 0)
}

/** Whether a front on a port would forward requests to itself. */
function isOwnAddress(address: string, port: number): boolean {
  const { hostname, port: given } = new URL(address)
  return Number(given) === port && isLoopback(plainHost(hostname))
}

/** A front of either kind. */
interface Front {
  readonly url: string
  /** Runs a command that finds the front in its environment. */
  run(words: readonly string[]): Promise<ChildEnding>
  /** Hints for verifiers or consumers, as lines for a person. */
  readonly lines: readonly string[]
  close(): Promise<void>
}

/** Counts of the requests that came through so far. */
interface Tally {
  requests: number
  failed: number
  /** Requests that match no interaction of the contract. */
  unexpected: number
}

async function standInFront(words: readonly string[], options: PactFrontOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { json = false } = options
  const tally: Tally = { requests: 0, failed: 0, unexpected: 0 }
  // If a command runs, its output streams belong to it.
  const say = async (line: string): Promise<void> => {
    if (words.length === 0) await print(`${line}\n`)
    else process.stderr.write(`${line}\n`)
  }
  const port = portOf(words, options)
  const start = options.to === undefined ? verifyingFront : signingFront
  const front = await start({ ...options, port }, language, (answer) => {
    tally.requests += 1
    if (answer.reasons.length > 0) tally.failed += 1
    else if (answer.unexpected !== undefined) tally.unexpected += 1
    for (const line of json ? [JSON.stringify(answer)] : passedOnLines(answer, language)) void say(line)
  })
  const end = async (): Promise<void> => {
    await front.close().catch((error: unknown) => {
      if (!(error instanceof UsageError)) throw error
      process.exitCode ||= 1
      warn(own.notRestored(error.texts[language]))
    })
    // A run without requests found nothing wrong, but checked nothing either.
    if (tally.failed + tally.unexpected > 0 || tally.requests === 0) process.exitCode ||= 1
    const sum =
      tally.requests === 0
        ? own.nothingCame[options.to === undefined ? 'verifier' : 'consumer']
        : own.sum(tally.requests, tally.failed, tally.unexpected)
    await say(json ? JSON.stringify({ event: 'ended', ...tally }) : sum)
  }

  if (words.length > 0) {
    try {
      const { exitCode, notStarted } = await front.run(words)
      process.exitCode = exitCode
      if (notStarted) warn(own.notStarted(words[0] ?? '', fileFault(notStarted)[language]))
    } finally {
      await end()
    }
    return
  }
  stopOnSignals(end)
  if (json) await say(JSON.stringify({ event: 'listening', url: front.url, pid: process.pid }))
  else for (const line of [own.listening(front.url), ...front.lines, own.stopHint, '']) await say(line)
}

type StartFront = (
  options: PactFrontOptions & { readonly port: number },
  language: Language,
  onAnswer: (answer: PassedOn) => void,
) => Promise<Front>

const verifyingFront: StartFront = async (options, language, onAnswer) => {
  const { url, controlToken, port, keyMode, timeout } = options
  const { openTarget } = await import('../../../contracts/kit/target.ts')
  const { startVerifyingFront } = await import('../../../contracts/kit/verifying-front.ts')
  const { products } = await import('../../products/index.ts')
  const answerLimitMs = timeout * 1_000
  const ending = new AbortController()
  const target = await openTarget({
    language,
    answerLimitMs,
    signal: ending.signal,
    ...(url !== undefined && { url }),
    ...(controlToken !== undefined && { controlToken }),
  })
  const front = await startVerifyingFront({
    provider: target.url,
    control: target.control,
    messages: {},
    products,
    port,
    language,
    answerLimitMs,
    settings: { keyMode },
    onRefused: (refused) => warn(refusalLine(refused, language)),
    onAnswer,
  }).catch(async (error: unknown) => {
    await target.close()
    throw error
  })
  return {
    url: front.url,
    lines: verifierLines(front.url, language),
    async run(words) {
      const signals = new ForwardedSignals()
      try {
        return await signals.run(words, { ...process.env, WECHATPAY_BASE_URL: front.url })
      } finally {
        signals.stop()
      }
    },
    async close() {
      ending.abort()
      await front.close()
      await target.close()
    },
  }
}

const signingFront: StartFront = async (options, language, onAnswer) => {
  const { to = '', port, keyMode, timeout, dataDir, proxyPassthrough = false } = options
  const { startSigningFront } = await import('../../../contracts/kit/signing-front.ts')
  const certificateAuthority = createCertificateAuthority({ directory: dataDir })
  await certificateAuthority.certificate()
  const front = await startSigningFront({
    pactUrl: to,
    port,
    keyMode,
    answerLimitMs: timeout * 1_000,
    language,
    certificateAuthority,
    proxyPassthrough,
    onRefused: (refused) => warn(refusalLine(refused, language)),
    onAnswer: ({ fault, ...seen }: SignedAnswer) => onAnswer({ ...seen, reasons: fault === undefined ? [] : [fault] }),
  })
  return {
    url: front.url,
    lines: consumerLines(language),
    run: (words) => runAsClient(words, { ...credentialsIn(keyMode), base_url: front.url }, dataDir),
    close: front.close,
  }
}

/** The well-known credentials, as a merchant with these platform keys has them. */
function credentialsIn(mode: KeyMode): Omit<ClientCredentials, 'base_url'> {
  return {
    ...wellKnownCredentials,
    ...(mode === 'public-key' && { platform_certificates: [] }),
    ...(mode === 'certificate' && { platform_public_key: null }),
  }
}
