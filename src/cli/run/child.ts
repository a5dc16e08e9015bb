import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'

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
