import { CALLBACK_SPOILS } from '../callbacks/spoil-callback.ts'
import type { Gateway } from '../gateway.ts'
import type { WireRequest } from '../http-message.ts'
import { mentions } from '../journal/journal.ts'
import type { OperationDescription } from '../operation.ts'
import type { FaultPlan } from './fault-plan.ts'
import { errorOf } from './operation-errors.ts'

/** Facts of an authenticated call that plans are matched against. */
export interface FaultyCall {
  readonly operation: OperationDescription
  readonly mchid: string
  readonly request: WireRequest
  /** The gateway of the path; it words errors that any call can have. */
  readonly gateway?: Gateway
}

/** Facts of an attempt to deliver a callback that plans are matched against. */
export interface FaultyAttempt {
  readonly mchid: string
  readonly eventType: string
  /** Whether it is made because it is due, so that it can be postponed. */
  readonly isDue: boolean
  /** Whether another callback to the same address is already held back. */
  readonly isOvertaking: boolean
  /** Whether it is sealed and signed as callbacks of API v3 are; only such a callback can be corrupted. */
  readonly isSigned: boolean
}

export function fitsCall({ mchid, stockId, couponCode, ...fault }: FaultPlan, call: FaultyCall): boolean {
  return (
    fault.event === undefined &&
    (fault.operation === undefined || fault.operation === call.operation.id) &&
    fault.except !== call.operation.id &&
    (mchid === undefined || mchid === call.mchid) &&
    (fault.error === undefined || errorOf(call.operation, fault.error) !== undefined) &&
    mentions(call, 'stock_id', stockId) &&
    mentions(call, 'coupon_code', couponCode)
  )
}

export function fitsAttempt({ event, mchid, effect }: FaultPlan, attempt: FaultyAttempt): boolean {
  return (
    (event === 'any' || event === attempt.eventType) &&
    (mchid === undefined || mchid === attempt.mchid) &&
    (effect !== 'late' || attempt.isDue) &&
    (effect !== 'out_of_order' || (attempt.isDue && !attempt.isOvertaking)) &&
    (attempt.isSigned || effect === undefined || !Object.hasOwn(CALLBACK_SPOILS, effect))
  )
}
