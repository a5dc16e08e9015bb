import type { Product } from '../../src/engine/product.ts'
import type { Evidence } from '../../src/wire/protocol/errors.ts'
import type { Language, Texts } from '../../src/wire/shared/texts.ts'
import { evidenceOf } from './evidence.ts'
import { MESSAGES_PATH, STATES_PATH } from './front-paths.ts'
import { interactionsOf, type PactInteraction } from './interactions.ts'
import type { PactToVerify } from './pact-sources.ts'
import type { PublishedResult } from './publish-results.ts'
import { evidenceResult, type PactVerification, reportOf } from './report.ts'
import type { Verifier } from './run-verifier.ts'
import type { VerifyingFront } from './verifying-front.ts'

/** Parts needed to verify a pact. */
export interface Verifying {
  readonly file: string
  readonly verifier: Verifier
  readonly front: VerifyingFront
  readonly provider: string
  readonly language: Language
  readonly logLevel: string | undefined
  /** Time limit of each answer of the provider, which is asked up to three times for an answer to the verifier. */
  readonly timeoutMs: number
  /** Products whose calls and callbacks give the evidence. */
  readonly products: readonly Product[]
  readonly minEvidence: Evidence | undefined
}

/** Verifies a single pact, since Pact's verifier does not report which pact a result belongs to. */
export async function verifyPact(
  { pact, pending }: PactToVerify,
  { file, verifier, front, provider, language, logLevel = 'error', timeoutMs, products, minEvidence }: Verifying,
): Promise<{ verification: PactVerification; published: PublishedResult }> {
  const terms = interactionsOf(pact)
  const before = front.interactions.length
  const result = await verifier.verify(pact.source, {
    provider,
    pactUrls: [file],
    providerBaseUrl: front.url,
    providerStatesSetupUrl: front.url + STATES_PATH,
    providerStatesSetupTeardown: true,
    providerStatesSetupBody: true,
    transports: [{ protocol: 'message', scheme: 'http', port: front.port, path: MESSAGES_PATH }],
    logLevel,
    timeout: 4 * timeoutMs,
  })
  const seen = front.interactions.slice(before)
  const report = reportOf(result, seen, language)
  const problems = [...report.problems]
  const { length } = report.interactions
  // Omitted interactions would otherwise count as satisfied.
  if (length !== pact.size && problems.length === 0) problems.push(leftOutOf(pact.source, length, pact.size)[language])
  const isWhole = seen.length === length
  const interactions = report.interactions.map((one, i) => {
    const isSame = ({ description, states }: PactInteraction) =>
      description === one.description && states.map(({ name }) => name).join('\n') === one.states.join('\n')
    // Verifiers run them in the order of the file; of several with one name, the same place counts.
    const described = terms[i] && isSame(terms[i]) ? terms[i] : terms.find(isSame)
    const evidence =
      one.ok && described && evidenceOf(described, { products, touched: isWhole ? seen[i]?.touched : undefined })
    return {
      pact: pact.source,
      ...one,
      pending: one.pending || pending,
      ...(evidence && { evidence: evidenceResult(evidence, minEvidence, language) }),
    }
  })
  return {
    verification: {
      ok:
        problems.length === 0 &&
        (pending || (report.ok && !interactions.some((one) => one.evidence?.tooWeak && !one.pending))),
      interactions,
      problems,
    },
    published: {
      success: problems.length === 0 && interactions.every(({ ok }) => ok),
      interactions: interactions.map((one, i) => ({ ...one, id: result.interactionResults[i]?.interactionId })),
    },
  }
}

const leftOutOf = (source: string, verified: number, all: number): Texts => ({
  en: `${source}: Pact's verifier verified ${verified} of ${all} interactions.`,
  zh: `${source}：${all} 条交互中，Pact 的验证程序只验证了 ${verified} 条。`,
})
