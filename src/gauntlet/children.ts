import { type ChildProcess, spawn } from 'node:child_process'
import { UsageError } from '../protocol/errors.ts'
import { fileFault } from '../shared/file-fault.ts'

/** How a command ended. */
export interface Ending {
  /** Left out when a signal ended it. */
  readonly code?: number
  readonly signal?: string
  readonly timedOut: boolean
  /** The tail of both outputs. */
  readonly output: string
}

/** How much output is kept, in bytes. */
const KEPT_OUTPUT = 4_096

/** Runs commands, each in its own process group, so that exactly the processes they start can be ended with them. */
export class Children {
  readonly #running = new Set<ChildProcess>()

  /**
   * Runs a command until it ends or its time is up.
   *
   * @throws UsageError `MOCK_COMMAND` if it cannot be started
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
        const fault = fileFault(cause)
        reject(
          new UsageError(
            'MOCK_COMMAND',
            {
              en: `${program} cannot be started: ${fault.en}. Give a program, with its path or on the PATH.`,
              zh: `无法启动 ${program}：${fault.zh}。请给出程序的路径，或确认它在 PATH 中。`,
            },
            { cause },
          ),
        )
      })
      // Processes that it left running would keep its outputs open, so they are ended with the command.
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

  /** Ends all running commands. */
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
    // The whole group has already ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
