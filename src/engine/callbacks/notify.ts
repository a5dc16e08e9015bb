import type { IdSource } from '../ids.ts'
import type { NewNotification } from '../operation.ts'
import type { Transaction } from '../state/store.ts'
import type { Notification } from './notification.ts'
import { notifications } from './notifications.ts'

export interface OutboxContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** A callback not sent yet that is no longer true: the new one takes over its id and position. */
  readonly replaces?: Notification | undefined
}

/** Puts a callback into the outbox, in the transaction of the change that it reports. Returns it as stored. */
export async function putIntoOutbox(
  tx: Transaction,
  notification: NewNotification,
  context: OutboxContext,
): Promise<Notification> {
  const made = newCallback(notification, context)
  await tx.in(notifications).save(made)
  return made
}

/** A callback that nobody has tried to deliver. */
export function newCallback(
  { resource, dueAt, ...notification }: NewNotification,
  { now, ids, replaces }: OutboxContext,
): Notification {
  return {
    ...notification,
    id: replaces?.id ?? ids.uuid(),
    resource: JSON.stringify(resource),
    createdAt: replaces?.createdAt ?? now,
    // A callback created ahead of its event is dated when the event happens; one that replaces a report of a later event is dated now.
    ...((dueAt !== undefined || replaces !== undefined) && { happensAt: dueAt ?? now }),
    position: replaces?.position ?? ids.position(),
    dueAt: dueAt ?? now,
    attempts: [],
  }
}
