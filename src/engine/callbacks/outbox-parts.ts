import type { AdjustableClock } from '../clock.ts'
import type { Faults } from '../faults/faults.ts'
import type { IdSource } from '../ids.ts'
import type { Journal } from '../journal/journal.ts'
import type { Merchant, MerchantDirectory, Platform } from '../keys/merchants.ts'
import type { Settings } from '../settings.ts'
import type { Store } from '../state/store.ts'
import type { CallbackSender } from './callback.ts'

export interface OutboxParts {
  readonly store: Store
  readonly clock: AdjustableClock
  /** Milliseconds that never go back, to measure durations. */
  readonly stopwatch: () => number
  readonly ids: IdSource
  readonly journal: Journal
  readonly merchants: MerchantDirectory
  /** The platform's keys at an instant; `chosenBy` decides between two certificates in use. */
  readonly platformAt: (now: number, chosenBy: string) => Platform
  readonly settings: () => Settings
  /** Percentage of a merchant's callbacks that are signed with the public key, if it has both keys. */
  readonly publicKeyShareOf: (merchant: Merchant) => number
  readonly send: CallbackSender
  readonly faults: Pick<Faults, 'takeAttempt' | 'postponed'>
  /** Hosts besides this machine that may receive callbacks: names and addresses without ports. */
  readonly allowedHosts: readonly string[] | 'any'
}
