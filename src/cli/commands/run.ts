import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { clientVariables } from '../../client-process/client-variables.ts'
import { describeExchange } from '../../control/describe-exchange.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { WechatPayMock } from '../../mock.ts'
import { createCertificateAuthority } from '../../tls/certificate-authority.ts'
import { trustFilesIn } from '../../tls/trust-files.ts'
import type { RefusedConnection, RunningServer } from '../../transports/node-server.ts'
import { type DefineCommand, option, wholeNumber } from '../command.ts'
import { explainAuthorityError } from '../data-directory.ts'
import { fillFromEnvironment } from '../environment.ts'
import { oneLine } from '../output.ts'
import { fileFault } from '../read-input.ts'
import { runChild } from '../run/run-child.ts'
import { BoundedLog } from '../serve/bounded-log.ts'
import { logLine } from '../serve/log-line.ts'
import { addMockOptions, type MockCommandOptions } from '../serve/mock-options.ts'
import { refusalLine } from '../serve/refusal-line.ts'
import { openSeededMock } from '../serve/seeded-mock.ts'
import { startServer } from '../serve/start-server.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

interface RunOptions extends MockCommandOptions {
  readonly port: number
  readonly log?: string
  readonly verbose?: boolean
  readonly json?: boolean
}

const HOST = '127.0.0.1'
/** Connections that are told of when the command made no call. */
const SHOWN_REFUSALS = 5
const FLUSH_MS = 1_000
/** How long it may take to be told of connections that the command has left behind, and that were cut just now. */
const SETTLING_MS = 100

export const define: DefineCommand = (command, { texts }) => {
  const { run: own } = texts
  command
    .description(own.description)
    .argument('[command...]', own.command)
    .addOption(option('--port <number>', own.port, wholeNumber(0, 65_535, texts)).default(0))
    .option('--log <file>', own.log)
    .option('--verbose', own.verbose)
  addMockOptions(command, texts)
    .addHelpText('after', `\n${own.after}`)
    .action(async (words: readonly string[]) => {
      fillFromEnvironment(command, texts)
      if (words.length === 0) throw usageError(own.nothing)
      await runWithMock(words, command.opts<RunOptions>(), texts)
    })
}

async function runWithMock(words: readonly string[], options: RunOptions, texts: Texts): Promise<void> {
  const { port, dataDir, proxyPassthrough = false } = options
  const certificateAuthority = createCertificateAuthority({ directory: dataDir })
  await certificateAuthority.certificate().catch((error: unknown) => {
    throw explainAuthorityError(error, texts)
  })
  const { mock } = await openSeededMock(options, texts)
  const log = await openLog(options, texts)
  const seen = await watch(mock, log, options, texts)
  const server = await startServer(
    {
      mock,
      host: HOST,
      port,
      certificateAuthority,
      proxyPassthrough,
      onRefused: seen.refuse,
      onBug: (error) => process.stderr.write(`${texts.bug}\n${error instanceof Error ? error.stack : String(error)}\n`),
    },
    texts,
  )
  const { exitCode, notStarted } = await runAgainst(server, mock, words, dataDir).finally(async () => {
    await server.close(0)
    await mock.close()
    if (seen.calls === 0) await wait(SETTLING_MS)
    await closeLog(log)
  })
  process.exitCode = exitCode
  if (notStarted) return warn(texts.run.notStarted(words[0] ?? '', fileFault(notStarted, texts.files)))
  if (seen.calls === 0) {
    const refused = [...seen.refused].slice(0, SHOWN_REFUSALS)
    for (const line of [texts.run.noCalls, ...refused]) warn(line)
  }
}

async function runAgainst(server: RunningServer, mock: WechatPayMock, words: readonly string[], dataDir: string) {
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-run-'))
  try {
    const credentials = { ...(await mock.control.credentials()), base_url: server.url }
    const trust = trustFilesIn(dataDir)
    const variables = await clientVariables({ credentials, trust, inherited: process.env, directory })
    return await runChild(words, { ...process.env, ...variables })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What the command did that concerns the mock. */
interface Seen {
  calls: number
  /** Connections that were not served, as lines. */
  readonly refused: Set<string>
  readonly refuse: (refused: RefusedConnection) => void
}

async function watch(mock: WechatPayMock, log: Log | undefined, { json }: RunOptions, texts: Texts): Promise<Seen> {
  const logTexts = { diagnosis: await texts.loadDiagnosis(), notExamined: texts.serve.notExamined }
  const refused = new Set<string>()
  const seen: Seen = {
    calls: 0,
    refused,
    refuse: (connection) => {
      const { reason, host, detail } = connection
      const line = refusalLine(connection, texts)
      if (refused.size < SHOWN_REFUSALS) refused.add(line)
      log?.lines.add(json ? JSON.stringify({ refused: { reason, host, detail } }) : line)
    },
  }
  const lineOf = (exchange: Exchange) =>
    json ? JSON.stringify(describeExchange(exchange, mock.tables)) : logLine(exchange, log?.colours ?? false, logTexts)
  mock.journal.subscribe((exchange) => {
    if (!exchange.callback) seen.calls += 1
    log?.lines.add(lineOf(exchange))
  })
  return seen
}

/** Where exchanges are written to. The command's own outputs stay its own unless that is asked for. */
interface Log {
  readonly lines: BoundedLog
  readonly colours: boolean
  readonly file?: WriteStream
}

async function openLog({ log: path, verbose }: RunOptions, texts: Texts): Promise<Log | undefined> {
  if (path !== undefined && verbose) throw usageError(texts.run.oneLog)
  if (verbose) {
    const colours = process.stderr.isTTY && process.stderr.hasColors()
    return { lines: new BoundedLog(process.stderr, texts.serve.linesDropped), colours }
  }
  if (path === undefined) return undefined
  const file = createWriteStream(path)
  await new Promise((resolve, reject) => {
    file.once('open', resolve)
    file.once('error', reject)
  }).catch((cause: unknown) => {
    throw usageError(texts.files.unwritable(path, fileFault(cause, texts.files)), cause)
  })
  file.on('error', (cause) => warn(texts.files.unwritable(path, fileFault(cause, texts.files))))
  return { lines: new BoundedLog(file, texts.serve.linesDropped), colours: false, file }
}

async function closeLog(log: Log | undefined): Promise<void> {
  if (!log?.file) return log?.lines.flush(FLUSH_MS)
  log.file.end()
  // What could not be written has been told already.
  await finished(log.file).catch(() => undefined)
}

function warn(line: string): void {
  process.stderr.write(`wechatpay-mock: ${oneLine(line)}\n`)
}
