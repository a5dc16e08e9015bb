import type { Texts } from '../../shared/texts.ts'
import { share } from './share.ts'

/** The longest delay, in milliseconds. */
export const DELAY_LIMIT_MS = 120_000

/**
 * How long a delay is, in milliseconds on the machine's clock: fixed; evenly distributed over a range; or like the latency of servers, a
 * log-normal distribution with that median and 99th percentile, where a few calls take far longer than most. Capped at {@link DELAY_LIMIT_MS}.
 */
export type FaultDelay =
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
