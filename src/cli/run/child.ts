import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'

/** How a command ended, as a shell reports it. */
export interface ChildEnding {
  /** 128 plus the number of the signal that ended it; 127 if there is no such command, 126 if it cannot be run. */
  readonly exitCode: number
  /** The operating system's error for a command that could not be started. */
  readonly notStarted?: NodeJS.ErrnoException
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a command to its end, with this process's inputs and outputs. Signals that this process gets meanwhile are forwarded to it. */
export function runChild([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildEnding> {
  const child = spawn(program, args, { env, stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl+C to the command as well; a second one may mean something else to it.
    if (signal !== 'SIGINT' || !isatty(0)) child.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  return new Promise<ChildEnding>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      // A signal that cannot be sent is also reported as an error, but ends nothing.
      if (child.pid === undefined) resolve({ exitCode: error.code === 'ENOENT' ? 127 : 126, notStarted: error })
    })
    child.on('exit', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0) })
    })
  }).finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward)
  })
}
