import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { clientVariables, inTemporaryDirectory } from '../control/client-setup/client-variables.ts'
import { startServer } from '../doors/transports/node-server.ts'
import { createMock, engineOf } from '../mock.ts'
import type { WorldJson } from '../products/json.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { fileFault } from '../wire/shared/errors.ts'
import { type CertificateAuthority, createCertificateAuthority } from '../wire/tls/certificate-authority.ts'
import { type TrustFiles, trustFilesIn } from '../wire/tls/trust-files.ts'
import {
  type CaseName,
  type Expectation,
  type GauntletCase,
  gauntletCases,
  refuseUnknown,
  type SkippedCase,
  type SkipReason,
} from './cases.ts'

/** How a command ended. */
interface Ending {
  /** Left out when a signal ended it. */
  readonly code?: number
  readonly signal?: string
  readonly timedOut: boolean
  /** The tail of both outputs. */
  readonly output: string
}

/** How much output is kept, in bytes. */
const KEPT_OUTPUT = 4_096

/** Runs commands, each in its own process group, so that exactly the processes they start can be ended with them. @internal */
export class Children {
  readonly #running = new Set<ChildProcess>()

  /** Runs a command until it ends or its time is up. @throws UsageError `MOCK_COMMAND` if it cannot be started */
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

/** The command that runs the gauntlet, and how. */
export interface GauntletOptions {
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[]
  /** The state of the mock at the start of each run. */
  readonly seed: WorldJson
  /** Names of cases; `honest` always runs. Default: all that fit the client. */
  readonly only?: readonly string[]
  /** The number of parallel runs. */
  readonly parallel: number
  /** How long a run may take, milliseconds. */
  readonly timeoutMs: number
  /** Ends the runs under way; none starts after it. */
  readonly signal?: AbortSignal
  /** Called after each run. */
  readonly onProgress?: (done: number, all: number, name: CaseName) => void
}

/** The result of one case. */
export interface GauntletResult {
  readonly name: CaseName
  readonly expects: Expectation
  /** Whether the client behaved as required. */
  readonly ok: boolean
  /** How many simulated calls the command made, and how many of them were answered as the case says. */
  readonly calls: number
  readonly hit: number
  readonly code?: number
  readonly signal?: string
  readonly timedOut: boolean
  /** The tail of the command's output. */
  readonly output: string
  readonly durationMs: number
}

/** The result of a whole gauntlet. */
export interface GauntletReport {
  readonly ok: boolean
  readonly results: readonly GauntletResult[]
  readonly skipped: readonly SkippedCase<CaseName>[]
}

/**
 * Runs a command once for each case, each time against its own mock.
 *
 * A command passes a hostile case if it got such an answer and exited with a code other than 0, in time. If it fails on honest answers the hostile
 * cases are skipped, since it would fail them for the same reason; cases that do not fit the client are skipped too.
 *
 * @throws UsageError `MOCK_COMMAND` if the command cannot be started, `MOCK_GAUNTLET_CASE` for an unknown name, `MOCK_NO_CALLS` if the command
 * makes no call to the mock; the reason of `signal` if that ended it
 */
export async function runGauntlet(options: GauntletOptions): Promise<GauntletReport> {
  const children = new Children()
  options.signal?.addEventListener('abort', () => children.end(), { once: true })
  return inTemporaryDirectory((directory) => runCases(options, children, directory).finally(() => children.end()))
}

async function runCases(options: GauntletOptions, children: Children, directory: string): Promise<GauntletReport> {
  const { only, parallel, signal, onProgress } = options
  const wanted = selected(only)
  const trust = trustFilesIn(join(directory, 'ca'))
  const certificateAuthority = createCertificateAuthority({ directory: trust.directory })
  await certificateAuthority.certificate()
  const parts = { ...options, children, directory, trust, certificateAuthority }
  const run = (one: GauntletCase) => runCase(one, parts)
  const { asksForPublicKey, ...honest } = await run(honestCase())
  signal?.throwIfAborted()
  if (honest.calls === 0 && honest.ok) {
    throw new UsageError('MOCK_NO_CALLS', {
      en: 'The command succeeded without calling the mock: let it take its address from WECHATPAY_BASE_URL.',
      zh: '命令成功结束，但没有请求模拟服务：请让它从环境变量 WECHATPAY_BASE_URL 读取接口地址。',
    })
  }
  const skipped = wanted.flatMap(({ name }): SkippedCase<CaseName>[] => {
    const reason = honest.ok ? (only === undefined ? obstacleFor(name, asksForPublicKey) : undefined) : 'honest_failed'
    return reason === undefined ? [] : [{ name, reason }]
  })
  const rest = wanted.filter(({ name }) => !skipped.some((one) => one.name === name))
  onProgress?.(1, rest.length + 1, 'honest')
  const results: GauntletResult[] = [honest]
  let next = 0
  let done = 1
  const work = async () => {
    for (;;) {
      const position = next++
      const one = rest[position]
      if (!one || signal?.aborted) return
      const { asksForPublicKey: _, ...result } = await run(one).catch((error: unknown) => {
        // The other workers must not start more runs either.
        next = rest.length
        throw error
      })
      results[position + 1] = result
      done += 1
      onProgress?.(done, rest.length + 1, one.name)
    }
  }
  await Promise.all(Array.from({ length: parallel }, work))
  signal?.throwIfAborted()
  return { ok: results.every(({ ok }) => ok), results, skipped }
}

function honestCase(): GauntletCase {
  const honest = gauntletCases.find(({ name }) => name === 'honest')
  if (!honest) throw new Error('There is no honest case.')
  return honest
}

function selected(only: readonly string[] | undefined): readonly GauntletCase[] {
  refuseUnknown(only, gauntletCases)
  return gauntletCases.filter(({ name }) => name !== 'honest' && (only === undefined || only.includes(name)))
}

/** A client that asks for the public key may have no certificate, and vice versa. */
function obstacleFor(name: CaseName, asksForPublicKey: boolean): SkipReason | undefined {
  if (name === 'honest_certificate' && asksForPublicKey) return 'public_key'
  return name === 'honest_public_key' && !asksForPublicKey ? 'no_public_key' : undefined
}

interface RunParts extends GauntletOptions {
  readonly children: Children
  /** Each run has one of its own in it, for its client's files. */
  readonly directory: string
  /** Shared by all runs. */
  readonly certificateAuthority: CertificateAuthority
  readonly trust: TrustFiles
}

async function runCase(
  one: GauntletCase,
  { command, seed, timeoutMs, children, certificateAuthority, directory, trust }: RunParts,
): Promise<GauntletResult & { readonly asksForPublicKey: boolean }> {
  const mock = createMock({ seed: 'empty' })
  await mock.control.restore(seed)
  const started = performance.now()
  const server = await startServer({ mock, port: 0, certificateAuthority })
  try {
    await one.apply(mock)
    const credentials = { ...(await mock.control.credentials()), base_url: server.url }
    const own = await mkdtemp(join(directory, `${one.name}-`))
    const variables = await clientVariables({ credentials, trust, inherited: process.env, directory: own })
    const env = { ...process.env, ...variables }
    const ending = await children.run(command, env, timeoutMs)
    const exchanges = engineOf(mock).journal.list()
    const [fault] = mock.faults.planned
    const hit = fault?.fired ?? exchanges.length
    return {
      name: one.name,
      expects: one.expects,
      ok: isRight(one.expects, ending, hit),
      calls: exchanges.length,
      hit,
      ...ending,
      durationMs: performance.now() - started,
      asksForPublicKey: exchanges.some(({ request }) => request.headers['wechatpay-serial']?.startsWith('PUB_KEY_ID_')),
    }
  } finally {
    await server.close(0)
  }
}

/** A command that never got such an answer has proved nothing, and one that had to be stopped has not decided. */
function isRight(expects: Expectation, { code, signal, timedOut }: Ending, hit: number): boolean {
  if (timedOut) return false
  if (expects === 'accept') return code === 0
  return hit > 0 && (code !== 0 || signal !== undefined)
}
