import type { Awaitable } from '../../shared/pieces.ts'
import type { AdjustableClock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import type { IdSource } from '../ids.ts'
import type { FoundState } from '../journal/found.ts'
import type { Journal, Remark } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory } from '../keys/merchants.ts'
import type { PlatformKeys, PreferredKeyKind } from '../keys/platform.ts'
import type { ObservedStore } from '../observed-store.ts'
import type { Operation, OperationDescription } from '../operation.ts'
import type { Gateway } from '../product.ts'
import type { Settings } from '../settings.ts'
import { type Counters, LocalCounters } from '../state/store.ts'
import type { Diagnoses } from './diagnoses.ts'
import type { Router } from './router.ts'

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

export interface ExchangeParts {
  readonly operations: readonly Operation[]
  /** Keyed by whether shaped calls are answered or refused. */
  readonly routers: Readonly<Record<Settings['shaped'], Router>>
  readonly gatewayAt: (path: string) => Gateway
  readonly store: ObservedStore
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The caller that lenient mode assumes for a request that names none. */
  readonly defaultMerchant: Merchant
  readonly platformKeys: PlatformKeys
  readonly settings: () => Settings
  readonly diagnoses: Diagnoses
  readonly faults: Faults
  readonly rateLimiter: RateLimiter
  readonly preferredKeyKind: PreferredKeyKind
}

/** The one instant of a request: on the mock's clock, on the clock that signatures are checked against, and on the machine's; epoch milliseconds. */
export interface Instants {
  readonly now: number
  readonly signatures: number
  readonly machine: number
}

/** Collects what the journal keeps besides request and answer. */
export interface Notes {
  readonly remarks: Remark[]
  readonly found: FoundState
}
