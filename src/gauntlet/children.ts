import { type ChildProcess, spawn } from 'node:child_process'
import { UsageError } from '../protocol/errors.ts'

/** How a command ended. */
export interface Ending {
  /** Left out when a signal ended it. */
  readonly code?: number
  readonly signal?: string
  readonly timedOut: boolean
  /** The end of what it wrote to both outputs. */
  readonly output: string
}

/** Bytes of output that are kept. */
const KEPT_OUTPUT = 4_096

/** Runs commands, each in a process group of its own, so that whatever they start can be ended with them, and nothing else. */
export class Children {
  readonly #running = new Set<ChildProcess>()

  /**
   * Runs a command to its end, or to the end of its time.
   *
   * @throws UsageError `MOCK_COMMAND` when it can not be started
   */
  run(command: readonly string[], env: NodeJS.ProcessEnv, timeoutMs: number): Promise<Ending> {
    const [program = '', ...args] = command
    const child = spawn(program, args, {
      env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#running.add(child)
    let output = Buffer.alloc(0)
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output = Buffer.concat([output, chunk]).subarray(-KEPT_OUTPUT)
      })
    }
    return new Promise((resolve, reject) => {
      let timedOut = false
      const timer = setTimeout(() => {
        timedOut = true
        endGroup(child)
      }, timeoutMs)
      child.on('error', (cause) => {
        clearTimeout(timer)
        this.#running.delete(child)
        reject(new UsageError('MOCK_COMMAND', `${program} can not be started: ${cause.message}`, { cause }))
      })
      // What it left running holds its outputs open: it is ended when the command itself is.
      child.on('exit', () => endGroup(child))
      child.on('close', (code, signal) => {
        clearTimeout(timer)
        this.#running.delete(child)
        resolve({
          ...(code !== null && { code }),
          ...(signal !== null && { signal }),
          timedOut,
          output: output.toString('utf8'),
        })
      })
    })
  }

  /** Ends every command that runs. */
  end(): void {
    for (const child of this.#running) endGroup(child)
  }
}

function endGroup(child: ChildProcess): void {
  const { pid } = child
  if (pid === undefined) return
  if (process.platform === 'win32') {
    child.kill()
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // The whole group has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
