import type { Evidence } from '../../src/wire/protocol/errors.ts'
import { type Language, shortened, type Texts } from '../../src/wire/shared/texts.ts'
import { type InteractionEvidence, isAtLeast } from './evidence.ts'
import type { SeenInteraction } from './interaction-sequence.ts'
import type { ProviderAnswer } from './provider-answer.ts'
import type { VerifierMismatch, VerifierResult } from './run-verifier.ts'
import { FAILED_STATUS } from './verifying-front.ts'

/** One difference from the pact. */
export interface PactMismatch {
  /** Pact's name, e.g. `BodyMismatch`, `StatusMismatch`; `error` if pact could not compare. */
  readonly type: string
  /** Its place: a path into the body, or the name of a header. */
  readonly at?: string
  /** Pact's own message, at most 500 characters. */
  readonly text: string
}

/** The result of one interaction. */
export interface InteractionResult {
  /** The file or the address of its pact. */
  readonly pact?: string
  readonly consumer: string
  readonly description: string
  /** Names of its provider states. */
  readonly states: readonly string[]
  readonly ok: boolean
  /** Whether the pact may fail without failing the verification (pending pacts of a broker). */
  readonly pending: boolean
  readonly durationMs: number
  /** The provider's answer; absent for messages, and if the provider was not asked. */
  readonly answer?: ProviderAnswer
  /** The differences that pact found. */
  readonly mismatches: readonly PactMismatch[]
  /**
   * Failures that pact cannot see: a wrong signature, key or timestamp, a request that should have been refused, a state that could not be set up.
   */
  readonly reasons: readonly string[]
  /** How sure it is that the live service does the same; absent for one that failed. */
  readonly evidence?: EvidenceResult
}

/** The evidence of an interaction that the provider satisfies: that of what it relies on least surely. */
export interface EvidenceResult {
  readonly is: Evidence
  /** The weakest of the things that it relies on; absent if all of them are documented. */
  readonly because?: string
  /** Where that is said. */
  readonly sources: readonly string[]
  /** Set if it is less than was asked for. */
  readonly tooWeak?: true
}

/** The result of a verification. */
export interface PactVerification {
  readonly ok: boolean
  readonly interactions: readonly InteractionResult[]
  /** Problems that do not belong to an interaction, e.g. a pact that could not be fetched. */
  readonly problems: readonly string[]
}

/** An evidence in a report. @param least what was asked for, at least */
export function evidenceResult(
  { evidence, weakest }: InteractionEvidence,
  least: Evidence | undefined,
  language: Language,
): EvidenceResult {
  return {
    is: evidence,
    ...(evidence !== 'documented' && { because: weakest.about[language] }),
    sources: weakest.sources.map(({ url }) => url),
    ...(least !== undefined && !isAtLeast(evidence, least) && { tooWeak: true }),
  }
}

type Result = VerifierResult['interactionResults'][number]

/** Merges the observations of pact's verifier and of the front about each interaction. */
export function reportOf(
  result: VerifierResult,
  fronted: readonly SeenInteraction[],
  language: Language,
): PactVerification {
  const seen = aligned(result.interactionResults, fronted)
  const interactions = result.interactionResults.map((one, i): InteractionResult => {
    const { reasons: found = [], answered = true, answer } = seen[i] ?? {}
    const reasons = one.result === 'OK' && !answered && found.length === 0 ? [NOT_REACHED[language]] : found
    return {
      consumer: one.consumer ?? '',
      description: one.description,
      states: one.providerStates ?? [],
      ok: one.result === 'OK' && reasons.length === 0,
      pending: one.pending ?? false,
      durationMs: millisecondsOf(one.duration ?? ''),
      ...(answer && { answer }),
      mismatches: mismatchesOf(one.mismatch)
        .filter((found) => isOfProvider(found, seen[i]))
        .map(({ mismatch }) => mismatch),
      reasons,
    }
  })
  const problems = [
    ...(interactions.length === 0 ? result.errors.map(problemOf) : []),
    ...(seen.length === 0 ? fronted.flatMap(({ reasons }) => reasons) : []),
  ]
  const failed = interactions.some(({ ok, pending }) => !ok && !pending)
  return { ok: result.result && !failed && problems.length === 0, interactions, problems }
}

/** Text for answers that the front gave itself. */
const NOT_REACHED: Texts = {
  en: 'Its request did not reach the provider: this is no call of WeChat Pay.',
  zh: '请求没有到达提供方：这不是微信支付的接口。',
}

/** The verifier announces each interaction with its states, and runs one after the other. If the two lists do not match, nothing is attributed. */
function aligned(results: readonly Result[], fronted: readonly SeenInteraction[]): readonly SeenInteraction[] {
  const fits =
    results.length === fronted.length &&
    results.every(({ providerStates = [] }, i) => providerStates.join('\n') === fronted[i]?.states.join('\n'))
  return fits ? fronted : []
}

interface Found {
  readonly mismatch: PactMismatch
  /** The status that pact saw, if it is not the one in the contract. */
  readonly status?: unknown
}

/** Whether a difference is in the provider's answer, rather than in an answer that the front invented to fail the verifier. */
function isOfProvider({ status }: Found, seen: SeenInteraction | undefined): boolean {
  if (seen && seen.reasons.length > 0 && !seen.answered) return false
  return status !== FAILED_STATUS || seen?.answer?.status === FAILED_STATUS
}

function mismatchesOf(found: VerifierMismatch | undefined): Found[] {
  if (!found) return []
  const { type = 'error', message, mismatches } = found
  if (!mismatches) {
    return [
      { mismatch: { type, text: shortened(message ?? 'It failed, and pact does not say why.', SHOWN_CHARACTERS) } },
    ]
  }
  return mismatches.toSorted(byPlace).map((one) => {
    const at = one.path ?? one.key
    const text = one.mismatch ?? `expected ${JSON.stringify(one.expected)} but was ${JSON.stringify(one.actual)}`
    return {
      mismatch: { type: one.type, ...(at !== undefined && { at }), text: shortened(text, SHOWN_CHARACTERS) },
      ...(one.type === 'StatusMismatch' && { status: one.actual }),
    }
  })
}

/** Pact may show a whole body. */
const SHOWN_CHARACTERS = 500

type Mismatch = NonNullable<VerifierMismatch['mismatches']>[number]

const ORDER = ['StatusMismatch', 'HeaderMismatch', 'BodyTypeMismatch', 'BodyMismatch', 'MetadataMismatch']

/** Sorts by place, since pact reports mismatches in any order and the report must be the same in every run. */
function byPlace(a: Mismatch, b: Mismatch): number {
  const place = ({ type, path = '', key = '' }: Mismatch) => `${ORDER.indexOf(type) + 1} ${path}${key}`
  return place(a).localeCompare(place(b))
}

function problemOf({ interaction, mismatch }: VerifierResult['errors'][number]): string {
  const texts = mismatchesOf(mismatch).map(({ mismatch: { text } }) => text)
  return [interaction, ...texts].filter((text) => text !== '').join(': ')
}

const UNITS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, µs: 0.001, ns: 0.000_001 } as const

/** Parses a duration in Rust's format: `178ms`, `127.033s`, `2m 7s`. */
function millisecondsOf(duration: string): number {
  let total = 0
  for (const [, number, unit] of duration.matchAll(/(?<![\d.])([\d.]+)\s*(ms|µs|ns|h|m|s)/g)) {
    total += Number(number) * UNITS[unit as keyof typeof UNITS]
  }
  return Math.round(total)
}
