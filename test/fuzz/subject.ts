import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { wellKnownCredentials, wellKnownPlatformKeys } from '../../fixtures/credentials.ts'
import { logLine } from '../../src/cli/log-line.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import type { OperationDescription } from '../../src/engine/operation.ts'
import type { SnapshotJson, WorldJson } from '../../src/products/json.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../../src/wire/protocol/errors.ts'
import { createMock, type OpenedMock } from '../helpers/engine.ts'
import { NOON } from '../model/references.ts'

/** World that the inputs of the corpus refer to. */
const WORLD: WorldJson = JSON.parse(readFileSync(new URL('corpus/world.json', import.meta.url), 'utf8'))

/** Secrets that must not appear in an answer or a log: the APIv3 key, and lines of each private key. */
const SECRETS: readonly string[] = [
  wellKnownCredentials.api_v3_key,
  ...[
    wellKnownCredentials.merchant_private_key,
    wellKnownPlatformKeys.certificate.private_key,
    wellKnownPlatformKeys.public_key.private_key,
  ].flatMap((pem) => pem.split('\n').filter((line) => /^[\w+/]{64}$/.test(line))),
]

/** A mock with the world of the corpus and a frozen clock; its callbacks never leave it. */
export function createSubject(): OpenedMock {
  return createMock({
    seed: WORLD,
    randomSeed: 'fuzz',
    journalLimit: 8,
    // The tests set its time, whether the clock is frozen or told to run.
    clock: { now: () => NOON },
    receive: async () => new Response(null, { status: 204 }),
  })
}

/** Everything that a mock holds except callbacks, which are sent meanwhile. */
export async function stateOf(mock: OpenedMock): Promise<Omit<SnapshotJson, 'notifications'>> {
  const { notifications: _, ...state } = await mock.control.world()
  return state
}

/** Expects texts to contain no secret of the mock. */
export function expectNoSecret(...texts: readonly string[]): void {
  for (const text of texts) expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
}

/** Expects an answer, its journal entry and its log line to contain no secret of the mock. */
export function expectNoSecretOf(mock: OpenedMock, answer: WireResponse): void {
  const exchange = mock.journal.list().at(-1)
  expectNoSecret(
    Buffer.from(answer.body).toString('utf8'),
    JSON.stringify(answer.headers),
    JSON.stringify(exchange?.remarks),
    exchange === undefined ? '' : logLine(exchange, false),
  )
}

/** Expects an error to be one that the documents list for a call. */
export function expectDocumented(
  { status, body }: { readonly status: number; readonly body: unknown },
  operation: OperationDescription | undefined,
): void {
  const code = body === undefined ? '' : codeOf(body)
  const known: readonly ErrorDefinition[] = [...Object.values(commonErrors), ...Object.values(operation?.errors ?? {})]
  expect(known.map((error) => `${error.status} ${error.code}`)).toContain(`${status} ${code}`)
}

function codeOf(body: unknown): string {
  expect(body).toMatchObject({ code: expect.stringMatching(/./), message: expect.stringMatching(/./) })
  return (body as { code: string }).code
}
