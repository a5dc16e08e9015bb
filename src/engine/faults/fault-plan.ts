import { createHash } from 'node:crypto'
import type { Texts } from '../../wire/shared/texts.ts'
import { ANSWER_EFFECTS, CALLBACK_DAMAGE, type CallbackDamage } from './damage.ts'

/** A number from 0 up to 1 that depends only on the seed, the purpose and the position of the call. */
export function share(seed = 'fault', about: string, calls: number): number {
  return createHash('sha256').update(`${seed}:${about}:${calls}`).digest().readUInt32BE() / 2 ** 32
}

/** Effects on the connection, each with its text for the journal. */
const LINE_EFFECTS = {
  delay: { en: 'the answer was late', zh: '应答延迟' },
  reset: { en: 'the connection was reset', zh: '连接被重置' },
  empty: { en: 'the connection was closed without an answer', zh: '未应答即关闭连接' },
  half_body: { en: 'the connection was closed after half of the body', zh: '只发送一半报文主体后关闭连接' },
  slow_drip: { en: 'the body was sent byte by byte', zh: '报文主体逐字节发送' },
  answer_lost: {
    en: 'it was done, and the connection was reset before the answer',
    zh: '请求已处理，应答之前连接被重置',
  },
} as const satisfies Readonly<Record<string, Texts>>

/** Calls and callbacks alike wait for somebody to decide what becomes of them. */
const HOLD = { hold: { en: 'it was held', zh: '被拦下' } } as const satisfies Readonly<Record<string, Texts>>

/** Effects on a call besides errors, each with its text for the journal. */
export const CALL_EFFECTS = {
  ...HOLD,
  ...LINE_EFFECTS,
  ...ANSWER_EFFECTS,
  error_as_200: { en: 'an error was answered with the status 200', zh: '以状态码 200 返回错误' },
} as const satisfies Readonly<Record<string, Texts>>

/** Effects that an answer with the `status` of a gateway can have. */
export const GATEWAY_EFFECTS: readonly FaultEffect[] = ['delay', 'slow_drip', 'half_body']

/** Effects on an attempt to deliver a callback, each with its text for the journal. */
export const CALLBACK_EFFECTS = {
  ...HOLD,
  duplicate: { en: 'once it was taken, it was sent once more', zh: '被接受后再次发送' },
  late: { en: 'it was late', zh: '延迟发送' },
  out_of_order: { en: 'it was held back, to come after the next one', zh: '暂缓发送，排在下一条之后' },
  ...CALLBACK_DAMAGE,
} as const satisfies Readonly<Record<string, Texts>>

export type CallbackEffect = keyof typeof CALLBACK_EFFECTS

export type FaultEffect = keyof typeof CALL_EFFECTS | CallbackEffect

export const FAULT_EFFECTS = Object.keys({ ...CALL_EFFECTS, ...CALLBACK_EFFECTS }) as readonly FaultEffect[]

export function isCallEffect(effect: FaultEffect | undefined): effect is keyof typeof CALL_EFFECTS {
  return effect !== undefined && Object.hasOwn(CALL_EFFECTS, effect)
}

export function isCallbackEffect(effect: FaultEffect | undefined): effect is CallbackEffect {
  return effect !== undefined && Object.hasOwn(CALLBACK_EFFECTS, effect)
}

export function isCallbackDamage(effect: CallbackEffect): effect is CallbackDamage {
  return Object.hasOwn(CALLBACK_DAMAGE, effect)
}

/** The longest delay, in milliseconds. */
export const DELAY_LIMIT_MS = 120_000

/**
 * How long a delay is, in milliseconds on the machine's clock: fixed; evenly distributed over a range; or like the latency of servers, a
 * log-normal distribution with that median and 99th percentile, where a few calls take far longer than most. Capped at {@link DELAY_LIMIT_MS}.
 */
type FaultDelay =
  | number
  | { readonly min: number; readonly max: number }
  | { readonly median: number; readonly p99: number }

/** How many standard deviations the 99th percentile of a normal distribution is above its median. */
const P99_DEVIATIONS = 2.326_347_874

/** Why a delay cannot be planned, as a sentence; `undefined` if it can. */
export function delayRefusal(delay: FaultDelay): Texts | undefined {
  if (typeof delay === 'object' && 'median' in delay) {
    const { median, p99 } = delay
    if (median >= 1 && p99 >= median && p99 <= DELAY_LIMIT_MS) return undefined
    return {
      en: `The median of a delay is 1 millisecond or more, and its p99 from the median to ${DELAY_LIMIT_MS}.`,
      zh: `延迟的中位数（median）不小于 1 毫秒，p99 应在中位数与 ${DELAY_LIMIT_MS} 之间。`,
    }
  }
  const { min, max } = typeof delay === 'object' ? delay : { min: delay, max: delay }
  if (min >= 0 && max >= min && max <= DELAY_LIMIT_MS) return undefined
  return {
    en: `A delay is 0 to ${DELAY_LIMIT_MS} milliseconds long, and its min is not above its max.`,
    zh: `延迟应为 0 到 ${DELAY_LIMIT_MS} 毫秒，且最小值（min）不大于最大值（max）。`,
  }
}

/**
 * How long one call is delayed, in milliseconds: a fixed delay as planned, otherwise a whole number drawn from the seed and the call's position.
 *
 * @param calls position of the call among those that the plan fits, from 1
 */
export function drawDelay(delay: FaultDelay, seed: string | undefined, calls: number): number {
  if (typeof delay === 'number') return delay
  if ('min' in delay) return Math.round(delay.min + (delay.max - delay.min) * share(seed, 'delay', calls))
  const deviation = Math.log(delay.p99 / delay.median) / P99_DEVIATIONS
  return Math.min(DELAY_LIMIT_MS, Math.round(delay.median * Math.exp(deviation * drawStandardNormal(seed, calls))))
}

/** Draws from the standard normal distribution, by the Box–Muller transform. */
function drawStandardNormal(seed: string | undefined, calls: number): number {
  const distance = Math.sqrt(-2 * Math.log(1 - share(seed, 'delay', calls)))
  return distance * Math.cos(2 * Math.PI * share(seed, 'direction', calls))
}

/** The longest pause between two bytes, in milliseconds. */
export const PAUSE_LIMIT_MS = 1_000
/** The longest that a callback can be late, in milliseconds: a year. */
export const LATE_LIMIT_MS = 365 * 86_400_000

/**
 * Which calls a fault happens to, how often, and what happens. `error`, `status` or `effect` is required; an effect with an `error` or a `status`
 * applies to that.
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
   * Status that a gateway in front of the service answers with, such as 502: unsigned, without `Request-ID`, in place of the service. Of the effects
   * only {@link GATEWAY_EFFECTS} go with it.
   */
  readonly status?: number
  /** For `status`: its body. Default: nginx's own page. */
  readonly body?: string
  /**
   * Callbacks have effects of their own: `duplicate`, sent once more right after it was taken; `late` by `lateMs`; `out_of_order`, held back
   * until the next callback to the same address is taken, or until the time of the next repeat; and all ways to corrupt one, after which a correct
   * one follows as the next repeat, whatever the reply to the corrupted one.
   *
   * `hold`, for both, waits until somebody decides: `GET /_mock/held` lists what is held, `POST /_mock/held/{id}` lets it through, loses it, or
   * answers a call otherwise.
   */
  readonly effect?: FaultEffect
  /**
   * `before`: nothing changes. `after`: the call takes full effect first.
   *
   * Default: `before` for errors, `status`, `reset`, `empty` and `error_as_200`; `after` for the others, whose answer is that of a completed call. A `hold`
   * is `before` by default, and the call runs once it is let through.
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
