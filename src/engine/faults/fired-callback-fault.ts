import type { CallbackSpoil } from '../callbacks/spoil-callback.ts'
import { CALLBACK_EFFECTS, type CallbackEffect, isCallbackEffect, isCallbackSpoil } from './effects.ts'
import { describePlan, type PlannedFault } from './fault-plan.ts'

/** The effect of a planned fault on one attempt to deliver a callback. */
export interface FiredCallbackFault {
  readonly effect: CallbackEffect
  /** Milliseconds on the mock's clock; 0 for all but `late`. */
  readonly lateMs: number
  /** Left out if the callback itself is correct. */
  readonly spoil?: CallbackSpoil
  /** For the journal. */
  readonly remark: string
}

export function firedCallbackFault(planned: PlannedFault): FiredCallbackFault | undefined {
  const { effect, lateMs = 0 } = planned
  if (!isCallbackEffect(effect)) return undefined
  return {
    effect,
    lateMs,
    ...(isCallbackSpoil(effect) && { spoil: effect }),
    remark: `A planned fault: ${CALLBACK_EFFECTS[effect]} (${describePlan(planned)}).`,
  }
}
