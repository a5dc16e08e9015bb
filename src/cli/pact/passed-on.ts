import type { ProviderAnswer } from '../../../contracts/kit/provider-answer.ts'
import { shortened } from '../../shared/shortened.ts'
import type { Language } from '../language.ts'
import { oneLine } from '../output.ts'
import { texts } from './texts.ts'

/** A request or a message that came through a front, for people and programs. */
export interface PassedOn {
  readonly call: string
  /** Status of the answer to the verifier or the consumer; left out for a message, and if there was nobody to ask. */
  readonly status?: number
  readonly states?: readonly string[]
  /** Problems that a pact cannot express, or that kept it from being answered. */
  readonly reasons: readonly string[]
  /** The answer from behind the front: the contract may expect a refusal or not. */
  readonly answer?: ProviderAnswer
  /** Why no consumer's contract contains it; left out for a request that one contains. */
  readonly unexpected?: string
}

/** Longest excerpt of others' texts, in characters: the problem, without all the advice on it. */
const SHOWN_CHARACTERS = 300

/** A line for each exchange, and below it the problem, or why it was refused. */
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
