import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { CallbackEffect, PlannedFault } from '../faults/fault-plan.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from '../state/documents.ts'
import type { Notification } from './notification.ts'

/** The remark of a planned fault as stores keep it: in English, as in versions that spoke only that, and in Chinese. */
interface KeptNote {
  readonly remark: string
  readonly remarkZh?: string
  /** The plan; not kept by versions before the journal named it. */
  readonly plan?: PlannedFault
}

export interface FaultNote {
  readonly remark: Texts
  /** Left out if an earlier version of the mock arranged the attempt. */
  readonly plan?: PlannedFault
}

/** An attempt that a planned fault has moved to a later time. */
interface PostponedAttempt extends KeptNote, Reference {
  readonly url: string
  /** How many attempts came before it. */
  readonly attempts: number
  readonly dueAt: number
  /** Whether it is sent as soon as another callback to the same address is taken. */
  readonly letsOneBy: boolean
}

/** An attempt to make right after a callback was taken. */
export interface FollowUp extends FaultNote, Reference {
  readonly effect: CallbackEffect
  /** Whether the callback has not changed since this was arranged. */
  fits(notification: Notification): boolean
}

export type Reference = Pick<Notification, 'mchid' | 'id'>

type Duplicate = Reference & KeptNote

/** Effects of planned faults that are still to come, by callback. The names are those of the document as stores keep it. */
interface Begun {
  readonly tries: Readonly<Record<string, PostponedAttempt>>
  readonly duplicates: Readonly<Record<string, Duplicate>>
}

const BEGUN = documentKey<Begun>('put-off-tries')
const NOTHING: Begun = { tries: {}, duplicates: {} }

/**
 * The attempts that planned faults have postponed, and the duplicates they have arranged, in a document of the store. Once forgotten, a postponed
 * attempt is made when its callback is due.
 */
export class PostponedAttempts {
  readonly #documents: Documents

  /** @param documents of the mock's store */
  constructor(documents: Documents = new DocumentsCopy()) {
    this.#documents = documents
  }

  get isEmpty(): boolean {
    return this.#documents.get(BEGUN) === undefined
  }

  add(
    { mchid, id, url, attempts, dueAt }: Notification,
    { letsOneBy, fault }: Pick<PostponedAttempt, 'letsOneBy'> & { readonly fault: FaultNote },
  ): Awaitable<void> {
    if (dueAt === undefined) return
    const one = { mchid, id, url, attempts: attempts.length, dueAt, letsOneBy, ...keptNote(fault) }
    return this.#change(({ tries, duplicates }) => ({ tries: { ...tries, [keyOf(one)]: one }, duplicates }))
  }

  /** Removes the attempt that is about to be made, if it was postponed. */
  take(notification: Notification): Awaitable<Pick<FollowUp, 'effect' | keyof FaultNote> | undefined> {
    const key = keyOf(notification)
    if (this.#begun.tries[key] === undefined) return undefined
    return this.#documents.update((draft) => {
      const { tries, duplicates } = draft.get(BEGUN) ?? NOTHING
      const { [key]: found, ...others } = tries
      keep(draft, { tries: others, duplicates })
      return found && isSame(found, notification) ? { effect: effectOn(found), ...noteOf(found) } : undefined
    })
  }

  /** Whether a callback to an address is held back until another is taken. */
  holdsBackAt({ mchid, url }: Pick<Notification, 'mchid' | 'url'>): boolean {
    return Object.values(this.#begun.tries).some((one) => one.letsOneBy && one.mchid === mchid && one.url === url)
  }

  /** Arranges for a callback to be sent once more after it was taken. */
  addDuplicate({ mchid, id }: Reference, fault: FaultNote): Awaitable<void> {
    const one = { mchid, id, ...keptNote(fault) }
    return this.#change(({ tries, duplicates }) => ({ tries, duplicates: { ...duplicates, [keyOf(one)]: one } }))
  }

  /** Removes and returns what to send now that a callback was taken: its duplicate, then the callbacks held back for it. */
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
      const otherAttempts = Object.entries(tries).filter(([other]) => !heldKeys.has(other))
      keep(draft, { tries: Object.fromEntries(otherAttempts), duplicates: otherDuplicates })
      return [
        ...(duplicate ? [{ ...duplicate, ...noteOf(duplicate), effect: 'duplicate' as const, fits: () => true }] : []),
        ...held.map(([, one]) => ({
          ...one,
          ...noteOf(one),
          effect: effectOn(one),
          fits: (notification: Notification) => isSame(one, notification),
        })),
      ]
    })
  }

  /** Forgets everything about the callbacks of one merchant or of all, as part of a larger change. */
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

/** Deletes the document when it is empty, so that looking it up costs nothing. */
function keep(draft: DocumentsDraft, begun: Begun): void {
  const isEmpty = [begun.tries, begun.duplicates].every((one) => Object.keys(one).length === 0)
  if (!isEmpty) draft.put(BEGUN, begun)
  else if (draft.get(BEGUN) !== undefined) draft.delete(BEGUN)
}

function keyOf({ mchid, id }: Reference): string {
  return `${mchid}/${id}`
}

function keptNote({ remark: { en, zh }, plan }: FaultNote): KeptNote {
  return { remark: en, remarkZh: zh, ...(plan && { plan }) }
}

function noteOf({ remark, remarkZh = remark, plan }: KeptNote): FaultNote {
  return { remark: { en: remark, zh: remarkZh }, ...(plan && { plan }) }
}

function effectOn({ letsOneBy }: PostponedAttempt): CallbackEffect {
  return letsOneBy ? 'out_of_order' : 'late'
}

function isSame({ attempts, dueAt }: PostponedAttempt, notification: Notification): boolean {
  return notification.attempts.length === attempts && notification.dueAt === dueAt
}
