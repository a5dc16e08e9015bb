import type { Awaitable } from '../../shared/awaitable.ts'
import { type Documents, type DocumentsDraft, documentKey } from '../state/documents.ts'

const PREFIX = 'asks-for-public-key/'
const keyOf = (mchid: string) => documentKey<true>(PREFIX + mchid)

/** Remembers which kind of platform key each merchant last named in a call: the public key, or otherwise a certificate. */
export class PreferredKeyKind {
  readonly #documents: Documents

  /** @param documents of the mock's store */
  constructor(documents: Documents) {
    this.#documents = documents
  }

  isPublic(mchid: string): boolean {
    return this.#documents.get(keyOf(mchid)) !== undefined
  }

  /** Records the kind of key that a merchant named in a call. */
  note(mchid: string, kind: 'public' | 'certificate'): Awaitable<void> {
    const wantsPublic = kind === 'public'
    if (this.isPublic(mchid) === wantsPublic) return
    return this.#documents.update((draft) => {
      if (wantsPublic) draft.put(keyOf(mchid), true)
      else draft.delete(keyOf(mchid))
    })
  }

  /** Forgets every merchant, as part of a larger change. */
  clearIn(draft: DocumentsDraft): void {
    for (const name of draft.names(PREFIX)) draft.delete(documentKey(name))
  }
}
