import { z } from 'zod'
import { compareTexts } from '../../common/compare-texts.ts'
import { completedRefund, describeRefund } from '../refunds/table.ts'
import type { Order } from '../rules/order.ts'
import { type Refund, refundStatus } from '../rules/refund.ts'
import { REFUND_STATUS } from '../spellings.ts'
import { completedOrder, describeOrder } from './table.ts'

/** Orders and refunds as they stand, for looking at: with what follows from the instant, which a seed file does not have. */

export const shownRefund = completedRefund
  // A secret, which only snapshots bring back.
  .omit({ api_v2_key: true })
  .extend({ status: z.enum(Object.values(REFUND_STATUS)) })
  .meta({ id: 'ShownRefund', description: 'a refund as it stands now' })

export const shownOrder = completedOrder
  .extend({ refunds: z.array(shownRefund).meta({ description: 'the first one first' }) })
  .meta({ id: 'ShownOrder', description: 'an order as it stands now, with its refunds' })

export type ShownRefund = z.output<typeof shownRefund>
export type ShownOrder = z.output<typeof shownOrder>

export function showRefund(refund: Refund, now: number): ShownRefund {
  const { api_v2_key: _, ...described } = describeRefund(refund)
  return { ...described, status: REFUND_STATUS[refundStatus(refund, now)] }
}

export function showOrder(order: Order, refunds: readonly Refund[], now: number): ShownOrder {
  return {
    ...describeOrder(order, now),
    refunds: refunds
      .toSorted((a, b) => a.createdAt - b.createdAt || compareTexts(a.outRefundNo, b.outRefundNo))
      .map((refund) => showRefund(refund, now)),
  }
}
