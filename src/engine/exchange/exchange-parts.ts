import type { AdjustableClock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import type { IdSource } from '../ids.ts'
import type { Journal, Remark } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory } from '../keys/merchants.ts'
import type { PlatformKeys } from '../keys/platform.ts'
import type { AskedKeys } from '../keys/preferred-key-kind.ts'
import type { ObservedStore } from '../observed-store.ts'
import type { Operation } from '../operation.ts'
import type { PathErrors } from '../path-errors.ts'
import type { Settings } from '../settings.ts'
import type { Table } from '../state/table.ts'
import type { Diagnoses } from './diagnoses.ts'
import type { FoundState } from './found-state.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Router } from './router.ts'

/** What exchanges are made with. */
export interface ExchangeParts {
  readonly operations: readonly Operation[]
  /** Those of which the journal keeps what an exchange read. */
  readonly tablesInJournal: readonly Table[]
  readonly router: Router
  /** What a path answers in place of common errors. */
  readonly errorsAt: (path: string) => PathErrors
  readonly store: ObservedStore
  readonly clock: AdjustableClock
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The caller that lenient mode assumes when a request does not say who it is from. */
  readonly defaultMerchant: Merchant
  readonly platformKeys: PlatformKeys
  readonly settings: () => Settings
  readonly diagnoses: Diagnoses
  readonly faults: Faults
  readonly rateLimiter: RateLimiter
  readonly askedKeys: AskedKeys
}

/** A request's one instant, on the mock's clock, on the one that signatures are judged by and on the machine's; epoch milliseconds. */
export interface Instants {
  readonly now: number
  readonly signatures: number
  readonly machine: number
}

/** What goes into the journal besides the exchange itself. */
export interface Notes {
  readonly remarks: Remark[]
  readonly found: FoundState
}
