import type { IdSource } from '../ids.ts'
import type { NewNotification } from '../operation.ts'
import type { Transaction } from '../state/store.ts'
import type { Notification } from './notification.ts'
import { notifications } from './notifications.ts'

export interface OutboxContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** A callback not sent yet that is no longer true: the new one takes its id and its place. */
  readonly replaces?: Notification | undefined
}

/** Puts a callback into the outbox, in the transaction of the change that it reports. Returns what was put there. */
export async function putIntoOutbox(
  tx: Transaction,
  { resource, dueAt, ...notification }: NewNotification,
  { now, ids, replaces }: OutboxContext,
): Promise<Notification> {
  const made: Notification = {
    ...notification,
    id: replaces?.id ?? ids.uuid(),
    resource: JSON.stringify(resource),
    createdAt: replaces?.createdAt ?? now,
    position: replaces?.position ?? ids.position(),
    dueAt: dueAt ?? now,
    attempts: [],
  }
  await tx.in(notifications).save(made)
  return made
}
