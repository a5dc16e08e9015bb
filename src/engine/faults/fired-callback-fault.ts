import type { CallbackSpoil } from '../callbacks/spoil-callback.ts'
import { CALLBACK_EFFECTS, type CallbackEffect, isCallbackEffect, isCallbackSpoil } from './effects.ts'
import { describePlan, type PlannedFault } from './fault-plan.ts'

/** What happens to one try to deliver a callback. */
export interface FiredCallbackFault {
  readonly effect: CallbackEffect
  /** Milliseconds on the mock's clock; 0 for all but `late`. */
  readonly lateMs: number
  /** Left out where the callback is as it should be. */
  readonly spoil?: CallbackSpoil
  /** For the journal. */
  readonly remark: string
}

/** What a plan that happens to a try comes to. */
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
