import type { Notification } from '../../domain/notification.ts'
import type { PaidOrder } from '../../domain/order.ts'
import type { Refund } from '../../domain/refund.ts'
import { type OutboxContext, putIntoOutbox } from '../../engine/notify.ts'
import type { NewNotification } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/store.ts'
import { refundNotification } from './wire.ts'

/**
 * Keeps a new refund, its order and, where it has an address, the callback that is due when it is settled.
 *
 * @returns the refund with the id of its callback
 */
export async function keepRefund(
  tx: Transaction,
  order: PaidOrder,
  refund: Refund,
  notify: (notification: NewNotification) => Promise<Notification>,
): Promise<Refund> {
  const wanted = refundNotification(refund)
  const notification = wanted && (await notify(wanted))
  const kept = { ...refund, ...(notification && { notificationId: notification.id }) }
  await tx.orders.save(order)
  await tx.refunds.save(kept)
  return kept
}

/**
 * Keeps a refund that was settled before its time, and puts the callback of how it ended in the place of the one that was to come.
 *
 * @returns the refund with the id of its callback
 */
export async function keepSettledRefund(tx: Transaction, refund: Refund, context: OutboxContext): Promise<Refund> {
  const { mchid, notificationId } = refund
  const old = notificationId === undefined ? undefined : await tx.notifications.find(mchid, notificationId)
  // What was tried already is history, and stays.
  const replaces = old?.attempts.length === 0 ? old : undefined
  const wanted = refundNotification(refund)
  const notification = wanted && (await putIntoOutbox(tx, wanted, { ...context, replaces }))
  const kept = { ...refund, ...(notification && { notificationId: notification.id }) }
  await tx.refunds.save(kept)
  return kept
}
