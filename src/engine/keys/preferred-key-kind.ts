import type { Awaitable } from '../../shared/awaitable.ts'
import { type Documents, type DocumentsDraft, documentKey } from '../state/documents.ts'

const PREFIX = 'asks-for-public-key/'
const keyOf = (mchid: string) => documentKey<true>(PREFIX + mchid)

/** Merchants whose latest call that named a platform key named the public key. */
export class AskedKeys {
  readonly #documents: Documents

  /** @param documents those of the mock's store */
  constructor(documents: Documents) {
    this.#documents = documents
  }

  hasPublic(mchid: string): boolean {
    return this.#documents.get(keyOf(mchid)) !== undefined
  }

  /** Writes down which kind of key a merchant asks for; changes nothing where it is known. */
  note(mchid: string, kind: 'public' | 'certificate'): Awaitable<void> {
    const isPublic = kind === 'public'
    if (this.hasPublic(mchid) === isPublic) return
    return this.#documents.update((draft) => {
      if (isPublic) draft.put(keyOf(mchid), true)
      else draft.delete(keyOf(mchid))
    })
  }

  /** Forgets all of it, as a part of a larger change. */
  clearIn(draft: DocumentsDraft): void {
    for (const name of draft.names(PREFIX)) draft.delete(documentKey(name))
  }
}
