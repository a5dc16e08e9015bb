import { BEFORE_DIFFERENCE } from '../../diagnosis/difference.ts'
import type { DescribedDiagnosis, DiagnosisTexts, Difference } from '../../diagnosis/index.ts'
import { visible } from '../../diagnosis/visible.ts'
import type { Language } from '../language.ts'
import { oneLine, print, printJson } from '../output.ts'
import { texts } from './texts.ts'

/** One mistake, and how to correct it. */
export interface Finding {
  /** Stable, for scripts. */
  readonly name: string
  readonly value?: string
  readonly explanation: string
  readonly fix?: string
}

/** The result of explaining a message. */
export interface Explanation {
  readonly about: 'request' | 'response' | 'callback'
  /** One sentence. */
  readonly summary: string
  /** Empty if nothing is wrong. */
  readonly findings: readonly Finding[]
  /** Certain findings about a request's signature; left out if the check ended earlier. */
  readonly verdict?: DescribedDiagnosis['verdict'] | 'not_examined'
  /** Remarks that do not make it wrong. */
  readonly notes: readonly string[]
  readonly expectedMessage?: string
  readonly signedMessage?: string
  /** Lengths of the complete messages in bytes, since those here are cut; left out if the complete ones are unknown. */
  readonly lengths?: { readonly expected?: number; readonly signed?: number }
  readonly difference?: Difference
}

/** The language of the answer, and the diagnosis in that language. */
export interface Wording {
  readonly language: Language
  readonly diagnosis: DiagnosisTexts
}

/** Characters of a message that are shown to a person; JSON has more. */
const SHOWN_CHARACTERS = 600

/** Prints an explanation for a person or a program, and sets the exit code: 0 when the signature is right. */
export async function report(
  explanation: Explanation,
  json: boolean | undefined,
  { language, diagnosis }: Wording,
): Promise<void> {
  const { about, summary, findings, verdict, notes, expectedMessage, signedMessage, lengths, difference } = explanation
  const right = findings.length === 0 && (verdict === undefined || verdict === 'verifies')
  if (!right) process.exitCode = 1
  if (json) {
    return printJson({
      right,
      about,
      summary,
      ...(verdict && { verdict }),
      causes: findings,
      notes,
      ...(expectedMessage !== undefined && { expected_message: expectedMessage }),
      ...(signedMessage !== undefined && { signed_message: signedMessage }),
      ...(difference && { difference }),
    })
  }
  const own = texts[language]
  const lines = [summary]
  for (const [index, { explanation: text, fix }] of findings.entries()) {
    lines.push(`${index + 1}. ${withoutSentence(text, summary)}`)
    // A fix shared with the next finding is printed there.
    if (fix !== undefined && fix !== findings[index + 1]?.fix) lines.push(`   ${own.fix(fix)}`)
  }
  if (difference) {
    const { offset, line, part, expected, signed } = difference
    // If the beginning is cut, it is cut in both: they are equal there.
    const front = offset > BEFORE_DIFFERENCE ? '…' : ''
    lines.push(
      diagnosis.difference(offset, line, part),
      `   ${own.here} ${front}${expected}${endsIn(expected, expectedMessage, lengths?.expected) ? '' : '…'}`,
      `   ${own.there} ${front}${signed}${endsIn(signed, signedMessage, lengths?.signed) ? '' : '…'}`,
    )
  }
  const message = (title: string, text: string, bytes: number | undefined) =>
    lines.push(own.titled(title), `   ${quoted(text, bytes, language)}`)
  if (!right && expectedMessage !== undefined) message(diagnosis.expected, expectedMessage, lengths?.expected)
  if (signedMessage !== undefined) message(diagnosis.signed, signedMessage, lengths?.signed)
  lines.push(...notes.map((note) => `- ${note}`))
  await print(`${lines.map(oneLine).join('\n')}\n`)
}

/** An explanation without a sentence that was already printed. */
function withoutSentence(text: string, said: string): string {
  const rest = text.replace(said, '').trim()
  return rest === '' ? text : rest
}

/** Whether the excerpt around a difference reaches the end of the message. */
function endsIn(shown: string, message: string | undefined, bytes: number | undefined): boolean {
  if (message === undefined) return false
  const isWhole = bytes === undefined || Buffer.byteLength(message) === bytes
  return isWhole && visible(message).endsWith(shown)
}

/** A message as a JSON string, so that line feeds and the like are visible. @param bytes size of the complete message, if it was cut earlier */
function quoted(message: string, bytes: number | undefined, language: Language): string {
  const shown = beginningOf(message, SHOWN_CHARACTERS)
  return JSON.stringify(shown) + restOf(shown, bytes ?? Buffer.byteLength(message), language)
}

/** The first characters of a text; no character is split. */
export function beginningOf(text: string, characters: number): string {
  return text.slice(0, characters).replace(/[\uD800-\uDBFF]$/, '')
}

/** Note after the beginning of a text: how much of it is missing. */
export function restOf(beginning: string, bytes: number, language: Language): string {
  const left = bytes - Buffer.byteLength(beginning)
  return left > 0 ? ` …${texts[language].moreBytes(left)}` : ''
}
