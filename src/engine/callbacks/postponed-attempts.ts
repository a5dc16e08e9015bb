import type { Awaitable } from '../../shared/awaitable.ts'
import type { CallbackEffect } from '../faults/effects.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from '../state/documents.ts'
import type { Notification } from './notification.ts'

/** A try that a planned fault has moved to a later time. */
interface PutOffTry {
  readonly mchid: string
  readonly id: string
  readonly url: string
  /** How many tries came before it. */
  readonly attempts: number
  readonly dueAt: number
  /** Whether it goes as soon as another one to the same address was taken. */
  readonly letsOneBy: boolean
  readonly remark: string
}

/** What is sent right after a callback that was taken. */
export interface FollowUp {
  readonly mchid: string
  readonly id: string
  readonly effect: CallbackEffect
  readonly remark: string
  /** Whether the callback is still as it was when this was arranged. */
  fits(notification: Notification): boolean
}

type Reference = Pick<Notification, 'mchid' | 'id'>

type Duplicate = Reference & { readonly remark: string }

/** What planned faults have begun, by callback. */
interface Begun {
  readonly tries: Readonly<Record<string, PutOffTry>>
  readonly duplicates: Readonly<Record<string, Duplicate>>
}

const BEGUN = documentKey<Begun>('put-off-tries')
const NOTHING: Begun = { tries: {}, duplicates: {} }

/**
 * What planned faults have begun with callbacks and not ended yet, a document as the plans are: when it is forgotten, what was put off comes at
 * the time that its callback says.
 */
export class PutOffTries {
  readonly #documents: Documents

  /** @param documents those of the mock's store */
  constructor(documents: Documents = new DocumentsCopy()) {
    this.#documents = documents
  }

  /** Keeps in mind that a try was moved. */
  add(
    { mchid, id, url, attempts, dueAt }: Notification,
    more: Pick<PutOffTry, 'letsOneBy' | 'remark'>,
  ): Awaitable<void> {
    if (dueAt === undefined) return
    const one = { mchid, id, url, attempts: attempts.length, dueAt, ...more }
    return this.#change(({ tries, duplicates }) => ({ tries: { ...tries, [keyOf(one)]: one }, duplicates }))
  }

  /** Takes out the try that is about to be made, if it was put off. */
  take(notification: Notification): Awaitable<Pick<FollowUp, 'effect' | 'remark'> | undefined> {
    const key = keyOf(notification)
    if (this.#begun.tries[key] === undefined) return undefined
    return this.#documents.update((draft) => {
      const { tries, duplicates } = draft.get(BEGUN) ?? NOTHING
      const { [key]: found, ...others } = tries
      keep(draft, { tries: others, duplicates })
      return found && isSame(found, notification) ? { effect: effectOn(found), remark: found.remark } : undefined
    })
  }

  /** Whether a callback to an address waits for another one to be taken. */
  holdsBackAt({ mchid, url }: Pick<Notification, 'mchid' | 'url'>): boolean {
    return Object.values(this.#begun.tries).some((one) => one.letsOneBy && one.mchid === mchid && one.url === url)
  }

  /** Lets a callback be sent once more when it was taken. */
  addDuplicate({ mchid, id }: Reference, remark: string): Awaitable<void> {
    const one = { mchid, id, remark }
    return this.#change(({ tries, duplicates }) => ({ tries, duplicates: { ...duplicates, [keyOf(one)]: one } }))
  }

  /** Takes out what is to be sent now that a callback was taken: itself once more, then those that were held back for it. */
  after(taken: Notification): Awaitable<readonly FollowUp[]> {
    if (this.#documents.get(BEGUN) === undefined) return []
    return this.#documents.update((draft) => {
      const key = keyOf(taken)
      const { tries, duplicates } = draft.get(BEGUN) ?? NOTHING
      const { [key]: duplicate, ...otherDuplicates } = duplicates
      const held = Object.entries(tries).filter(
        ([other, one]) => other !== key && one.letsOneBy && one.mchid === taken.mchid && one.url === taken.url,
      )
      const heldKeys = new Set(held.map(([other]) => other))
      const otherTries = Object.entries(tries).filter(([other]) => !heldKeys.has(other))
      keep(draft, { tries: Object.fromEntries(otherTries), duplicates: otherDuplicates })
      return [
        ...(duplicate ? [{ ...duplicate, effect: 'duplicate' as const, fits: () => true }] : []),
        ...held.map(([, one]) => ({
          ...one,
          effect: effectOn(one),
          fits: (notification: Notification) => isSame(one, notification),
        })),
      ]
    })
  }

  /** Forgets what there is about one merchant's callbacks, or about all. */
  clear(mchid?: string): Awaitable<void> {
    if (this.#documents.get(BEGUN) === undefined) return
    return this.#documents.update((draft) => this.clearIn(draft, mchid))
  }

  /** Does what {@link clear} does as a part of a larger change. */
  clearIn(draft: DocumentsDraft, mchid?: string): void {
    const { tries, duplicates } = draft.get(BEGUN) ?? NOTHING
    const isOther = ([, one]: readonly [string, Reference]) => mchid !== undefined && one.mchid !== mchid
    keep(draft, {
      tries: Object.fromEntries(Object.entries(tries).filter(isOther)),
      duplicates: Object.fromEntries(Object.entries(duplicates).filter(isOther)),
    })
  }

  get #begun(): Begun {
    return this.#documents.get(BEGUN) ?? NOTHING
  }

  #change(change: (begun: Begun) => Begun): Awaitable<void> {
    return this.#documents.update((draft) => keep(draft, change(draft.get(BEGUN) ?? NOTHING)))
  }
}

/** Without anything in it there is no document, so that looking costs nothing. */
function keep(draft: DocumentsDraft, begun: Begun): void {
  const isEmpty = [begun.tries, begun.duplicates].every((one) => Object.keys(one).length === 0)
  if (!isEmpty) draft.put(BEGUN, begun)
  else if (draft.get(BEGUN) !== undefined) draft.delete(BEGUN)
}

function keyOf({ mchid, id }: Reference): string {
  return `${mchid}/${id}`
}

function effectOn({ letsOneBy }: PutOffTry): CallbackEffect {
  return letsOneBy ? 'out_of_order' : 'late'
}

function isSame({ attempts, dueAt }: PutOffTry, notification: Notification): boolean {
  return notification.attempts.length === attempts && notification.dueAt === dueAt
}
