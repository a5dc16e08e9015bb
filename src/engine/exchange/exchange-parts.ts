import type { AdjustableClock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import type { Gateway } from '../gateway.ts'
import type { IdSource } from '../ids.ts'
import type { Journal, Remark } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory } from '../keys/merchants.ts'
import type { PlatformKeys } from '../keys/platform.ts'
import type { PreferredKeyKind } from '../keys/preferred-key-kind.ts'
import type { ObservedStore } from '../observed-store.ts'
import type { Operation } from '../operation.ts'
import type { Settings } from '../settings.ts'
import type { Diagnoses } from './diagnoses.ts'
import type { FoundState } from './found-state.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { Router } from './router.ts'

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
