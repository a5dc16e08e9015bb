import type { OperationDescription } from './operation.ts'

/** Why a call is one too many. */
export interface RateExceeded {
  readonly calls: number
  readonly seconds: number
  /** When calls are taken again, epoch milliseconds. */
  readonly windowEnd: number
}

interface Window {
  readonly start: number
  taken: number
}

/**
 * Counts the calls of each merchant to each operation that has a rate, in windows of fixed length by the mock's clock: while the clock
 * stands still a window does not end. That the real service counts this way is inferred.
 *
 * It keeps one number for each merchant that may call and each operation that has a rate, so its memory is bounded.
 */
export class RateLimiter {
  /** By merchant, then by operation. */
  readonly #windows = new Map<string, Map<string, Window>>()

  /**
   * Counts one call.
   *
   * @param now epoch milliseconds
   * @returns nothing while the call is within the rate
   */
  take({ id, rateLimit }: OperationDescription, mchid: string, now: number): RateExceeded | undefined {
    if (!rateLimit) return undefined
    const { calls, seconds } = rateLimit
    const length = seconds * 1_000
    const start = Math.floor(now / length) * length
    const window = this.#windowOf(mchid, id, start)
    if (window.taken >= calls) return { calls, seconds, windowEnd: start + length }
    window.taken += 1
    return undefined
  }

  /** Forgets what was counted, of one merchant or of all. */
  clear(mchid?: string): void {
    if (mchid === undefined) this.#windows.clear()
    else this.#windows.delete(mchid)
  }

  #windowOf(mchid: string, operation: string, start: number): Window {
    const windows = this.#windows.get(mchid) ?? new Map<string, Window>()
    this.#windows.set(mchid, windows)
    const known = windows.get(operation)
    if (known?.start === start) return known
    const fresh = { start, taken: 0 }
    windows.set(operation, fresh)
    return fresh
  }
}
