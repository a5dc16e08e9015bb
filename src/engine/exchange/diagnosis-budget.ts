/** Bytes of work that a mock may spend on a burst of diagnoses; one that finds nothing takes 8 MiB, one that finds the cause far less. */
const CAPACITY = 128 * 1_048_576
/** Bytes of work that are added each second: some hundredths of one processor's time. */
const PER_SECOND = 8 * 1_048_576
/** What any diagnosis costs, and what each key costs that a signature is tried with, in bytes that are hashed in the same time. */
const DIAGNOSIS_BYTES = 65_536
const KEY_BYTES = 32_768

/**
 * Bounds what diagnoses take from the calls of honest clients. It counts work and not time or number, so that neither a slow machine nor large
 * bodies change which calls are diagnosed.
 */
export class DiagnosisBudget {
  readonly #stopwatch: () => number
  #left = CAPACITY
  #at: number

  /** `stopwatch`: milliseconds since anything, never back. */
  constructor(stopwatch: () => number) {
    this.#stopwatch = stopwatch
    this.#at = stopwatch()
  }

  /** Whether one more diagnosis may be made now; the last one may take more than is left. */
  get allows(): boolean {
    const now = this.#stopwatch()
    this.#left = Math.min(CAPACITY, this.#left + ((now - this.#at) / 1_000) * PER_SECOND)
    this.#at = now
    return this.#left > 0
  }

  /** Counts a diagnosis that was made. */
  take({ bytes, keysTried }: { readonly bytes: number; readonly keysTried: number }): void {
    this.#left -= DIAGNOSIS_BYTES + keysTried * KEY_BYTES + bytes
  }
}
