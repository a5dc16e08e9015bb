import type { Notification } from '../domain/notification.ts'
import type { IdSource } from './ids.ts'
import type { NewNotification } from './operation.ts'
import type { Transaction } from './store.ts'

/** Puts a callback into the outbox, in the transaction that makes the change it tells of. Answers with what was put there. */
export async function putIntoOutbox(
  tx: Transaction,
  { resource, dueAt, ...notification }: NewNotification,
  { now, ids }: { readonly now: number; readonly ids: IdSource },
): Promise<Notification> {
  const made: Notification = {
    ...notification,
    id: ids.uuid(),
    resource: JSON.stringify(resource),
    createdAt: now,
    position: ids.position(),
    dueAt: dueAt ?? now,
    attempts: [],
  }
  await tx.notifications.save(made)
  return made
}
