import { MESSAGES_PATH, STATES_PATH } from '../../../contracts/kit/front-paths.ts'
import type { ProviderAnswer } from '../../../contracts/kit/provider-answer.ts'
import type { SignedAnswer } from '../../../contracts/kit/signing-front.ts'
import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import { isLoopback, plainHost } from '../../engine/callbacks/callback.ts'
import { UsageError } from '../../protocol/errors.ts'
import { fileFault } from '../../shared/errors.ts'
import { shortened } from '../../shared/texts.ts'
import { createCertificateAuthority } from '../../tls/certificate-authority.ts'
import { type ChildEnding, ForwardedSignals, runAsClient, stopOnSignals } from '../child.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { dataDirectoryOption } from '../files.ts'
import { refusalLine } from '../log-line.ts'
import { option, wholeNumber } from '../options.ts'
import { columnsOf, oneLine, print, warn } from '../output.ts'
import { originOption, urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'
import { texts } from './texts.ts'

/** How to point each verifier at the front: one line each, in its own language. */
function verifierLines(front: string, language: Language): string[] {
  const { front: own } = texts[language]
  const { port } = new URL(front)
  const states = front + STATES_PATH
  return inColumns([
    [
      'Pact CLI',
      `pact verifier -f pact.json --hostname 127.0.0.1 --port ${port} --state-change-url ${states} --state-change-teardown`,
    ],
    [
      'pact-python',
      `Verifier("wechatpay", host="127.0.0.1").add_transport(url="${front}").add_transport(protocol="message", port=${port}, path="${MESSAGES_PATH}").state_handler("${states}", teardown=True, body=True).add_source("pact.json").verify()`,
    ],
    [
      'pact-go',
      `VerifyRequest{Provider: "wechatpay", ProviderBaseURL: "${front}", ProviderStatesSetupURL: "${states}", PactFiles: []string{"pact.json"}}`,
    ],
    ['pact-jvm', `<stateChangeUrl>${states}</stateChangeUrl> ${own.orInJunit}`],
  ])
}

/** How to point each library at the front: its mock server on a fixed port, the SDK at the front's address. */
function consumerLines(language: Language): string[] {
  const { front: own } = texts[language]
  return inColumns([
    ['pact-python', 'with pact.serve(port=1234):'],
    ['pact-go', 'NewV4Pact(MockHTTPProviderConfig{Consumer: "shop", Provider: "wechatpay", Port: 1234})'],
    ['pact-jvm', '@PactTestFor(providerName = "wechatpay", port = "1234")'],
    [own.theSdk, 'WECHATPAY_BASE_URL'],
  ])
}

function inColumns(rows: readonly (readonly [name: string, line: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => columnsOf(name)))
  return rows.map(([name, line]) => `  ${name}${' '.repeat(width - columnsOf(name))}  ${line}`)
}

/** A request or a message that came through a front, for people and programs. */
interface PassedOn {
  readonly call: string
  /** Status of the answer to the verifier or the consumer; left out for a message, and if there was nobody to ask. */
  readonly status?: number
  readonly states?: readonly string[]
  /** Problems that a pact cannot express, or that kept it from being answered. */
  readonly reasons: readonly string[]
  /** The answer from behind the front: the contract may expect a refusal or not. */
  readonly answer?: ProviderAnswer
  /** Why no consumer's contract contains it; left out for a request that one contains. */
  readonly unexpected?: string
}

/** Longest excerpt of others' texts, in characters: the problem, without all the advice on it. */
const SHOWN_CHARACTERS = 300

/** A line for each exchange, and below it the problem, or why it was refused. */
function passedOnLines(
  { call, status, states = [], reasons, answer, unexpected }: PassedOn,
  language: Language,
): string[] {
  const { front: own } = texts[language]
  const word = reasons.length > 0 ? own.failed : unexpected === undefined ? own.passedOn : own.unexpected
  const code = answer?.status === status ? answer?.code : undefined
  const given = states.length === 0 ? '' : `  [${states.map(inShort).join(' + ')}]`
  return [
    `  ${word}  ${[inShort(call), status, code && oneLine(code)].filter((part) => part !== undefined).join(' ')}${given}`,
    ...reasons.map((reason) => `        - ${oneLine(reason)}`),
    ...[unexpected, answer?.reason].flatMap((why) => (why === undefined ? [] : [`          ${inShort(why)}`])),
  ]
}

function inShort(text: string): string {
  return oneLine(shortened(text, SHOWN_CHARACTERS))
}

interface PactFrontOptions {
  readonly to?: string
  readonly url?: string
  readonly controlToken?: string
  readonly port?: number
  readonly proxyPassthrough?: boolean
  readonly dataDir: string
  readonly json?: boolean
}

const DEFAULT_PORT = 8090

export const define: DefineCommand = (command) => {
  const { language } = command
  const { front: own } = texts[language]
  const url = `http://127.0.0.1:${DEFAULT_PORT}`
  command
    .description(own.description)
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
}

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
  const { front: own } = texts[language]
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
    if (tally.failed > 0 || tally.requests === 0) process.exitCode ||= 1
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

const verifyingFront: StartFront = async ({ url, controlToken, port }, language, onAnswer) => {
  const { openTarget } = await import('../../../contracts/kit/target.ts')
  const { startVerifyingFront } = await import('../../../contracts/kit/verifying-front.ts')
  const { products } = await import('../../products/index.ts')
  const target = await openTarget({
    language,
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
      await front.close()
      await target.close()
    },
  }
}

const signingFront: StartFront = async ({ to = '', port, dataDir, proxyPassthrough = false }, language, onAnswer) => {
  const { startSigningFront } = await import('../../../contracts/kit/signing-front.ts')
  const certificateAuthority = createCertificateAuthority({ directory: dataDir })
  await certificateAuthority.certificate()
  const front = await startSigningFront({
    pactUrl: to,
    port,
    language,
    certificateAuthority,
    proxyPassthrough,
    onRefused: (refused) => warn(refusalLine(refused, language)),
    onAnswer: ({ fault, ...seen }: SignedAnswer) => onAnswer({ ...seen, reasons: fault === undefined ? [] : [fault] }),
  })
  return {
    url: front.url,
    lines: consumerLines(language),
    run: (words) => runAsClient(words, { ...wellKnownCredentials, base_url: front.url }, dataDir),
    close: front.close,
  }
}
