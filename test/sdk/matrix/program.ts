import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Launch } from './launch.ts'

/** Outcome of a step: an answer that the SDK let through, empty if it hands none on; an error of WeChat Pay that it handed on; or anything else. */
export interface Outcome {
  readonly answer?: Readonly<Record<string, unknown>>
  readonly refused?: { readonly status?: number; readonly code: string; readonly message: string }
  readonly failed?: string
}

const STEP_LIMIT_MS = 60_000
const END_LIMIT_MS = 5_000

/** A shop's program that takes one step after the other. */
export class Program implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<string>
  #errors = ''

  constructor({ command: [program, ...args], env }: Launch) {
    this.#child = spawn(program, args, { env })
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-4_000)
    })
    // Its end reports that it went away.
    this.#child.stdin.on('error', () => {})
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message))
      this.#child.once('close', (code, signal) => resolve(`exit ${code ?? signal}`))
    })
  }

  /** @throws if the program ends, or takes too long */
  async take(step: string, fields: object): Promise<Outcome> {
    this.#child.stdin.write(`${JSON.stringify({ step, fields })}\n`)
    const late = new AbortController()
    const line = await Promise.race([
      this.#lines.next(),
      sleep(STEP_LIMIT_MS, undefined, { signal: late.signal }),
    ]).finally(() => late.abort())
    if (line === undefined) throw new Error(`The program says nothing: ${this.#errors}`)
    if (line.done) throw new Error(`The program ended with ${await this.#ended}: ${this.#errors}`)
    const { step: done, ...outcome } = JSON.parse(line.value)
    if (done !== step) throw new Error(`The program was asked for ${step} and did ${done}`)
    return outcome
  }

  /** Ends its input, and kills it if it does not end by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end()
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), END_LIMIT_MS)
    await this.#ended
    clearTimeout(kill)
  }
}
