import { performance } from 'node:perf_hooks'

/** npm and npx forward to their child the Ctrl+C that the terminal has already sent it; a person is slower to press it again. */
const SAME_KEYSTROKE_MS = 100

/**
 * Ends the process on SIGINT or SIGTERM: tidies up, and exits with the exit code that was set, or 0. A second signal exits at once with 130.
 *
 * @param stop tidies up
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  let first: number | undefined
  const onSignal = async (): Promise<void> => {
    if (first !== undefined) {
      if (performance.now() - first > SAME_KEYSTROKE_MS) process.exit(130)
      return
    }
    first = performance.now()
    await stop()
    process.exit()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
}
