import type { Settings } from './operation.ts'
import { type Documents, type DocumentsDraft, documentKey } from './state/documents.ts'
import type { Awaitable } from './state/store.ts'

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
