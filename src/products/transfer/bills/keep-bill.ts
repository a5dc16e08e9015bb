import { notifications } from '../../../engine/callbacks/notifications.ts'
import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import type { IdSource } from '../../../engine/ids.ts'
import type { Settings } from '../../../engine/settings.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { keepTransfer } from '../accounts/keep-transfer.ts'
import type { Bill } from '../rules/bill.ts'
import { finishedNotification, scheduleIn } from './finished-callback.ts'

/**
 * Keeps a transfer that is new, or whose end has changed, and the callback that is due at its end where it has an address. It replaces the one
 * that was made for another end, unless that was sent: attempts already made are history.
 *
 * @returns the transfer with the id of its callback
 */
export async function keepBill(
  tx: Transaction,
  bill: Bill,
  { now, ids, settings }: { readonly now: number; readonly ids: IdSource; readonly settings: Settings },
): Promise<Bill> {
  const { notifyUrl, mchid, notificationId } = bill
  if (notifyUrl === undefined) {
    await keepTransfer(tx, bill, { now, settings })
    return bill
  }
  const old = notificationId === undefined ? undefined : await tx.in(notifications).find(mchid, notificationId)
  const replaces = old?.attempts.length === 0 ? old : undefined
  const { id } = await putIntoOutbox(tx, finishedNotification(bill, notifyUrl, scheduleIn(settings)), {
    now,
    ids,
    replaces,
  })
  const kept = { ...bill, notificationId: id }
  await keepTransfer(tx, kept, { now, settings })
  return kept
}

/** Takes back the callback about a transfer that is replaced by another, unless it was sent. */
export async function withdrawCallback(tx: Transaction, { mchid, notificationId }: Bill): Promise<void> {
  const callback = notificationId === undefined ? undefined : await tx.in(notifications).find(mchid, notificationId)
  if (callback?.attempts.length === 0) await tx.in(notifications).delete(mchid, callback.id)
}
