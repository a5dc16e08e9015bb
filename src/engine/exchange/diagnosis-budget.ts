/** Bytes of work added each second: about a hundredth of one processor's time. */
const PER_SECOND = 8 * 1_048_576

/**
 * Bounds what one kind of diagnosis takes from the calls of honest clients. It counts work rather than time or calls, so that neither a slow machine
 * nor large bodies change which calls are diagnosed.
 */
export class DiagnosisBudget {
  readonly #stopwatch: () => number
  readonly #capacity: number
  #left: number
  #at: number

  /**
   * @param stopwatch milliseconds
   * @param capacity bytes of work that may be done at once
   */
  constructor(stopwatch: () => number, capacity: number) {
    this.#stopwatch = stopwatch
    this.#capacity = capacity
    this.#left = capacity
    this.#at = stopwatch()
  }

  /** Whether another diagnosis may be made now. The last one may overdraw the budget. */
  get allows(): boolean {
    const now = this.#stopwatch()
    // A test that stops the timers may turn the stopwatch back.
    const seconds = Math.max(0, now - this.#at) / 1_000
    this.#left = Math.min(this.#capacity, this.#left + seconds * PER_SECOND)
    this.#at = now
    return this.#left > 0
  }

  /** Charges a diagnosis to the budget, in bytes that were hashed or could have been hashed in the same time. */
  take(bytes: number): void {
    this.#left -= bytes
  }
}
