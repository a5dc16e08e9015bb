import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { test as base, inject } from 'vitest'
import { run as runProgram } from '../../src/cli/program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const own = join(root, 'node_modules/node/bin/node')

/** A Node that runs TypeScript, whichever Node runs the tests. */
export const NODE = existsSync(own) ? own : process.execPath
export const MAIN = join(root, 'src/cli/main.ts')

export interface CliOptions {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Time limit in milliseconds. Default: 120,000, as for its test. */
  readonly limitMs?: number
}

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Keeps any process from outliving its test for long. */
export const LIMIT = { timeout: 120_000, killSignal: 'SIGKILL' } as const

/** A neutral environment: no language, no variables of the mock. */
export function environment(more: CliOptions['env'] = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:LC_|LANG|WECHATPAY_|FORCE_COLOR|NODE_OPTIONS)/.test(name),
  )
  return { ...Object.fromEntries(inherited), ...more }
}

/** Runs the program to its end: in a process of its own, or in this one if commands are played here and this command allows it. */
export function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const [command = ''] = args
  const needsProcess = NEEDS_PROCESS.includes(command) || options.env?.NODE_OPTIONS !== undefined
  return inject('commands') === 'spawned' || needsProcess ? spawnCli(args, options) : playCli(args, options)
}

/** Commands that start another program and share their streams and signals with it. */
const NEEDS_PROCESS = ['run', 'gauntlet']

/** Runs the program to its end in a process of its own. */
export async function spawnCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = start(args, options)
  child.stdin.end(options.input ?? '')
  return finish(child)
}

let turn: Promise<unknown> = Promise.resolve()

/** Runs the program to its end in this process. It takes over streams, variables and directory meanwhile, so only one can run at a time. */
function playCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const played = turn.then(() => play(args, options))
  turn = played.catch(() => {})
  return played
}

async function play(args: readonly string[], { input = '', env, cwd = root }: CliOptions): Promise<CliResult> {
  const [stdout, stderr] = [new Collected(), new Collected()]
  const own = { env: process.env, cwd: process.cwd(), exitCode: process.exitCode }
  const giveBack = replaceStreams({ stdin: Readable.from([Buffer.from(input)]), stdout, stderr })
  process.env = environment(env)
  process.chdir(cwd)
  process.exitCode = undefined
  try {
    await runProgram(args)
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text, stderr: stderr.text }
  } finally {
    giveBack()
    process.env = own.env
    process.chdir(own.cwd)
    process.exitCode = own.exitCode
  }
}

/** Collects written chunks as text. */
class Collected extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    done()
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }
}

function replaceStreams(streams: Readonly<Record<'stdin' | 'stdout' | 'stderr', Readable | Writable>>): () => void {
  const own = Object.keys(streams).map((name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const)
  for (const [name, value] of Object.entries(streams))
    Object.defineProperty(process, name, { value, configurable: true })
  return () => {
    for (const [name, descriptor] of own) if (descriptor) Object.defineProperty(process, name, descriptor)
  }
}

/** Runs another program to its end. */
export async function run(command: string, args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(command, args, {
    env: environment(options.env),
    cwd: options.cwd ?? root,
    ...LIMIT,
    timeout: options.limitMs ?? LIMIT.timeout,
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  return finish(child)
}

function start(
  args: readonly string[],
  { env, cwd = root, limitMs = LIMIT.timeout }: CliOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(NODE, [MAIN, ...args], { env: environment(env), cwd, ...LIMIT, timeout: limitMs })
  // A program may exit before it has read all its input; this is not a failure of the test.
  child.stdin.on('error', () => {})
  return child
}

async function finish(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { code, stdout: Buffer.concat(chunks.stdout).toString(), stderr: Buffer.concat(chunks.stderr).toString() }
}

/** A server in a process of its own. */
export interface ServingCli {
  readonly child: ChildProcessWithoutNullStreams
  /** Everything written so far. */
  readonly stdout: string
  readonly stderr: string
  /** Address where the server listens, parsed from its output. */
  readonly url: string
  /** Resolves when `text` has been written to standard error. */
  logged(text: string | RegExp): Promise<void>
  /** Exit code; resolves when the process ends. */
  readonly exited: Promise<number | null>
}

async function untilReady(child: ChildProcessWithoutNullStreams): Promise<ServingCli> {
  const output = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const watch of watchers) watch()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.on('close', resolve))
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const watch = () => {
        if (!condition()) return
        watchers.delete(watch)
        resolve()
      }
      watchers.add(watch)
      exited.then((code) => reject(new Error(`It exited with ${code}: ${output.stderr}`)))
      watch()
    })
  await until(() => /^\{.*\}\n|Ctrl\+C.*\n$/s.test(output.stdout))
  return {
    child,
    exited,
    get stdout() {
      return output.stdout
    },
    get stderr() {
      return output.stderr
    },
    url: /http:\/\/(?:[\d.]+|\[[\da-f:]+\]):\d+/.exec(output.stdout)?.[0] ?? '',
    logged: (text) => until(() => (typeof text === 'string' ? output.stderr.includes(text) : text.test(output.stderr))),
  }
}

export const test = base
  /** An empty directory with a space in its path. */
  .extend('cwd', async ({ task: _ }, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay mock '))
    onCleanup(() => rm(directory, { recursive: true, force: true }))
    return directory
  })
  /** Starts a server on a free port and waits until it reports that it is ready; the server stops with the test. */
  .extend('serve', ({ task: _ }, { onCleanup }) => {
    const children: ChildProcessWithoutNullStreams[] = []
    onCleanup(() => {
      for (const child of children) child.kill('SIGKILL')
    })
    return (
      args: readonly string[] = [],
      options: CliOptions = {},
      command: readonly string[] = [],
    ): Promise<ServingCli> => {
      const child = start([...command, '--port', '0', ...args], options)
      children.push(child)
      return untilReady(child)
    }
  })
