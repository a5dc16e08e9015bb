import { performance } from 'node:perf_hooks'
import type { WechatPayMock } from '../../mock.ts'
import type { RunningServer } from '../../transports/node-server.ts'
import type { BoundedLog } from '../started-mock/bounded-log.ts'

/** npm and npx forward to their child the Ctrl+C that the terminal has already sent it; a person is slower to press it again. */
const SAME_KEYSTROKE_MS = 100
const FLUSH_MS = 250

/**
 * Ends the process on SIGINT or SIGTERM: takes no new requests, finishes what is in flight, exits 0. A second signal exits at
 * once with 130.
 */
export function stopOnSignals(
  { server, mock }: { readonly server: RunningServer; readonly mock: WechatPayMock },
  log: BoundedLog,
  stopping: string | undefined,
): void {
  let first: number | undefined
  const onSignal = async (): Promise<void> => {
    if (first !== undefined) {
      if (performance.now() - first > SAME_KEYSTROKE_MS) process.exit(130)
      return
    }
    first = performance.now()
    if (stopping !== undefined) log.add(stopping)
    await server.close()
    await mock.close()
    await log.flush(FLUSH_MS)
    process.exit(0)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
