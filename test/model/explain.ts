import type { Call } from './model/call.ts'
import { predict } from './model/model.ts'
import { type Answer, misfitOfAnswer, type Outcome } from './model/outcome.ts'
import type { State } from './model/state.ts'

export interface AnsweredCall extends Call {
  readonly answer: Answer
}

/** Applies the first outcome that an answer matches. @returns why it matches none of them */
export function take(outcomes: readonly Outcome[], answer: Answer): string | undefined {
  const fitting = fittingOutcome(outcomes, answer)
  if (!fitting) return outcomes.map((outcome) => `not as it may be: ${misfitOfAnswer(outcome, answer)}`).join('\n')
  fitting.effect?.(answer.body ?? {})
  return undefined
}

/** Limit of partial orders to try before giving up. */
const ATTEMPTS = 20_000

/**
 * Looks for an order of calls in which a model allows all their answers. A call without an effect is taken as soon as its answer fits, since the
 * others do not notice it.
 *
 * @returns the state after it, if there is one
 * @throws Error when no order is found in the attempts there are, which proves nothing
 */
export function explain(state: State, calls: readonly AnsweredCall[]): State | undefined {
  let left = ATTEMPTS
  const next = (before: State, calls: readonly AnsweredCall[]): State | undefined => {
    const fitting = new Map(calls.map((call) => [call, fittingOutcome(predict(before, call), call.answer)]))
    const rest = calls.filter((call) => fitting.get(call) === undefined || fitting.get(call)?.effect)
    if (rest.length === 0) return before
    for (const [index, call] of rest.entries()) {
      if (!fitting.get(call)) continue
      if (left-- <= 0) throw new Error(`Gave up after ${ATTEMPTS} partial orders of ${calls.length} calls.`)
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

function fittingOutcome(outcomes: readonly Outcome[], answer: Answer): Outcome | undefined {
  return outcomes.find((outcome) => misfitOfAnswer(outcome, answer) === undefined)
}
