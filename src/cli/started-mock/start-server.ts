import { UsageError } from '../../protocol/errors.ts'
import { type RunningServer, type ServerOptions, startServer as startHere } from '../../transports/node-server.ts'
import { usageError } from '../command.ts'
import type { Language } from '../language.ts'
import { texts } from './texts.ts'

/** Starts a server for a command. @throws UsageError in the user's language */
export async function startServer(
  options: ServerOptions & { readonly host: string; readonly port: number },
  language: Language,
): Promise<RunningServer> {
  const { host, port } = options
  const own = texts[language]
  try {
    return await startHere(options)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    switch (error.code) {
      case 'MOCK_PORT_IN_USE':
        throw usageError(port < 1024 && port > 0 ? own.portReserved(port) : own.portInUse(port, host), error)
      case 'MOCK_HOST':
        throw usageError(own.hostUnknown(host), error)
      case 'MOCK_CONTROL_TOKEN':
        throw usageError(own.tokenNeeded(host), error)
      case 'MOCK_OPEN_PROXY':
        throw usageError(own.openProxy(host), error)
      default:
        throw error
    }
  }
}
