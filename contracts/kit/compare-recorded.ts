import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordedMessage } from '../../src/traffic/recording/read-recording.ts'
import { HOP_BY_HOP } from '../../src/wire/protocol/message.ts'
import type { Rules } from './observed-interaction.ts'
import { rawServer } from './raw-http.ts'
import type { Verifier, VerifierMismatch } from './run-verifier.ts'

/** A recorded message, and what it is compared with. */
export interface Comparison {
  readonly expected: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    /** `undefined`: any. */
    readonly body: unknown
    readonly rules: { readonly body: Rules; readonly header: Rules }
  }
  readonly recorded: Pick<RecordedMessage, 'headers' | 'body'> & { readonly status: number }
}

export type Mismatch = NonNullable<VerifierMismatch['mismatches']>[number]

/**
 * Compares recorded messages by Pact's own rules: its verifier asks a server on loopback for each, which answers what was recorded.
 *
 * @returns the differences of each
 * @throws UsageError `MOCK_PACT_VERIFIER`
 */
export async function compareRecorded(
  comparisons: readonly Comparison[],
  verifier: Verifier,
): Promise<readonly (readonly Mismatch[])[]> {
  if (comparisons.length === 0) return []
  const server = await rawServer(async ({ target }) => {
    const recorded = comparisons[Number(target.slice(1))]?.recorded
    const fields = [...(recorded?.headers ?? [])].filter(([name]) => !HOP_BY_HOP.has(name) && !CODED.has(name))
    const isJson = !recorded?.headers.has('content-type')
    return {
      status: recorded?.status ?? 404,
      headers: isJson ? [...fields, ['Content-Type', 'application/json']] : fields,
      body: recorded?.body ?? Buffer.alloc(0),
    }
  })
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-observe-'))
  try {
    const file = join(directory, 'pact.json')
    const found = new Map<string, VerifierMismatch | undefined>()
    for (let from = 0; from < comparisons.length; from += AT_ONCE) {
      await writeFile(file, JSON.stringify(pactOf(comparisons, from)))
      const options = { provider: NAME, pactUrls: [file], providerBaseUrl: server.url, logLevel: 'error' }
      const { interactionResults } = await verifier.verify(NAME, options)
      for (const { description, mismatch } of interactionResults) found.set(description, mismatch)
    }
    return comparisons.map((_, i) => {
      const mismatch = found.get(String(i))
      // Without a list, Pact says why it could not compare.
      return mismatch?.mismatches ?? (mismatch ? [{ type: 'error', mismatch: mismatch.message ?? '' }] : [])
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
    await server.close()
  }
}

const NAME = 'recorded'

/** Pact's verifier takes more than twice as long for twice as many. */
const AT_ONCE = 50

/** Header fields about a body as it was transferred: recordings have it decoded. */
const CODED: ReadonlySet<string> = new Set(['content-encoding', 'content-length', 'content-md5'])

function pactOf(comparisons: readonly Comparison[], from: number): object {
  return {
    consumer: { name: NAME },
    provider: { name: NAME },
    interactions: comparisons.slice(from, from + AT_ONCE).map(({ expected, recorded }, i) => ({
      type: 'Synchronous/HTTP',
      description: String(from + i),
      request: { method: 'GET', path: `/${from + i}` },
      response: {
        status: expected.status,
        // Exceptions of SDKs show no header fields.
        ...(recorded.headers.size > 0 && {
          headers: Object.fromEntries(Object.entries(expected.headers).map(([name, value]) => [name, [value]])),
        }),
        ...(expected.body !== undefined && {
          body: { content: expected.body, contentType: 'application/json', encoded: false },
        }),
        matchingRules: expected.rules,
      },
    })),
    metadata: { pactSpecification: { version: '4.0' } },
  }
}
