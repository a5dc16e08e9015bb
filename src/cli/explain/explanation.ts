import type { DescribedDiagnosis, DiagnosisTexts, Difference } from '../../diagnosis/index.ts'
import type { Language } from '../language.ts'
import { oneLine, print, printJson } from '../output.ts'
import { texts } from './texts.ts'

/** One thing that is wrong, and what to do about it. */
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
  /** Empty when nothing is wrong. */
  readonly findings: readonly Finding[]
  /** What is certain about a request's signature; left out when the check ended before that. */
  readonly verdict?: DescribedDiagnosis['verdict'] | 'not_examined'
  /** Remarks that do not make it wrong. */
  readonly notes: readonly string[]
  readonly expectedMessage?: string
  readonly signedMessage?: string
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
  const { about, summary, findings, verdict, notes, expectedMessage, signedMessage, difference } = explanation
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
    lines.push(`${index + 1}. ${text}`)
    if (fix !== undefined) lines.push(`   ${own.fix(fix)}`)
  }
  if (difference) {
    const { offset, line, part, expected, signed } = difference
    lines.push(diagnosis.difference(offset, line, part), `   ${own.here} …${expected}…`, `   ${own.there} …${signed}…`)
  }
  if (!right && expectedMessage !== undefined) lines.push(`${diagnosis.expected}:`, `   ${shown(expectedMessage)}`)
  if (signedMessage !== undefined) lines.push(`${diagnosis.signed}:`, `   ${shown(signedMessage)}`)
  lines.push(...notes.map((note) => `- ${note}`))
  await print(`${lines.map(oneLine).join('\n')}\n`)
}

/** Shows line feeds and the like as in JSON, so that they are visible. */
function shown(message: string): string {
  const text = JSON.stringify(message.slice(0, SHOWN_CHARACTERS))
  return message.length > SHOWN_CHARACTERS ? `${text}…` : text
}
