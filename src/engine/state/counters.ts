import type { Awaitable } from '../../shared/awaitable.ts'

/** The calls that are counted together. */
export interface CounterWindow {
  readonly mchid: string
  readonly operation: string
  /** When the window begins on the mock's clock, epoch milliseconds. */
  readonly start: number
}

/** Counts that change with nearly every call and may be lost with the process: they are shared, but not durable. */
export interface Counters {
  /** Counts one call unless `limit` is reached, and returns whether it did. Any window but the latest of its operation may be forgotten. */
  take(window: CounterWindow, limit: number): Awaitable<boolean>
  /** Whether `limit` is reached, without counting anything. */
  isReached(window: CounterWindow, limit: number): Awaitable<boolean>
  /** Forgets the counts of one merchant or of all. */
  clear(mchid?: string): Awaitable<void>
}

/** Counts of one process: one window for each merchant and operation, so that memory is bounded. */
export class LocalCounters implements Counters {
  /** Windows by merchant, then by operation. */
  readonly #windows = new Map<string, Map<string, { readonly start: number; taken: number }>>()

  take({ mchid, operation, start }: CounterWindow, limit: number): boolean {
    const windows = this.#windows.get(mchid) ?? new Map<string, { readonly start: number; taken: number }>()
    this.#windows.set(mchid, windows)
    const known = windows.get(operation)
    const window = known?.start === start ? known : { start, taken: 0 }
    windows.set(operation, window)
    if (window.taken >= limit) return false
    window.taken += 1
    return true
  }

  isReached({ mchid, operation, start }: CounterWindow, limit: number): boolean {
    const known = this.#windows.get(mchid)?.get(operation)
    return known?.start === start && known.taken >= limit
  }

  clear(mchid?: string): void {
    if (mchid === undefined) this.#windows.clear()
    else this.#windows.delete(mchid)
  }
}
