import type { Transaction } from '../state/store.ts'
import { endAbandoned } from './notification.ts'
import { notifications } from './notifications.ts'

/**
 * Ends the attempts of processes that are gone. Their outcome is unknown, so the callbacks continue with their next repeat.
 *
 * @param machine now, on the machine's clock
 * @param isOwn whether this process itself is attempting to deliver a callback
 * @returns when the first remaining attempt counts as abandoned, on the machine's clock; `undefined` without such an attempt
 */
export async function endAbandonedAttempts(
  tx: Transaction,
  machine: number,
  isOwn: (id: string) => boolean,
): Promise<number | undefined> {
  let heldUntil: number | undefined
  for (const notification of await tx.in(notifications).where('underWay', 'yes')) {
    if (isOwn(notification.id)) continue
    const ended = endAbandoned(notification, machine)
    if (ended) await tx.in(notifications).save(ended)
    for (const attempt of (ended ?? notification).attempts) {
      heldUntil = Math.min(attempt.heldUntil ?? Number.POSITIVE_INFINITY, heldUntil ?? Number.POSITIVE_INFINITY)
    }
  }
  return heldUntil
}
