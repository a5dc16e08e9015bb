import type { Awaitable } from '../../shared/awaitable.ts'
import type { OperationDescription } from '../operation.ts'
import { type Counters, LocalCounters } from '../state/counters.ts'

/** The rate that a call exceeds. */
export interface RateExceeded {
  readonly calls: number
  /** Set if it is failing calls that are too many. */
  readonly failing?: boolean
  readonly seconds: number
  /** When calls are accepted again, epoch milliseconds. */
  readonly windowEnd: number
}

/**
 * Counts the calls of each merchant to each operation that has a rate, in windows of fixed length on the mock's clock, so a window does not end
 * while the clock stands still. That the real service counts this way is inferred.
 */
export class RateLimiter {
  readonly #counters: Counters

  constructor(counters: Counters = new LocalCounters()) {
    this.#counters = counters
  }

  /**
   * Counts one call.
   *
   * @param now epoch milliseconds
   * @returns `undefined` if the call is within the rate
   */
  async take({ id, rateLimit }: OperationDescription, mchid: string, now: number): Promise<RateExceeded | undefined> {
    if (!rateLimit) return undefined
    const { calls, seconds, failing } = rateLimit
    const { start, end } = windowAt(now, seconds)
    if (failing !== undefined && (await this.#counters.isReached(failuresOf({ mchid, id, start }), failing))) {
      return { calls: failing, failing: true, seconds, windowEnd: end }
    }
    const taken = await this.#counters.take({ mchid, operation: id, start }, calls)
    return taken ? undefined : { calls, seconds, windowEnd: end }
  }

  /** Counts a call that was taken and has failed. */
  async fail({ id, rateLimit }: OperationDescription, mchid: string, now: number): Promise<void> {
    if (rateLimit?.failing === undefined) return
    const { start } = windowAt(now, rateLimit.seconds)
    await this.#counters.take(failuresOf({ mchid, id, start }), rateLimit.failing)
  }

  /** Forgets the counts of one merchant or of all. */
  clear(mchid?: string): Awaitable<void> {
    return this.#counters.clear(mchid)
  }
}

function windowAt(now: number, seconds: number): { readonly start: number; readonly end: number } {
  const length = seconds * 1_000
  const start = Math.floor(now / length) * length
  return { start, end: start + length }
}

/** Failing calls are counted as those of an operation of their own. */
function failuresOf({ mchid, id, start }: { readonly mchid: string; readonly id: string; readonly start: number }) {
  return { mchid, operation: `${id} failing`, start }
}
