import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { performance } from 'node:perf_hooks'
import { isatty } from 'node:tty'
import { clientVariables, inTemporaryDirectory } from '../control/client-setup/client-variables.ts'
import type { ClientCredentials } from '../control/client-setup/credentials.ts'
import { trustFilesIn } from '../wire/tls/trust-files.ts'

/** How a command ended, as a shell reports it. */
export interface ChildEnding {
  /** 128 plus the number of the signal that ended it; 127 if the command does not exist, 126 if it cannot be run. */
  readonly exitCode: number
  /** The operating system's error for a command that could not be started. */
  readonly notStarted?: NodeJS.ErrnoException
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Keeps signals from ending this process, which has to tidy up, and forwards them to the command that it runs. */
export class ForwardedSignals {
  #child: ChildProcess | undefined
  #early: NodeJS.Signals | undefined

  constructor() {
    for (const signal of FORWARDED) process.on(signal, this.#forward)
  }

  /** Runs a command to its end, with this process's inputs and outputs. A command is not started if a signal for it arrived earlier. */
  run([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildEnding> {
    if (this.#early) return Promise.resolve({ exitCode: exitCodeOf(this.#early) })
    const child = spawn(program, args, { env, stdio: 'inherit' })
    this.#child = child
    return new Promise<ChildEnding>((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        // A signal that cannot be sent is also reported as an error, but ends nothing.
        if (child.pid === undefined) resolve({ exitCode: error.code === 'ENOENT' ? 127 : 126, notStarted: error })
      })
      child.on('exit', (code, signal) => {
        resolve({ exitCode: code ?? (signal ? exitCodeOf(signal) : 128) })
      })
    })
  }

  /** Lets signals end this process again. */
  stop(): void {
    for (const signal of FORWARDED) process.off(signal, this.#forward)
  }

  readonly #forward = (signal: NodeJS.Signals): void => {
    if (!this.#child) this.#early = signal
    // A terminal sends Ctrl+C to the command as well; a second one may mean something else to it.
    else if (signal !== 'SIGINT' || !isatty(0)) this.#child.kill(signal)
  }
}

function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal]
}

/**
 * Runs a command whose environment points it to a server that stands for WeChat Pay: address, proxy, trust and identity.
 *
 * @param credentials with the address of the server
 * @param dataDir where the files of the server's CA are
 */
export async function runAsClient(
  words: readonly string[],
  credentials: ClientCredentials,
  dataDir: string,
): Promise<ChildEnding> {
  const signals = new ForwardedSignals()
  try {
    return await inTemporaryDirectory(async (directory) => {
      const trust = trustFilesIn(dataDir)
      const variables = await clientVariables({ credentials, trust, inherited: process.env, directory })
      return signals.run(words, { ...process.env, ...variables })
    })
  } finally {
    signals.stop()
  }
}

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
