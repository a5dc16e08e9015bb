import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import { test as base, expect, inject, vi } from 'vitest'
import { run as runProgram } from '../../src/cli/program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const own = join(root, 'node_modules/node/bin/node')

/** A Node that runs TypeScript, whichever Node runs the tests. */
export const NODE = existsSync(own) ? own : process.execPath

/** The program in the sources. */
export const SOURCE = join(root, 'src/cli/main.ts')

/** The program: as it is published where `dist` is known to be built, as in `.ci/run`, since that starts in half of the time. */
export const MAIN = process.env.DIST_IS_BUILT === '1' ? join(root, 'dist/src/cli/bundle/main.js') : SOURCE

export interface CliOptions {
  readonly input?: string | Uint8Array
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Time limit in milliseconds. Default: 120,000, as for its test. */
  readonly limitMs?: number
  /** The file of the program. Default: {@link MAIN}. */
  readonly main?: string
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
  return isPlayed(args, options) ? playCli(args, options) : spawnCli(args, options)
}

/** Commands that start another program and share their streams and signals with it. */
const NEEDS_PROCESS = ['run', 'gauntlet']

function isPlayed(args: readonly string[], { env }: CliOptions): boolean {
  const needsProcess = NEEDS_PROCESS.includes(args[0] ?? '') && args.includes('--')
  return inject('commands') === 'in process' && !needsProcess && env?.NODE_OPTIONS === undefined
}

/** Runs the program to its end in a process of its own. */
export async function spawnCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = start(args, options)
  child.stdin.end(options.input ?? '')
  return finish(child)
}

/** Runs the program to its end in this process. */
async function playCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { code, stdout, stderr } = await inTurn(() => play(args, options))
  return { code, stdout: stdout.text, stderr: stderr.text }
}

let turn: Promise<unknown> = Promise.resolve()

/** A played program takes over streams, variables and directory, so only one can run at a time. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = turn.then(work)
  turn = result.catch(() => {})
  return result
}

async function play(args: readonly string[], { input = '', env, cwd = root }: CliOptions) {
  const [stdout, stderr] = [new Collected(), new Collected()]
  const own = { env: process.env, cwd: process.cwd(), exitCode: process.exitCode, script: process.argv[1] ?? '' }
  const giveBack = replaceStreams({ stdin: Readable.from([Buffer.from(input)]), stdout, stderr })
  process.env = environment(env)
  process.chdir(cwd)
  process.exitCode = undefined
  process.argv[1] = MAIN
  // A server bounds the heap of its own process. Here it would make every later test collect garbage a thousand times.
  const flags = vi.spyOn(v8, 'setFlagsFromString').mockImplementation(() => {})
  syncBuiltinESMExports()
  try {
    await runProgram(args)
    return { code: Number(process.exitCode ?? 0), stdout, stderr }
  } finally {
    flags.mockRestore()
    syncBuiltinESMExports()
    giveBack()
    process.env = own.env
    process.chdir(own.cwd)
    process.exitCode = own.exitCode
    process.argv[1] = own.script
  }
}

/** Collects written chunks as text. */
class Collected extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk)
    this.emit('collected')
    done()
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString()
  }

  /** Waits until the text is as wanted. */
  async until(isWanted: (text: string) => boolean): Promise<void> {
    while (!isWanted(this.text)) await once(this, 'collected')
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

/** Expects the program to be used wrongly: exit code 2, and a line on standard error, which is returned. */
export async function misuse(args: readonly string[], options: CliOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await cli(args, options)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^wechatpay-mock: [^\n]+\n$/)
  return stderr
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
  { env, cwd = root, limitMs = LIMIT.timeout, main = MAIN }: CliOptions,
): ChildProcessWithoutNullStreams {
  const child = spawn(NODE, [main, ...args], { env: environment(env), cwd, ...LIMIT, timeout: limitMs })
  // A program may exit before it has read all its input; this is not a failure of the test.
  child.stdin.on('error', () => {})
  return child
}

async function finish(child: ChildProcessWithoutNullStreams): Promise<CliResult> {
  const { stdout, stderr, ended } = collect(child)
  const code = await ended
  return { code, stdout: stdout.text, stderr: stderr.text }
}

function collect(child: ChildProcessWithoutNullStreams) {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { stdout: child.stdout.pipe(new Collected()), stderr: child.stderr.pipe(new Collected()), ended }
}

/** A server that is ready. */
export interface ServingCli {
  /** Everything written so far. */
  readonly stdout: string
  readonly stderr: string
  /** Address where the server listens, parsed from its output. */
  readonly url: string
  /** Resolves when `text` has been written to standard error. */
  logged(text: string | RegExp): Promise<void>
}

/** A server in a process of its own. */
export interface SpawnedCli extends ServingCli {
  readonly child: ChildProcessWithoutNullStreams
  /** Exit code; resolves when the process ends. */
  readonly exited: Promise<number | null>
}

interface Output {
  readonly stdout: Collected
  readonly stderr: Collected
}

const serving = <More extends object>({ stdout, stderr }: Output, more: More): ServingCli & More => ({
  ...more,
  get stdout() {
    return stdout.text
  },
  get stderr() {
    return stderr.text
  },
  url: /http:\/\/(?:[\d.]+|\[[\da-f:]+\]):\d+/.exec(stdout.text)?.[0] ?? '',
  logged: (text) => stderr.until((all) => (typeof text === 'string' ? all.includes(text) : text.test(all))),
})

const isReady = (text: string) => /^\{.*\}\n|Ctrl\+C.*\n$/s.test(text)

async function spawnServer(child: ChildProcessWithoutNullStreams): Promise<SpawnedCli> {
  const { ended: exited, ...output } = collect(child)
  const early = exited.then((code): never => {
    throw new Error(`It exited with ${code}: ${output.stderr.text}`)
  })
  await Promise.race([output.stdout.until(isReady), early])
  early.catch(() => {})
  return serving(output, { child, exited })
}

/** Starts a server in this process. @returns it, and what stops it as a signal would */
async function playServer(
  args: readonly string[],
  options: CliOptions,
): Promise<ServingCli & { stop(): Promise<void> }> {
  return inTurn(async () => {
    const before = new Set(process.listeners('SIGTERM'))
    const beforeExit = new Set(process.listeners('exit'))
    const output = await play(args, options)
    if (output.code !== 0) throw new Error(`It exited with ${output.code}: ${output.stderr.text}`)
    const onSignal = process.listeners('SIGTERM').filter((listener) => !before.has(listener))
    const onExit = process.listeners('exit').filter((listener) => !beforeExit.has(listener))
    const stop = () =>
      inTurn(async () => {
        const exited = Promise.withResolvers<void>()
        const exit = vi.spyOn(process, 'exit').mockImplementation(() => exited.resolve() as never)
        for (const listener of onSignal) {
          process.off('SIGTERM', listener).off('SIGINT', listener)
          listener('SIGTERM')
        }
        await exited.promise
        exit.mockRestore()
        for (const listener of onExit) process.off('exit', listener)
      })
    return serving(output, { stop })
  })
}

export const test = base
  /** An empty directory with a space in its path. */
  .extend('cwd', async ({ task: _ }, { onCleanup }) => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay mock '))
    onCleanup(() => rm(directory, { recursive: true, force: true }))
    return directory
  })
  /** Starts a server in a process of its own, on a free port, and waits until it reports that it is ready; it ends with the test. */
  .extend('spawnServe', ({ task: _ }, { onCleanup }) => {
    const children: ChildProcessWithoutNullStreams[] = []
    onCleanup(() => {
      for (const child of children) child.kill('SIGKILL')
    })
    return (args: readonly string[] = [], options: CliOptions = {}, command: readonly string[] = []) => {
      const child = start([...command, '--port', '0', ...args], options)
      children.push(child)
      return spawnServer(child)
    }
  })
  /** The same, in this process if commands are played here. */
  .extend('serve', ({ spawnServe }, { onCleanup }) => {
    const played: (() => Promise<void>)[] = []
    onCleanup(async () => {
      for (const stop of played) await stop()
    })
    return async (args: readonly string[] = [], options: CliOptions = {}): Promise<ServingCli> => {
      if (!isPlayed(args, options)) return spawnServe(args, options)
      const server = await playServer(['--port', '0', ...args], options)
      played.push(server.stop)
      return server
    }
  })
