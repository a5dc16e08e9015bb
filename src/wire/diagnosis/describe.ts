import type { Diagnosis } from './diagnose.ts'
import { type Difference, firstDifference, visible } from './difference.ts'
import type { Cause, CauseName } from './variant.ts'

export interface DiagnosisTexts {
  /** Two lines each: the client's mistake, with `{value}` for the value of the cause, and the fix. */
  readonly causes: Readonly<Record<CauseName, string | ((value: string) => string)>>
  /** Sentences around the causes. */
  readonly verdicts: Readonly<Record<Diagnosis['verdict'], string>>
  /** How the message of a request is built, and that of a front end's signature (paySign). */
  readonly rebuild: string
  readonly rebuildPaySign: string
  /** Headings of the two messages and of the place where they differ. */
  readonly expected: string
  readonly signed: string
  readonly difference: (offset: number, line: number, part: Difference['part']) => string
}

export interface DescribedCause extends Cause {
  readonly explanation: string
  readonly fix: string
}

/** Maximum length of a value in a sentence, in characters, since clients control some values. */
const SHOWN_CHARACTERS = 200

/**
 * Puts a cause into words.
 *
 * @param texts `en` or `zh`
 */
export function describeCause({ name, value }: Cause, texts: DiagnosisTexts): DescribedCause {
  const text = texts.causes[name]
  const seen = shown(value ?? '')
  const [mistake = '', fix = ''] = (typeof text === 'string' ? text : text(seen)).split(/\n */)
  const explanation = typeof text === 'string' ? mistake.replaceAll('{value}', () => seen) : mistake
  return { name, ...(value !== undefined && { value }), explanation, fix }
}

/** Escapes control characters like JSON, since sentences go to logs and terminals. */
function shown(value: string): string {
  const plain = visible(value.slice(0, SHOWN_CHARACTERS)).replaceAll('\\\\', '\\')
  return value.length > SHOWN_CHARACTERS ? `${plain}…` : plain
}

/** A diagnosis for people and programs: only texts, and bounded. */
export interface DescribedDiagnosis {
  readonly verdict: Diagnosis['verdict']
  readonly summary: string
  readonly causes: readonly DescribedCause[]
  /** The messages as text, cut to {@link SHOWN_MESSAGE_BYTES}. */
  readonly expectedMessage: string
  readonly signedMessage?: string
  readonly difference?: Difference
}

/** Maximum length of a message in a description, in bytes. */
const SHOWN_MESSAGE_BYTES = 16_384

/**
 * Puts a diagnosis into words.
 *
 * @param secrets keys that a client may have put into its message, masked with asterisks
 */
export function describeDiagnosis(
  diagnosis: Diagnosis,
  texts: DiagnosisTexts,
  secrets: readonly string[] = [],
): DescribedDiagnosis {
  const { verdict, causes } = diagnosis
  const masked = (message: Buffer) => secrets.reduce(withoutSecret, message)
  const expectedMessage = masked(diagnosis.expectedMessage)
  const signed = 'signedMessage' in diagnosis && diagnosis.signedMessage ? masked(diagnosis.signedMessage) : undefined
  const difference = signed && firstDifference(expectedMessage, signed)
  return {
    verdict,
    summary: texts.verdicts[verdict],
    causes: causes.map((one) => describeCause(one, texts)),
    expectedMessage: start(expectedMessage),
    ...(signed && { signedMessage: start(signed) }),
    ...(difference && { difference }),
  }
}

/** Keeps the length, so that offsets stay valid. */
function withoutSecret(message: Buffer, secret: string): Buffer {
  const bytes = Buffer.from(secret)
  if (bytes.length === 0 || !message.includes(bytes)) return message
  const shown = Buffer.from(message)
  for (let at = shown.indexOf(bytes); at !== -1; at = shown.indexOf(bytes, at + bytes.length)) {
    shown.fill('*', at, at + bytes.length)
  }
  return shown
}

function start(message: Buffer): string {
  return message.toString('utf8', 0, SHOWN_MESSAGE_BYTES)
}

/**
 * A diagnosis on one line of ASCII, for a header field: the verdict and the names of the causes, for example
 * `proved; method_case, final_line_feed_missing`.
 */
export function diagnosisHeader({
  verdict,
  causes,
}: {
  readonly verdict: Diagnosis['verdict'] | 'not_examined'
  readonly causes: readonly Cause[]
}): string {
  return causes.length === 0 ? verdict : `${verdict}; ${causes.map(({ name }) => name).join(', ')}`
}
