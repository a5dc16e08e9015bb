import { setFlagsFromString } from 'node:v8'
import { VERSION } from '../../control/version.ts'
import { engineOf } from '../../mock.ts'
import { createCertificateAuthority, type RunningServer, startServer } from '../../transports/node-server.ts'
import type { DefineCommand } from '../command.ts'
import { fillFromEnvironment } from '../environment.ts'
import type { Language } from '../language.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import { print } from '../output.ts'
import { BoundedLog } from '../started-mock/bounded-log.ts'
import { loadLogTexts, logLine, refusalLine } from '../started-mock/log-line.ts'
import { addMockOptions, type MockCommandOptions } from '../started-mock/mock-options.ts'
import { openSeededMock } from '../started-mock/seeded-mock.ts'
import { texts as startedMockTexts } from '../started-mock/texts.ts'
import { commonTexts } from '../texts.ts'
import { banner } from './banner.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { texts } from './texts.ts'

interface ServeOptions extends MockCommandOptions {
  readonly port: number
  readonly host: string
  readonly controlToken?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** How long writing the last lines of the log may take. */
const FLUSH_MS = 250

export const define: DefineCommand = (command) => {
  const { language } = command
  const own = texts[language]
  command
    .description(own.description)
    .addOption(option('--port <number>', own.port, wholeNumber(0, 65_535, language)).default(8089))
    .addOption(option('--host <address>', own.host, textLike(/^[\w.:-]+$/, own.hostExpected)).default('127.0.0.1'))
  addMockOptions(command, language)
    .addOption(option('--control-token <token>', own.controlToken, textLike(/^[!-~]+$/, own.controlTokenExpected)))
    .option('--quiet', own.quiet)
    .addRemarks(own.after)
    .action(async () => {
      fillFromEnvironment(command)
      await serveUntilStopped(command.opts<ServeOptions>(), language)
    })
}

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
  const server = await startServer({
    mock,
    host,
    port,
    ...(allowHost && { allowedHosts: allowHost }),
    ...(controlToken !== undefined && { controlToken }),
    proxyPassthrough,
    certificateAuthority: createCertificateAuthority({ directory: dataDir }),
    ...(!options.quiet && { onRefused: (refused) => log.add(refusalLine(refused, language)) }),
    onBug: (error) => log.add(`${commonTexts[language].bug}\n${error instanceof Error ? error.stack : String(error)}`),
  })

  stopOnSignals(async () => {
    if (!options.quiet) log.add(texts[language].stopping)
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
      : await banner({ ...facts, mock: engine, url, version: VERSION, ...(seed && { seed }) }, language),
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
 * Only for a process of our own, and only once it holds its seed: loading a million coupons under these limits would take longer.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=80')
  setFlagsFromString('--max-semi-space-size=16')
  setFlagsFromString('--semi-space-growth-factor=1')
}
