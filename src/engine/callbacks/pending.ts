import { readUntil } from '../state/read-until.ts'
import type { Transaction } from '../state/store.ts'
import { ALL } from '../state/table.ts'
import type { Notification } from './notification.ts'
import { notifications } from './notifications.ts'

/** A callback yet to be delivered or repeated. */
export type Pending = Notification & { readonly dueAt: number }

/** Callbacks due at an instant. */
export interface Due {
  /** In the order in which they are due. */
  readonly due: readonly Pending[]
  /** When the next one after these is due; `undefined` if nothing else is pending. */
  readonly nextAt: number | undefined
}

/** Finds the callbacks that are due at an instant. Reads few beyond those: thousands may be waiting for tomorrow. */
export async function findDue(tx: Transaction, at: number): Promise<Due> {
  const table = tx.in(notifications)
  const isBeyond = ({ dueAt }: Notification) => dueAt !== undefined && dueAt > at
  const rows = await readUntil(notifications, 'due', (stretch) => table.page('due', ALL, stretch), isBeyond)
  const pending = rows.filter(isPending)
  return { due: pending.filter((one) => !isBeyond(one)), nextAt: pending.find(isBeyond)?.dueAt }
}

/** The callback that is due next, of one merchant or of all; `undefined` if none is to be delivered or repeated. */
export async function findNext(tx: Transaction, mchid?: string): Promise<Pending | undefined> {
  const first = await tx.in(notifications).page('due', ALL, { owner: mchid, limit: 1 })
  return first.find(isPending)
}

export function isPending(notification: Notification): notification is Pending {
  return notification.dueAt !== undefined
}

export function isDue({ dueAt }: Notification, at: number): boolean {
  return dueAt !== undefined && dueAt <= at
}
