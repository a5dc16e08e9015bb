/** Bytes of work that a burst of diagnoses may take. One that finds nothing takes 8 MiB, one that finds the cause far less. */
const CAPACITY = 128 * 1_048_576
/** Bytes of work added each second: a few percent of one processor's time. */
const PER_SECOND = 8 * 1_048_576
/** The base cost of a diagnosis and the cost of each key tried, as the number of bytes hashed in the same time. */
const DIAGNOSIS_BYTES = 65_536
const KEY_BYTES = 32_768

/**
 * Bounds what diagnoses take from the calls of honest clients. It counts work rather than time or calls, so that neither a slow machine nor large
 * bodies change which calls are diagnosed.
 */
export class DiagnosisBudget {
  readonly #stopwatch: () => number
  #left = CAPACITY
  #at: number

  /** @param stopwatch milliseconds that never go back */
  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch
    this.#at = stopwatch()
  }

  /** Whether another diagnosis may be made now. The last one may overdraw the budget. */
  get allows(): boolean {
    const now = this.#stopwatch()
    this.#left = Math.min(CAPACITY, this.#left + ((now - this.#at) / 1_000) * PER_SECOND)
    this.#at = now
    return this.#left > 0
  }

  /** Charges a diagnosis to the budget. */
  take({ bytes, keysTried }: { readonly bytes: number; readonly keysTried: number }): void {
    this.#left -= DIAGNOSIS_BYTES + keysTried * KEY_BYTES + bytes
  }
}
