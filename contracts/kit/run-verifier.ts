import { fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { checkPeer } from '../../src/peers/peers.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { parseJson } from '../../src/protocol/json-object.ts'

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

/** What pact's verifier reports, as its native part writes it. */
export type VerifierResult = z.output<typeof verifierResult>
export type VerifierMismatch = z.output<typeof mismatch>

/**
 * Runs pact's verifier to its end.
 *
 * @param options of `Verifier` in `@pact-foundation/pact-core`
 * @throws UsageError `MOCK_PACT_MISSING` when Pact is not installed, `MOCK_PACT_TOO_OLD`, `MOCK_PACT_VERIFIER` when it could not do its work
 */
export async function runVerifier(options: Readonly<Record<string, unknown>>): Promise<VerifierResult> {
  const core = pactCore()
  const script = fileURLToPath(new URL(`verifier-process${extname(import.meta.url)}`, import.meta.url))
  const { text, output } = await inProcessOfItsOwn(script, { core, options })
  const result = verifierResult.safeParse(parseJson(text))
  if (result.success) return result.data
  throw new UsageError('MOCK_PACT_VERIFIER', {
    en: `Pact's verifier did not come to a result: ${text || output}`,
    zh: `Pact 的验证程序没有得出结果：${text || output}`,
  })
}

/** Variables that would make the verifier ask a broker, publish, or leave interactions out: the options alone decide. */
const UNSET = Object.fromEntries(
  [
    'PACT_BROKER_BASE_URL',
    'PACT_BROKER_PUBLISH_VERIFICATION_RESULTS',
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

function inProcessOfItsOwn(script: string, task: unknown): Promise<{ text: string; output: string }> {
  return new Promise((resolve, reject) => {
    const child = fork(script, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, PACT_DO_NOT_TRACK: 'true', ...UNSET },
    })
    let output = ''
    let text = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output = (output + chunk).slice(-4_000)
      })
    }
    child.on('message', (message: { text: string }) => {
      text = message.text
    })
    child.on('error', reject)
    child.on('close', () => resolve({ text, output }))
    child.send(task as object)
  })
}
