import type { Transaction } from '../state/store.ts'
import { type AttemptFailure, endAbandoned } from './notification.ts'
import { notifications } from './notifications.ts'

/** What a try is said to have come to whose process ended before it was written down. */
const LEFT_HALFWAY: AttemptFailure = {
  error: 'The process that made this try ended before it had a reply.',
  reason: { name: 'left_halfway' },
}

/**
 * Ends the tries of a process that is gone: what it has not written down is not known, so that the callback goes on with its next repeat.
 *
 * @param machine now, on the machine's clock
 * @param isOwn whether this process is trying to deliver a callback itself
 * @returns when the first of those that are left is given up, on the machine's clock; `undefined` when there are none
 */
export async function endAbandonedTries(
  tx: Transaction,
  machine: number,
  isOwn: (id: string) => boolean,
): Promise<number | undefined> {
  let heldUntil: number | undefined
  for (const notification of await tx.in(notifications).where('underWay', 'yes')) {
    if (isOwn(notification.id)) continue
    const ended = endAbandoned(notification, machine, LEFT_HALFWAY)
    if (ended) await tx.in(notifications).save(ended)
    for (const attempt of (ended ?? notification).attempts) {
      heldUntil = Math.min(attempt.heldUntil ?? Number.POSITIVE_INFINITY, heldUntil ?? Number.POSITIVE_INFINITY)
    }
  }
  return heldUntil
}
