import { EMPTY_FIELDS, type FaultFields } from './fault-plan.ts'

/** The fields of a fault that sentences contain. */
export type FieldInSentence =
  | 'times'
  | 'percent'
  | 'operation'
  | 'event'
  | 'effect'
  | 'delayMedian'
  | 'delayP99'
  | 'lateBy'

/** A sentence with fields in it, in pieces; `field` creates the piece for a field. */
export type Sentence = <Piece>(field: (name: FieldInSentence) => Piece) => readonly (string | Piece)[]

/** The most common faults: values for the fields of the form that their sentences do not ask for. */
const RECIPES = {
  answer_lost: { effect: 'answer_lost' },
  reset: { effect: 'reset' },
  rate_limited: { error: 'rate_limited', howOften: 'percent' },
  error_then_fine: { error: 'system_error', times: '2' },
  slow: { effect: 'delay', delaySpread: 'long_tail', howOften: 'always' },
  badly_signed: { effect: 'bad_signature' },
  hold: { effect: 'hold' },
  callback_held: { about: 'callbacks', effect: 'hold' },
  callback_twice: { about: 'callbacks', effect: 'duplicate' },
  callback_late: { about: 'callbacks', effect: 'late', lateBy: 'PT1H' },
  callback_badly_signed: { about: 'callbacks', effect: 'bad_signature' },
} as const satisfies Readonly<Record<string, Partial<FaultFields>>>

export type RecipeName = keyof typeof RECIPES

/** Every {@link RecipeName}. */
export const RECIPE_NAMES = Object.keys(RECIPES) as readonly RecipeName[]

/** The initial fields of a recipe's form. */
export function fieldsOf(name: RecipeName, target: Partial<FaultFields> = {}): FaultFields {
  return { ...EMPTY_FIELDS, ...RECIPES[name], ...target }
}
