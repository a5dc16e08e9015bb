import type { Cause } from './cause.ts'
import type { Diagnosis } from './diagnose.ts'
import type { Difference } from './difference.ts'
import type { DiagnosisTexts } from './texts/en.ts'

/** A cause in words. */
export interface DescribedCause extends Cause {
  readonly explanation: string
  readonly fix: string
}

/** Longest value that is put into a sentence, in characters: clients decide on some of them. */
const SHOWN_CHARACTERS = 200

/**
 * Puts a cause into words.
 *
 * @param texts `en` or `zh`
 */
export function describeCause({ name, value }: Cause, texts: DiagnosisTexts): DescribedCause {
  const { explanation, fix } = texts.causes[name]
  return { name, ...(value !== undefined && { value }), explanation: explanation(shown(value ?? '')), fix }
}

/** Control characters are written as JSON does, since a sentence goes to logs and terminals. */
function shown(value: string): string {
  const written = JSON.stringify(value.slice(0, SHOWN_CHARACTERS)).slice(1, -1)
  const plain = written.replaceAll('\\"', '"').replaceAll('\\\\', '\\')
  return value.length > SHOWN_CHARACTERS ? `${plain}…` : plain
}

/** A diagnosis as a person or a program is told it: only texts, and bounded. */
export interface DescribedDiagnosis {
  readonly verdict: Diagnosis['verdict']
  readonly summary: string
  readonly causes: readonly DescribedCause[]
  /** The messages as text, cut to {@link SHOWN_MESSAGE_BYTES}. */
  readonly expectedMessage: string
  readonly signedMessage?: string
  readonly difference?: Difference
}

/** Longest part of a message that is shown, in bytes. */
const SHOWN_MESSAGE_BYTES = 16_384

/** Puts a diagnosis into words. */
export function describeDiagnosis(diagnosis: Diagnosis, texts: DiagnosisTexts): DescribedDiagnosis {
  const { verdict, causes, expectedMessage } = diagnosis
  const signed = 'signedMessage' in diagnosis ? diagnosis.signedMessage : undefined
  const difference = 'difference' in diagnosis ? diagnosis.difference : undefined
  return {
    verdict,
    summary: texts.verdicts[verdict],
    causes: causes.map((one) => describeCause(one, texts)),
    expectedMessage: start(expectedMessage),
    ...(signed && { signedMessage: start(signed) }),
    ...(difference && { difference }),
  }
}

function start(message: Buffer): string {
  return message.toString('utf8', 0, SHOWN_MESSAGE_BYTES)
}

/**
 * A diagnosis on one line of ASCII, for a header field: the verdict and the names of the causes, as in
 * `proved; method_case, final_line_feed_missing`.
 */
export function diagnosisHeader({ verdict, causes }: Pick<Diagnosis, 'verdict' | 'causes'>): string {
  return causes.length === 0 ? verdict : `${verdict}; ${causes.map(({ name }) => name).join(', ')}`
}
