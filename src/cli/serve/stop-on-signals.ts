import { performance } from 'node:perf_hooks'

/** npm and npx forward to their child the Ctrl+C that the terminal has already sent it; a person is slower to press it again. */
const SAME_KEYSTROKE_MS = 100

/**
 * Ends the process on SIGINT or SIGTERM: tidies up, and exits with the exit code that was set, or 0. A second signal exits at once with 130.
 *
 * @param stop tidies up
 */
export function stopOnSignals(stop: () => Promise<void>): void {
  onFirstSignal(async () => {
    await stop()
    process.exit()
  })
}

/**
 * Calls `begin` on SIGINT or SIGTERM, after which the process is to end soon. A second signal exits at once with 130.
 *
 * @returns a function that lets signals end the process again
 */
export function onFirstSignal(begin: () => void): () => void {
  let first: number | undefined
  const onSignal = (): void => {
    if (first === undefined) {
      first = performance.now()
      begin()
    } else if (performance.now() - first > SAME_KEYSTROKE_MS) process.exit(130)
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return () => {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}
