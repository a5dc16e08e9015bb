import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export const ROUNDS = 5
export const floorScript = fileURLToPath(new URL('floor-server.ts', import.meta.url))
/** The built command line. */
export const bin = fileURLToPath(new URL('../../dist/src/cli/bundle/main.js', import.meta.url))

/** A server in a process of its own. */
export interface Started {
  readonly url: string
  readonly child: ChildProcess
  stop(): Promise<void>
}

/** Starts the mock's server on a free port, with extra arguments and without its log. */
export function startMock(...args: readonly string[]): Promise<Started> {
  return start([bin, 'serve', '--port', '0', '--json', '--quiet', ...args])
}

/** Starts the mock's server as users do: another process reads its log. `nodeArgs` are for Node itself. */
export async function startLoggingMock(args: readonly string[], nodeArgs: readonly string[] = []): Promise<Started> {
  const reader = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'inherit'] })
  const read = once(reader, 'exit')
  const started = await start([...nodeArgs, bin, 'serve', '--port', '0', '--json', ...args], reader.stdin)
  // The server alone holds the writing end now.
  reader.stdin.destroy()
  return {
    ...started,
    async stop() {
      await started.stop()
      await read
    },
  }
}

/**
 * Starts a server that prints one line of JSON with its `url` once it listens. `stderr` is the target of its standard error.
 */
export async function start(
  args: readonly string[],
  stderr: 'inherit' | 'pipe' | Writable = 'inherit',
): Promise<Started> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', stderr] })
  if (!child.stdout) throw new TypeError('The standard output of the server has to be a pipe.')
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The server ended with ${code} before it listened.`)
  })
  // From then on it may end.
  ended.catch(() => undefined)
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  const { url } = JSON.parse(line) as { url: string }
  return {
    url,
    child,
    async stop() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Resident memory of a process in MiB, from /proc; NaN if that is unavailable. */
export function residentMib(pid: number | undefined): number {
  try {
    const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kib) / 1_024
  } catch {
    return Number.NaN
  }
}

/**
 * Processor time that all threads of a process have used so far, in milliseconds, from /proc; NaN if that is unavailable. On a machine with other
 * work it is more meaningful than elapsed time.
 */
export function processorMs(pid: number | undefined): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`)
    return threads.reduce((sum, thread) => sum + nanosecondsOf(`/proc/${pid}/task/${thread}`) / 1e6, 0)
  } catch {
    return Number.NaN
  }
}

/** The part of {@link processorMs} that the main thread has used. */
export function mainThreadMs(pid: number | undefined): number {
  return nanosecondsOf(`/proc/${pid}/task/${pid}`) / 1e6
}

function nanosecondsOf(directory: string): number {
  try {
    return Number(readFileSync(`${directory}/schedstat`, 'utf8').split(' ', 1)[0])
  } catch {
    // A thread that has ended in the meantime.
    return 0
  }
}

/** Median, and the span from the lowest to the highest. */
export function summary(values: readonly number[]): { median: number; low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
  return { median: at(0.5), low: at(0), high: at(1) }
}

/** e.g. `0.93 (0.91 to 0.95)` */
export function show(values: readonly number[], digits = 2): string {
  const { median, low, high } = summary(values)
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`
}
