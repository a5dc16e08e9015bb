import type { Awaitable } from '../../shared/awaitable.ts'

/** Which calls are counted together. */
export interface CounterWindow {
  readonly mchid: string
  readonly operation: string
  /** When the window begins on the mock's clock, epoch milliseconds. */
  readonly start: number
}

/** Counts that are changed at nearly every call, and that nobody minds to lose with the process: they are shared, but do not last. */
export interface Counters {
  /** Counts one up, unless `limit` is reached; whether it was counted. A window that is not the latest of its operation may be forgotten. */
  take(window: CounterWindow, limit: number): Awaitable<boolean>
  /** Forgets what was counted, of one merchant or of all. */
  clear(mchid?: string): Awaitable<void>
}

/** Counts of one process: one number for each merchant and operation, so that its memory is bounded. */
export class LocalCounters implements Counters {
  /** By merchant, then by operation. */
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

  clear(mchid?: string): void {
    if (mchid === undefined) this.#windows.clear()
    else this.#windows.delete(mchid)
  }
}
