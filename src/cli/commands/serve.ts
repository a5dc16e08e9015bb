import { VERSION } from '../../control/version.ts'
import { engineOf } from '../../mock.ts'
import { createCertificateAuthority, type RunningServer } from '../../transports/node-server.ts'
import { type DefineCommand, option, textLike, wholeNumber } from '../command.ts'
import { fillFromEnvironment } from '../environment.ts'
import { print } from '../output.ts'
import { banner } from '../serve/banner.ts'
import { BoundedLog } from '../serve/bounded-log.ts'
import { keepHeapSmall } from '../serve/keep-heap-small.ts'
import { logLine } from '../serve/log-line.ts'
import { addMockOptions, type MockCommandOptions } from '../serve/mock-options.ts'
import { refusalLine } from '../serve/refusal-line.ts'
import { openSeededMock } from '../serve/seeded-mock.ts'
import { startServer } from '../serve/start-server.ts'
import { stopOnSignals } from '../serve/stop-on-signals.ts'
import type { Texts } from '../texts/en.ts'

interface ServeOptions extends MockCommandOptions {
  readonly port: number
  readonly host: string
  readonly controlToken?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

export const define: DefineCommand = (command, { texts }) => {
  const { serve } = texts
  command
    .description(serve.description)
    .addOption(option('--port <number>', serve.port, wholeNumber(0, 65_535, texts)).default(8089))
    .addOption(option('--host <address>', serve.host, textLike(/^[\w.:-]+$/, serve.hostExpected)).default('127.0.0.1'))
  addMockOptions(command, texts)
    .addOption(option('--control-token <token>', serve.controlToken, textLike(/^[!-~]+$/, serve.controlTokenExpected)))
    .option('--quiet', serve.quiet)
    .addHelpText('after', `\n${serve.after}`)
    .action(async () => {
      fillFromEnvironment(command, texts)
      await serveUntilStopped(command.opts<ServeOptions>(), texts)
    })
}

async function serveUntilStopped(options: ServeOptions, texts: Texts): Promise<void> {
  const { mock, seed } = await openSeededMock(options, texts)
  const engine = engineOf(mock)
  keepHeapSmall()
  const log = new BoundedLog(process.stderr, texts.serve.linesDropped)
  const colours = process.stderr.isTTY && process.stderr.hasColors()
  const logTexts = { diagnosis: await texts.loadDiagnosis(), notExamined: texts.serve.notExamined }
  if (!options.quiet) engine.journal.subscribe((exchange) => log.add(logLine(exchange, colours, logTexts)))
  const { host, port, controlToken, proxyPassthrough = false, dataDir } = options
  const server = await startServer(
    {
      mock,
      host,
      port,
      ...(controlToken !== undefined && { controlToken }),
      proxyPassthrough,
      certificateAuthority: createCertificateAuthority({ directory: dataDir }),
      ...(!options.quiet && { onRefused: (refused) => log.add(refusalLine(refused, texts)) }),
      onBug: (error) => log.add(`${texts.bug}\n${error instanceof Error ? error.stack : String(error)}`),
    },
    texts,
  )

  stopOnSignals({ server, mock }, log, options.quiet ? undefined : texts.serve.stopping)
  const url = reachable(server, options.host)
  const { seed: _, ...facts } = options
  await print(
    options.json
      ? `${JSON.stringify({ event: 'listening', url, control: `${url}/_mock`, pid: process.pid })}\n`
      : await banner({ ...facts, mock: engine, url, version: VERSION, ...(seed && { seed }) }, texts),
  )
}

/** The server's address for a client on this machine: an address that means all of them is none to connect to. */
function reachable({ url, port }: RunningServer, host: string): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  return host === '::' ? `http://[::1]:${port}` : url
}
