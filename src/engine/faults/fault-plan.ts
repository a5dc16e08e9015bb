import type { Texts } from '../../shared/texts.ts'
import type { FaultEffect } from './effects.ts'
import type { FaultDelay } from './fault-delay.ts'

/** The longest pause between two bytes, in milliseconds. */
export const PAUSE_LIMIT_MS = 1_000
/** The longest that a callback can be late, in milliseconds: a year. */
export const LATE_LIMIT_MS = 365 * 86_400_000

/**
 * Which calls a fault happens to, how often, and what happens. `error` or `effect` is required; with both, the effect applies to the error.
 *
 * With `event` it happens to attempts to deliver callbacks instead, where each repeat is an attempt. Of the members about calls, `mchid`, `times`,
 * `always`, `nth`, `percent` and `seed` apply to attempts too; the others are refused.
 */
export interface FaultPlan {
  /** Happens to the mock's own callbacks of this event, e.g. `COUPON.SEND`, or of `any`. */
  readonly event?: string
  /** Id of the operation, e.g. `associateTradeInfo`. Left out: any operation, or with `error` any that has such an error. */
  readonly operation?: string
  /** Id of an operation to spare. */
  readonly except?: string
  /** Only calls of this merchant. */
  readonly mchid?: string
  /** Only calls that name this batch, in the path or as a member of the body. */
  readonly stockId?: string
  /** Only calls that name this coupon. */
  readonly couponCode?: string

  /** How many calls it happens to. Default: 1; unlimited with `always` or `percent`. */
  readonly times?: number
  /** Happens to every call until the faults are cleared. */
  readonly always?: boolean
  /** Begins with the nth call that it fits, counted from 1. */
  readonly nth?: number
  /** Happens to that percentage of the calls, above 0 up to 100. `seed` and the position of a call decide which. */
  readonly percent?: number
  /** Varies the choices for `percent` and for delays that are not fixed. Default: `fault`. */
  readonly seed?: string

  /** Key of one of the operation's `errors`, or of the errors that any call can have, e.g. `rate_limited`, `system_error`. */
  readonly error?: string
  /**
   * Callbacks have effects of their own: `duplicate`, sent once more right after it was taken; `late` by `lateMs`; `out_of_order`, held back
   * until the next callback to the same address is taken, or until the time of the next repeat; and all ways to corrupt one, after which a correct
   * one follows as the next repeat, whatever the reply to the corrupted one.
   */
  readonly effect?: FaultEffect
  /**
   * `before`: nothing changes. `after`: the call takes full effect first.
   *
   * Default: `before` for errors, `reset`, `empty` and `error_as_200`; `after` for the others, whose answer is that of a completed call.
   */
  readonly when?: 'before' | 'after'
  /** For `delay`: how long it is, in milliseconds on the machine's clock. */
  readonly delayMs?: FaultDelay
  /** For `slow_drip`: milliseconds between two bytes. Default: 5. */
  readonly pauseMs?: number
  /** For `late`: milliseconds on the mock's clock, at most {@link LATE_LIMIT_MS}. */
  readonly lateMs?: number
}

/** A plan, and how often it has happened so far. */
export interface PlannedFault extends FaultPlan {
  /** Unique among all plans of the mock. */
  readonly id: string
  /** How many more calls it happens to; left out if unlimited. */
  readonly left?: number
  /** How many calls it happened to. */
  readonly fired: number
  /** How many calls it fitted, whether or not it happened to them. */
  readonly calls: number
}

/** A plan in one line, e.g. `operation associateTradeInfo, error system_error, times 2`. */
export function describePlan({ id: _, left: __, fired: ___, calls: ____, ...plan }: PlannedFault): string {
  return Object.entries(plan)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ')
}

/** Says that a plan has happened, for the journal; the plan itself is shown in the words of the control API. */
export function happenedAsPlanned(what: Texts, fault: PlannedFault): Texts {
  const plan = describePlan(fault)
  return { en: `A planned fault: ${what.en} (${plan}).`, zh: `按计划注入故障：${what.zh}（${plan}）。` }
}
