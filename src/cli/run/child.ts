import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { isatty } from 'node:tty'

/** How a command ended, as a shell tells it. */
export interface ChildEnding {
  /** 128 and the number of the signal, when one ended it; 127 when there is no such command, 126 when it can not be run. */
  readonly exitCode: number
  /** What the operating system says about a command that could not be started. */
  readonly notStarted?: NodeJS.ErrnoException
}

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a command to its end, with this process's inputs and outputs. Signals that this process gets meanwhile are its. */
export function runChild([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<ChildEnding> {
  const child = spawn(program, args, { env, stdio: 'inherit' })
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends Ctrl+C to the command too; twice may mean something else to it.
    if (signal !== 'SIGINT' || !isatty(0)) child.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  return new Promise<ChildEnding>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      // A signal that can not be sent is an error too, and ends nothing.
      if (child.pid === undefined) resolve({ exitCode: error.code === 'ENOENT' ? 127 : 126, notStarted: error })
    })
    child.on('exit', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0) })
    })
  }).finally(() => {
    for (const signal of FORWARDED) process.off(signal, forward)
  })
}
