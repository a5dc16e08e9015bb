import type { Call } from './model/call.ts'
import { predict } from './model/model.ts'
import { type Answer, misfitOfAnswer, type Outcome } from './model/outcome.ts'
import type { State } from './model/state.ts'

export interface AnsweredCall extends Call {
  readonly answer: Answer
}

/** Applies the first outcome that an answer matches. @returns why it matches none of them */
export function take(outcomes: readonly Outcome[], answer: Answer): string | undefined {
  const misfits = outcomes.map((outcome) => misfitOfAnswer(outcome, answer))
  const fitting = outcomes[misfits.indexOf(undefined)]
  if (!fitting) return misfits.map((misfit) => `not as it may be: ${misfit}`).join('\n')
  fitting.effect?.(answer.body ?? {})
  return undefined
}

/** Limit of partial orders to try before giving up. */
const ATTEMPTS = 20_000

/** Looks for an order of calls in which a model allows all their answers. @returns the state after it, if there is one */
export function explain(state: State, calls: readonly AnsweredCall[]): State | undefined {
  let left = ATTEMPTS
  const next = (before: State, rest: readonly AnsweredCall[]): State | undefined => {
    if (rest.length === 0) return before
    for (const [index, call] of rest.entries()) {
      if (left-- <= 0) return undefined
      if (!predict(before, call).some((outcome) => misfitOfAnswer(outcome, call.answer) === undefined)) continue
      // Applying an outcome changes the state, so each branch gets a copy.
      const after = structuredClone(before)
      take(predict(after, call), call.answer)
      const found = next(after, rest.toSpliced(index, 1))
      if (found) return found
    }
    return undefined
  }
  return next(state, calls)
}
