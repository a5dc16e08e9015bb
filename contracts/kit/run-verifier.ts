import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { checkPeer } from '../../src/engine/peers.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { parseJson } from '../../src/wire/protocol/json-object.ts'

const mismatch = z.looseObject({
  type: z.string().optional(),
  message: z.string().optional(),
  mismatches: z
    .array(
      z.looseObject({
        type: z.string(),
        mismatch: z.string().optional(),
        path: z.string().optional(),
        key: z.string().optional(),
        expected: z.unknown().optional(),
        actual: z.unknown().optional(),
      }),
    )
    .optional(),
})

const verifierResult = z.looseObject({
  result: z.boolean(),
  errors: z.array(z.looseObject({ interaction: z.string(), mismatch: mismatch.optional() })).default([]),
  interactionResults: z
    .array(
      z.looseObject({
        consumer: z.string().optional(),
        interactionId: z.string().optional(),
        description: z.string(),
        duration: z.string().optional(),
        pending: z.boolean().optional(),
        providerStates: z.array(z.string()).optional(),
        result: z.string(),
        mismatch: mismatch.optional(),
      }),
    )
    .default([]),
})

/** Report of pact's verifier, in the format of its native part. */
export type VerifierResult = z.output<typeof verifierResult>
export type VerifierMismatch = z.output<typeof mismatch>

/** Pact's verifier, in a process that lives from the first verification to the end: loading its native part takes longer than most verifications. */
export interface Verifier {
  /**
   * Verifies one pact; verifications run one after the other.
   *
   * @param source name of the pact in messages
   * @param options of `Verifier` in `@pact-foundation/pact-core`
   * @throws UsageError `MOCK_PACT_VERIFIER` if it failed to run; the reason of the signal
   */
  verify(source: string, options: Readonly<Record<string, unknown>>): Promise<VerifierResult>
  close(): void
}

/**
 * @param signal aborts a running verification
 * @throws UsageError `MOCK_PACT_MISSING` if Pact is not installed, `MOCK_PACT_TOO_OLD`
 */
export function createVerifier(signal?: AbortSignal): Verifier {
  const core = pactCore()
  let running: ChildProcess | undefined
  const end = () => running?.kill()
  signal?.addEventListener('abort', end)
  return {
    async verify(source, options) {
      signal?.throwIfAborted()
      // A crashed process is replaced.
      running = running?.connected ? running : startProcess()
      const text = await answerOf(running, { core, options })
      signal?.throwIfAborted()
      const result = verifierResult.safeParse(parseJson(text))
      if (result.success) return result.data
      throw new UsageError('MOCK_PACT_VERIFIER', {
        en: `${source}: Pact's verifier did not come to a result: ${text}`,
        zh: `${source}：Pact 的验证程序没有得出结果：${text}`,
      })
    },
    close() {
      signal?.removeEventListener('abort', end)
      if (running?.connected) running.disconnect()
    },
  }
}

/** Variables that would make the verifier query a broker, publish, or omit interactions: only the options decide. It does not need secrets either. */
const UNSET = Object.fromEntries(
  [
    'PACT_BROKER_BASE_URL',
    'PACT_BROKER_PUBLISH_VERIFICATION_RESULTS',
    'PACT_BROKER_TOKEN',
    'PACT_BROKER_USERNAME',
    'PACT_BROKER_PASSWORD',
    'PACT_DESCRIPTION',
    'PACT_PROVIDER_STATE',
    'PACT_PROVIDER_NO_STATE',
  ].map((name) => [name, undefined]),
)

/** @throws UsageError `MOCK_PACT_MISSING`, `MOCK_PACT_TOO_OLD` */
function pactCore(): string {
  checkPeer('@pact-foundation/pact', { part: { en: 'Verifying pacts', zh: '验证契约' } })
  // It is a dependency of Pact rather than ours, so it is resolved from there.
  const pact = createRequire(import.meta.url).resolve('@pact-foundation/pact')
  return createRequire(pact).resolve('@pact-foundation/pact-core')
}

function startProcess(): ChildProcess {
  return fork(fileURLToPath(new URL(`verifier-process${extname(import.meta.url)}`, import.meta.url)), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: { ...process.env, PACT_DO_NOT_TRACK: 'true', ...UNSET },
  })
}

/** The process's answer to a task, or how it ended without an answer, and its output so far. */
function answerOf(child: ChildProcess, task: object): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const collect = (chunk: Buffer) => {
      output = (output + chunk).slice(-4_000)
    }
    const end = (text: string) => {
      for (const stream of streams) stream?.off('data', collect)
      child.off('message', answered).off('error', reject).off('close', crashed)
      resolve(text)
    }
    const answered = (message: unknown) => end((message as { text: string }).text)
    const crashed = (code: number | null, signal: string | null) => end(`${signal ?? `exit ${code}`}; ${output}`)
    const streams = [child.stdout, child.stderr]
    for (const stream of streams) stream?.on('data', collect)
    child.on('message', answered).on('error', reject).on('close', crashed)
    child.send(task)
  })
}
