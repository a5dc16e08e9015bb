import type { Awaitable } from '../../shared/awaitable.ts'
import type { OperationDescription } from '../operation.ts'
import { type Counters, LocalCounters } from '../state/counters.ts'

/** The rate that a call exceeds. */
export interface RateExceeded {
  readonly calls: number
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
    const { calls, seconds } = rateLimit
    const length = seconds * 1_000
    const start = Math.floor(now / length) * length
    const taken = await this.#counters.take({ mchid, operation: id, start }, calls)
    return taken ? undefined : { calls, seconds, windowEnd: start + length }
  }

  /** Forgets the counts of one merchant or of all. */
  clear(mchid?: string): Awaitable<void> {
    return this.#counters.clear(mchid)
  }
}
