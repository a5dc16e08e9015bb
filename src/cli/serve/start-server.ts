import { UsageError } from '../../protocol/errors.ts'
import { type RunningServer, type ServerOptions, startServer as startHere } from '../../transports/node-server.ts'
import type { Texts } from '../texts/en.ts'
import { usageError } from '../usage.ts'

/** Starts a server for a command. @throws UsageError in the user's language */
export async function startServer(
  options: ServerOptions & { readonly host: string; readonly port: number },
  { serve }: Texts,
): Promise<RunningServer> {
  const { host, port } = options
  try {
    return await startHere(options)
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
