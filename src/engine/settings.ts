import type { Awaitable } from '../shared/awaitable.ts'
import type { AdjustableClock } from './clock.ts'
import type { KeyMode } from './keys/merchants.ts'
import { type Documents, type DocumentsDraft, documentKey } from './state/documents.ts'

/** How the mock behaves where the real service's behaviour is not known, or where a test wants less. */
export interface Settings {
  /** Whether associate takes any order number, or only orders that exist (busifavor.md 5.2, reported). */
  readonly orders: 'any' | 'known'
  /** `lenient` only remarks in the journal that a request would have been refused with 401. */
  readonly auth: 'strict' | 'lenient'
  /** The platform keys of merchants that do not say otherwise. */
  readonly keyMode: KeyMode
  /** Whether calls beyond the documented rates are refused. */
  readonly rateLimit: 'on' | 'off'
  /** Seconds that a new batch takes before codes can be uploaded (busifavor.md 2.1, reported). */
  readonly stockReadyAfter: number
  /**
   * Percentage of callbacks signed with the public key, for merchants that have both keys (protocol.md 6). `as_called`: with the kind of
   * key that the merchant's calls ask for, since a client that has only one can verify no other.
   */
  readonly callbackPublicKeyShare: number | 'as_called'
  /** What timestamps of signatures are compared and made with: the mock's clock, or what that runs with. */
  readonly signatureClock: 'mock' | 'machine'
}

/** What a mock does that is not told otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  orders: 'any',
  auth: 'strict',
  keyMode: 'both',
  rateLimit: 'off',
  stockReadyAfter: 0,
  callbackPublicKeyShare: 'as_called',
  signatureClock: 'mock',
}

/** The instant of signatures that are made or judged while the mock's clock shows `now`; epoch milliseconds. */
export function signatureTime(clock: AdjustableClock, { signatureClock }: Settings, now = clock.now()): number {
  return signatureClock === 'machine' ? clock.source.now() : now
}

const CHANGES = documentKey<Partial<Settings>>('settings')

/** The settings that a mock was made with, and what was changed of them since, which is a document of the store. */
export class ChangedSettings {
  readonly #initial: Settings
  readonly #documents: Documents
  #read: { readonly changes: Partial<Settings> | undefined; readonly settings: Settings }

  /** @param documents those of the mock's store */
  constructor(initial: Settings, documents: Documents) {
    this.#initial = initial
    this.#documents = documents
    this.#read = { changes: undefined, settings: initial }
  }

  /** As they are now; the same object until they change. */
  get now(): Settings {
    const changes = this.#documents.get(CHANGES)
    if (changes !== this.#read.changes) this.#read = { changes, settings: { ...this.#initial, ...changes } }
    return this.#read.settings
  }

  /** What is left out stays as it is. */
  change(changes: Partial<Settings>): Awaitable<void> {
    return this.#documents.update((draft) => draft.put(CHANGES, { ...draft.get(CHANGES), ...changes }))
  }

  /** Back to what the mock was made with, as a part of a larger change. */
  resetIn(draft: DocumentsDraft): void {
    draft.delete(CHANGES)
  }
}
