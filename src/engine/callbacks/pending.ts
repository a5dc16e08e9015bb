import type { Transaction } from '../state/store.ts'
import { ALL, placeOf } from '../state/table.ts'
import type { Notification } from './notification.ts'
import { notifications } from './notifications.ts'

/** A callback yet to be delivered or repeated. */
export type Pending = Notification & { readonly dueAt: number }

/** What is due at an instant. */
export interface Due {
  /** In the order in which they are due. */
  readonly due: readonly Pending[]
  /** When the one behind them is due; `undefined` if there is none. */
  readonly nextAt: number | undefined
}

/** How many callbacks are read at first, and how many times as many each time that all of them are due. */
const FIRST_PAGE = 8
const GROWTH = 4

/** Finds the callbacks that are due at an instant. Hardly more than those are read: thousands may be waiting for tomorrow. */
export async function findDue(tx: Transaction, at: number): Promise<Due> {
  const due: Pending[] = []
  for (let limit = FIRST_PAGE; ; limit *= GROWTH) {
    const last = due.at(-1)
    const after = last && placeOf(notifications, 'due', last)
    const page = (await tx.in(notifications).page('due', ALL, { after, limit })).filter(isPending)
    const next = page.find(({ dueAt }) => dueAt > at)
    due.push(...page.filter(({ dueAt }) => dueAt <= at))
    if (next || page.length < limit) return { due, nextAt: next?.dueAt }
  }
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
