import type { Notification } from '../../domain/notification.ts'
import type { PaidOrder } from '../../domain/order.ts'
import type { Refund } from '../../domain/refund.ts'
import type { NewNotification } from '../../engine/operation.ts'
import type { Transaction } from '../../engine/store.ts'
import { refundNotification } from './wire.ts'

/** Keeps a refund, its order and, where it has an address, the callback that is due when it is settled. */
export async function keepRefund(
  tx: Transaction,
  order: PaidOrder,
  refund: Refund,
  notify: (notification: NewNotification) => Promise<Notification>,
): Promise<void> {
  const wanted = refundNotification(refund)
  const notification = wanted && (await notify(wanted))
  await tx.orders.save(order)
  await tx.refunds.save({ ...refund, ...(notification && { notificationId: notification.id }) })
}
