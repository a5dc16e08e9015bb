import type { Notification } from '../domain/notification.ts'

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
  readonly remark: string
  /** Whether the callback is still as it was when this was arranged. */
  fits(notification: Notification): boolean
}

type Reference = Pick<Notification, 'mchid' | 'id'>

/**
 * What planned faults have begun with callbacks and not ended yet. Only kept in memory, as the plans are: when it is forgotten, what was put off
 * comes at the time that its callback says.
 */
export class PutOffTries {
  readonly #tries = new Map<string, PutOffTry>()
  readonly #duplicates = new Map<string, Reference & { readonly remark: string }>()

  /** Keeps in mind that a try was moved. */
  add({ mchid, id, url, attempts, dueAt }: Notification, more: Pick<PutOffTry, 'letsOneBy' | 'remark'>): void {
    if (dueAt === undefined) return
    this.#tries.set(keyOf({ mchid, id }), { ...{ mchid, id, url, attempts: attempts.length, dueAt }, ...more })
  }

  /** Takes out the try that is about to be made, if it was put off. */
  take(notification: Notification): { readonly remark: string } | undefined {
    const key = keyOf(notification)
    const found = this.#tries.get(key)
    this.#tries.delete(key)
    return found && isSame(found, notification) ? found : undefined
  }

  /** Whether a callback to an address waits for another one to be taken. */
  holdsBackAt({ mchid, url }: Pick<Notification, 'mchid' | 'url'>): boolean {
    return [...this.#tries.values()].some((one) => one.letsOneBy && one.mchid === mchid && one.url === url)
  }

  /** Lets a callback be sent once more when it was taken. */
  addDuplicate({ mchid, id }: Reference, remark: string): void {
    this.#duplicates.set(keyOf({ mchid, id }), { mchid, id, remark })
  }

  /** Takes out what is to be sent now that a callback was taken: itself once more, then those that were held back for it. */
  after(taken: Notification): readonly FollowUp[] {
    const key = keyOf(taken)
    const duplicate = this.#duplicates.get(key)
    this.#duplicates.delete(key)
    const held = [...this.#tries].filter(
      ([other, one]) => other !== key && one.letsOneBy && one.mchid === taken.mchid && one.url === taken.url,
    )
    for (const [other] of held) this.#tries.delete(other)
    return [
      ...(duplicate ? [{ ...duplicate, fits: () => true }] : []),
      ...held.map(([, one]) => ({ ...one, fits: (notification: Notification) => isSame(one, notification) })),
    ]
  }

  /** Forgets what there is about one merchant's callbacks, or about all. */
  clear(mchid?: string): void {
    for (const kept of [this.#tries, this.#duplicates]) {
      for (const [key, one] of kept) if (mchid === undefined || one.mchid === mchid) kept.delete(key)
    }
  }
}

function keyOf({ mchid, id }: Reference): string {
  return `${mchid}/${id}`
}

function isSame({ attempts, dueAt }: PutOffTry, notification: Notification): boolean {
  return notification.attempts.length === attempts && notification.dueAt === dueAt
}
