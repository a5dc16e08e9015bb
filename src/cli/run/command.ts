import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { describeExchange } from '../../control/describe-exchange.ts'
import { pathOf } from '../../engine/http-message.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import { engineOf, type WechatPayMock } from '../../mock.ts'
import { fileFault } from '../../shared/file-fault.ts'
import { createCertificateAuthority } from '../../tls/certificate-authority.ts'
import { type RefusedConnection, startServer } from '../../transports/node-server.ts'
import { type DefineCommand, usageError } from '../command.ts'
import { fillFromEnvironment } from '../environment.ts'
import { reportFailure } from '../failure.ts'
import { unwritable } from '../files.ts'
import type { Language } from '../language.ts'
import { option, wholeNumber } from '../options.ts'
import { warn } from '../output.ts'
import { BoundedLog } from '../started-mock/bounded-log.ts'
import { loadLogTexts, logLine, refusalLine } from '../started-mock/log-line.ts'
import { addMockOptions, type MockCommandOptions } from '../started-mock/mock-options.ts'
import { openSeededMock } from '../started-mock/seeded-mock.ts'
import { texts as startedMockTexts } from '../started-mock/texts.ts'
import { commonTexts } from '../texts.ts'
import { runAsClient } from './run-as-client.ts'
import { texts } from './texts.ts'

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

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .takeCommand(own.command)
    .addOption(option('--port <number>', own.port, wholeNumber(0, 65_535, language)).default(0))
    .option('--log <file>', own.log)
    .option('--verbose', own.verbose)
  addMockOptions(command, language)
    .addRemarks(own.after)
    .action(async (words: readonly string[]) => {
      fillFromEnvironment(command)
      if (words.length === 0) throw usageError(own.nothing)
      await runWithMock(words, command.opts<RunOptions>(), language)
    })
}

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
    if (isMiss(exchange)) note(callOf(exchange), seen.missed)
    if (exchange.shaped && exchange.operation !== undefined) note(exchange.operation, seen.shaped)
    log?.lines.add(lineOf(exchange))
  })
  return seen
}

/** Whether the mock does not serve a call. */
function isMiss({ remarks }: Exchange): boolean {
  return remarks.some(({ about }) => about === 'path')
}

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
