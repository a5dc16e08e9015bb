import type { Awaitable } from '../../shared/awaitable.ts'
import type { OperationDescription } from '../operation.ts'
import { type Counters, LocalCounters } from '../state/counters.ts'

/** Why a call is one too many. */
export interface RateExceeded {
  readonly calls: number
  readonly seconds: number
  /** When calls are taken again, epoch milliseconds. */
  readonly windowEnd: number
}

/**
 * Counts the calls of each merchant to each operation that has a rate, in windows of fixed length by the mock's clock: while the clock
 * stands still a window does not end. That the real service counts this way is inferred.
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
   * @returns nothing while the call is within the rate
   */
  async take({ id, rateLimit }: OperationDescription, mchid: string, now: number): Promise<RateExceeded | undefined> {
    if (!rateLimit) return undefined
    const { calls, seconds } = rateLimit
    const length = seconds * 1_000
    const start = Math.floor(now / length) * length
    const taken = await this.#counters.take({ mchid, operation: id, start }, calls)
    return taken ? undefined : { calls, seconds, windowEnd: start + length }
  }

  /** Forgets what was counted, of one merchant or of all. */
  clear(mchid?: string): Awaitable<void> {
    return this.#counters.clear(mchid)
  }
}
