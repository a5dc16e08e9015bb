import { notifications } from '../../../engine/callbacks/notifications.ts'
import { type OutboxContext, putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { orders } from '../orders/table.ts'
import type { PaidOrder } from '../rules/order.ts'
import type { Refund } from '../rules/refund.ts'
import { refundNotification } from './refund-events.ts'
import { refunds } from './table.ts'

/**
 * Keeps a new refund, its order and, where it has an address, the callback that is due when it is settled.
 *
 * @returns the refund with the id of its callback
 */
export async function keepRefund(
  tx: Transaction,
  order: PaidOrder,
  refund: Refund,
  context: OutboxContext,
): Promise<Refund> {
  await tx.in(orders).save(order)
  return keepAndTell(tx, refund, context)
}

/**
 * Keeps a refund that was settled before its time, and replaces the callback that was due with the one for how it ended.
 *
 * @returns the refund with the id of its callback
 */
export async function keepSettledRefund(tx: Transaction, refund: Refund, context: OutboxContext): Promise<Refund> {
  const { mchid, notificationId } = refund
  const old = notificationId === undefined ? undefined : await tx.in(notifications).find(mchid, notificationId)
  // Attempts already made are history, and stay.
  const replaces = old?.attempts.length === 0 ? old : undefined
  return keepAndTell(tx, refund, { ...context, replaces })
}

/**
 * Keeps a refund and, where it has an address, the callback that is due when it is settled.
 *
 * @returns the refund with the id of its callback
 */
export async function keepAndTell(tx: Transaction, refund: Refund, context: OutboxContext): Promise<Refund> {
  const { notifyUrl, mchid, outTradeNo } = refund
  let kept = refund
  if (notifyUrl !== undefined) {
    const order = (await tx.in(orders).find(mchid, outTradeNo)) ?? {}
    const told = refundNotification(refund, notifyUrl, { order, ids: context.ids })
    kept = { ...refund, notificationId: (await putIntoOutbox(tx, told, context)).id }
  }
  await tx.in(refunds).save(kept)
  return kept
}
