import type { Cause } from './cause.ts'
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
