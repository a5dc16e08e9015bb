import type { SignedAnswer } from '../../../contracts/kit/signing-front.ts'
import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import { isLoopback, plainHost } from '../../engine/callbacks/callback-host.ts'
import { UsageError } from '../../protocol/errors.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { createCertificateAuthority } from '../../tls/certificate-authority.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { option, wholeNumber } from '../options.ts'
import { print, warn } from '../output.ts'
import { type ChildEnding, ForwardedSignals } from '../run/child.ts'
import { runAsClient } from '../run/run-as-client.ts'
import { originOption, urlOption } from '../running-mock.ts'
import { stopOnSignals } from '../serve/stop-on-signals.ts'
import { refusalLine } from '../started-mock/log-line.ts'
import { commonTexts } from '../texts.ts'
import { consumerLines, verifierLines } from './front-lines.ts'
import { type PassedOn, passedOnLines } from './passed-on.ts'
import { texts } from './texts.ts'

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
