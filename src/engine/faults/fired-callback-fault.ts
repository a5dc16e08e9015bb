import type { Texts } from '../../shared/texts.ts'
import type { CallbackSpoil } from '../callbacks/spoil-callback.ts'
import { CALLBACK_EFFECTS, type CallbackEffect, isCallbackEffect, isCallbackSpoil } from './effects.ts'
import { happenedAsPlanned, type PlannedFault } from './fault-plan.ts'

/** The effect of a planned fault on one attempt to deliver a callback. */
export interface FiredCallbackFault {
  readonly effect: CallbackEffect
  /** Milliseconds on the mock's clock; 0 for all but `late`. */
  readonly lateMs: number
  /** Left out if the callback itself is correct. */
  readonly spoil?: CallbackSpoil
  /** For the journal. */
  readonly remark: Texts
  /** The plan, in its state before it happened. */
  readonly plan: PlannedFault
}

export function firedCallbackFault(planned: PlannedFault): FiredCallbackFault | undefined {
  const { effect, lateMs = 0 } = planned
  if (!isCallbackEffect(effect)) return undefined
  return {
    effect,
    lateMs,
    ...(isCallbackSpoil(effect) && { spoil: effect }),
    remark: happenedAsPlanned(CALLBACK_EFFECTS[effect], planned),
    plan: planned,
  }
}
