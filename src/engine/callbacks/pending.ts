import type { Transaction } from '../state/store.ts'
import { byDueTime, type Notification } from './notification.ts'
import { notifications } from './notifications.ts'

/** A callback yet to be delivered or repeated. */
export type Pending = Notification & { readonly dueAt: number }

/** All callbacks yet to be delivered or repeated, in the order in which they are due. */
export async function findPending(tx: Transaction): Promise<readonly Pending[]> {
  return (await tx.in(notifications).where('pending', 'yes')).filter(isPending).toSorted(byDueTime)
}

export function isPending(notification: Notification): notification is Pending {
  return notification.dueAt !== undefined
}

export function isDue({ dueAt }: Notification, at: number): boolean {
  return dueAt !== undefined && dueAt <= at
}
