import type { FaultEffect } from './effects.ts'
import type { FaultDelay } from './fault-delay.ts'

/** The longest pause between two bytes, in milliseconds. */
export const PAUSE_LIMIT_MS = 1_000
/** The most that a callback is late by, in milliseconds: a year. */
export const LATE_LIMIT_MS = 365 * 86_400_000

/**
 * Which calls a fault happens to, which of them, and what happens. `error` or `effect` is needed; with both, the error is what arrives so.
 *
 * With `event` it happens to tries to deliver callbacks instead, each repeat being one: of what is said here about calls, `mchid`, `times`,
 * `always`, `nth`, `percent` and `seed` hold for them too, and the others are refused.
 */
export interface FaultPlan {
  /** It happens to the mock's own callbacks of this event, e.g. `COUPON.SEND`, or of `any`. */
  readonly event?: string
  /** Id of the operation, e.g. `associateTradeInfo`. Left out: any operation, with `error` any that has such an error. */
  readonly operation?: string
  /** Id of an operation that it does not happen to. */
  readonly except?: string
  /** Only calls of this merchant. */
  readonly mchid?: string
  /** Only calls that name this batch, in the path or as a member of the body. */
  readonly stockId?: string
  /** Only calls that name this coupon. */
  readonly couponCode?: string

  /** How many calls it happens to. Default: 1; with `always` or `percent` there is no end. */
  readonly times?: number
  /** It happens to every call until the faults are cleared. */
  readonly always?: boolean
  /** It begins with the nth call that it fits, counted from 1. */
  readonly nth?: number
  /** It happens to that share of the calls, above 0 up to 100; which ones, `seed` and their position decide. */
  readonly percent?: number
  /** Makes other choices for `percent` and for delays that are not always the same. Default: `fault`. */
  readonly seed?: string

  /** Key of one of the operation's `errors`, or of the errors that any call has, e.g. `rate_limited`, `system_error`. */
  readonly error?: string
  /**
   * Callbacks have effects of their own: `duplicate`, sent once more right after it was taken; `late` by `lateMs`; `out_of_order`, held back
   * until the next callback to the same address was taken, or until the time of the next repeat; and all ways to spoil it, after which a good
   * one follows as the next repeat, whatever the spoiled one was answered.
   */
  readonly effect?: FaultEffect
  /**
   * `before`: nothing is changed. `after`: the call is done first, with all that comes of it.
   *
   * Default: `before` for errors, `reset`, `empty` and `error_as_200`; `after` for the others, whose answer is that of a call that is done.
   */
  readonly when?: 'before' | 'after'
  /** For `delay`: how long it is, in milliseconds on the machine's clock. */
  readonly delayMs?: FaultDelay
  /** For `slow_drip`: milliseconds between two bytes. Default: 5. */
  readonly pauseMs?: number
  /** For `late`: milliseconds on the mock's clock, at most {@link LATE_LIMIT_MS}. */
  readonly lateMs?: number
}

/** A plan, and what came of it so far. */
export interface PlannedFault extends FaultPlan {
  /** Tells it from every other that this mock has planned. */
  readonly id: string
  /** Calls that it still happens to; left out where there is no end. */
  readonly left?: number
  /** Calls that it happened to. */
  readonly fired: number
  /** Calls that it fitted, whether it happened to them or not. */
  readonly calls: number
}

/** A plan in one line, e.g. `operation associateTradeInfo, error system_error, times 2`. */
export function describePlan({ id: _, left: __, fired: ___, calls: ____, ...plan }: PlannedFault): string {
  return Object.entries(plan)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ')
}
