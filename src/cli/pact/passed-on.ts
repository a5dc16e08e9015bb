import type { ProviderAnswer } from '../../../contracts/kit/provider-answer.ts'
import { shortened } from '../../shared/shortened.ts'
import type { Language } from '../language.ts'
import { oneLine } from '../output.ts'
import { texts } from './texts.ts'

/** A request or a message that came through a front, for people and programs. */
export interface PassedOn {
  readonly call: string
  /** What the verifier or the consumer was answered with; left out for a message, and where there was nobody to ask. */
  readonly status?: number
  readonly states?: readonly string[]
  /** What no pact can say of it, or kept it from being answered. */
  readonly reasons: readonly string[]
  /** What was answered behind the front: the contract may expect a refusal or not. */
  readonly answer?: ProviderAnswer
  /** Why it is none that a consumer's contract has; left out for one that it has. */
  readonly unexpected?: string
}

/** Characters of what others wrote: what is the matter, without all there is to do about it. */
const SHOWN_CHARACTERS = 300

/** A line for what came through, and below it what is wrong with it, or why it was refused. */
export function passedOnLines(
  { call, status, states = [], reasons, answer, unexpected }: PassedOn,
  language: Language,
): string[] {
  const { front: own } = texts[language]
  const word = reasons.length > 0 ? own.failed : unexpected === undefined ? own.passedOn : own.unexpected
  const code = answer?.status === status ? answer?.code : undefined
  const given = states.length === 0 ? '' : `  [${states.map(inShort).join(' + ')}]`
  return [
    `  ${word}  ${[inShort(call), status, code && oneLine(code)].filter((part) => part !== undefined).join(' ')}${given}`,
    ...reasons.map((reason) => `        - ${oneLine(reason)}`),
    ...[unexpected, answer?.reason].flatMap((why) => (why === undefined ? [] : [`          ${inShort(why)}`])),
  ]
}

function inShort(text: string): string {
  return oneLine(shortened(text, SHOWN_CHARACTERS))
}
