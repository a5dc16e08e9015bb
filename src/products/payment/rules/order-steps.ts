import { type Order, type OrderState, orderState } from './order.ts'
import type { Refund } from './refund.ts'

/** One thing that happened to an order, with the state that it was in before, and after. */
export interface OrderStep {
  readonly event: 'placed' | 'marked' | 'paid' | 'closed' | 'timed_out' | 'refunded'
  /** Epoch milliseconds. */
  readonly at: number
  /** Left out of the first one. */
  readonly before?: OrderState
  readonly after: OrderState
  /** The shop's number of the refund. */
  readonly requestNo?: string
}

/**
 * What an order went through, the first one first.
 *
 * @param now an instant, epoch milliseconds: an order that nobody paid by its time is closed
 */
export function stepsOf(order: Order, refunds: readonly Refund[], now: number): readonly OrderStep[] {
  const { createdAt, marks = [], paidAt, closedAt, closesAt } = order
  const happened: Omit<OrderStep, 'before'>[] = [
    { event: 'placed', at: createdAt, after: 'notpay' },
    ...marks.map(({ at, state }) => ({ event: 'marked', at, after: state }) as const),
  ]
  if (paidAt !== undefined) happened.push({ event: 'paid', at: paidAt, after: 'success' })
  if (closedAt !== undefined) happened.push({ event: 'closed', at: closedAt, after: 'closed' })
  else if (orderState(order, now) === 'closed') {
    happened.push({ event: 'timed_out', at: Math.min(closesAt, now), after: 'closed' })
  }
  for (const { createdAt: at, outRefundNo: requestNo } of refunds.toSorted((a, b) => a.createdAt - b.createdAt)) {
    happened.push({ event: 'refunded', at, after: 'refund', requestNo })
  }
  return happened.map((step, i) => {
    const before = happened[i - 1]?.after
    return { ...step, ...(before !== undefined && { before }) }
  })
}
