import type { SignedAnswer } from '../../../contracts/kit/signing-front.ts'
import type { SeenAnswer } from '../../../contracts/kit/verifying-front.ts'
import { wellKnownCredentials } from '../../../fixtures/credentials.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { createCertificateAuthority } from '../../tls/certificate-authority.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { dataDirectoryOption } from '../data-directory.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { option, wholeNumber } from '../options.ts'
import { oneLine, print, warn } from '../output.ts'
import { type ChildEnding, ForwardedSignals } from '../run/child.ts'
import { runAsClient } from '../run/run-as-client.ts'
import { urlOption } from '../running-mock.ts'
import { stopOnSignals } from '../serve/stop-on-signals.ts'
import { refusalLine } from '../started-mock/log-line.ts'
import { commonTexts } from '../texts.ts'
import { consumerLines, verifierLines } from './front-lines.ts'
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
    .addOption(urlOption(own.to, language, '--to <url>'))
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
      if (options.to === undefined) fillUrlFromEnvironment(command)
      await standInFront(words, command.opts<PactFrontOptions>(), language)
    })
}

/** A front of either kind. */
interface Front {
  readonly url: string
  /** Runs a command that finds the front in its environment. */
  run(words: readonly string[]): Promise<ChildEnding>
  /** What verifiers or consumers are told, for a person. */
  readonly lines: readonly string[]
  close(): Promise<void>
}

/** What came through so far. */
interface Tally {
  requests: number
  failed: number
  /** That no interaction of the contract has. */
  unexpected: number
}

async function standInFront(words: readonly string[], options: PactFrontOptions, language: Language): Promise<void> {
  const { front: own } = texts[language]
  const { json = false } = options
  const tally: Tally = { requests: 0, failed: 0, unexpected: 0 }
  // The outputs of a command are its own.
  const say = (line: string): void => {
    if (words.length === 0) void print(`${line}\n`)
    else process.stderr.write(`${line}\n`)
  }
  const port = options.port ?? (words.length === 0 ? DEFAULT_PORT : 0)
  const start = options.to === undefined ? verifyingFront : signingFront
  const front = await start({ ...options, port }, language, (answer) => {
    tally.requests += 1
    if (answer.reasons.length > 0) tally.failed += 1
    else if (answer.unexpected) tally.unexpected += 1
    for (const line of json ? [JSON.stringify(answer)] : linesOf(answer, language)) say(line)
  })
  const end = async (): Promise<void> => {
    await front.close()
    // Who was never asked has found nothing wrong, and checked nothing.
    if (tally.failed > 0 || tally.requests === 0) process.exitCode ||= 1
    say(json ? JSON.stringify({ event: 'ended', ...tally }) : own.sum(tally.requests, tally.failed, tally.unexpected))
  }

  if (words.length > 0) {
    const { exitCode, notStarted } = await front.run(words)
    process.exitCode = exitCode
    if (notStarted) warn(own.notStarted(words[0] ?? '', fileFault(notStarted)[language]))
    return end()
  }
  stopOnSignals(end)
  if (json) say(JSON.stringify({ event: 'listening', url: front.url, pid: process.pid }))
  else for (const line of [own.listening(front.url), ...front.lines, own.stopHint, '']) say(line)
}

/** A request or a message that came through, for people and programs. */
interface Answered {
  readonly call: string
  readonly status?: number
  readonly states?: readonly string[]
  /** What no pact can say of it, or kept it from being answered. */
  readonly reasons: readonly string[]
  /** Whether a consumer's contract does not have it. */
  readonly unexpected?: boolean
}

type StartFront = (
  options: PactFrontOptions & { readonly port: number },
  language: Language,
  onAnswer: (answer: Answered) => void,
) => Promise<Front>

const verifyingFront: StartFront = async ({ url, controlToken, port }, language, onAnswer) => {
  const [{ openTarget }, { startVerifyingFront }, { products }] = await Promise.all([
    import('../../../contracts/kit/target.ts'),
    import('../../../contracts/kit/verifying-front.ts'),
    import('../../products/index.ts'),
  ])
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
    onAnswer: ({ call, status, states, reasons }: SeenAnswer) =>
      onAnswer({ call, ...(status !== undefined && { status }), states, reasons: [...reasons] }),
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
    onAnswer: ({ call, status, fault, isUnexpected }: SignedAnswer) =>
      onAnswer({
        call,
        ...(status !== undefined && { status }),
        reasons: fault === undefined ? [] : [fault],
        ...(isUnexpected && { unexpected: true }),
      }),
  })
  return {
    url: front.url,
    lines: consumerLines(language),
    run: (words) => runAsClient(words, { ...wellKnownCredentials, base_url: front.url }, dataDir),
    close: front.close,
  }
}

function linesOf({ call, status, states = [], reasons, unexpected }: Answered, language: Language): string[] {
  const { front: own } = texts[language]
  const word = reasons.length > 0 ? own.failed : unexpected ? own.unexpected : own.passedOn
  const given = states.length === 0 ? '' : `  [${states.map(oneLine).join(' + ')}]`
  return [
    `  ${word}  ${oneLine(call)}${status === undefined ? '' : ` ${status}`}${given}`,
    ...reasons.map((reason) => `        - ${oneLine(reason)}`),
  ]
}
