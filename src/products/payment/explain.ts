import { formatInstant } from '../../protocol/instant.ts'
import { byTheClock } from '../common/explain.ts'
import { type Order, orderState } from './rules/order.ts'
import { TRADE_STATE } from './spellings.ts'

/** The state of an order in words, with the times behind it. */
export function explainOrder(order: Order, now: number): string {
  const { outTradeNo, transactionId, paidAt, closedAt, closesAt, totalFen } = order
  const state = orderState(order, now)
  const paid = paidAt === undefined ? '' : `, paid at ${formatInstant(paidAt)} as ${transactionId}`
  const closed =
    state !== 'closed'
      ? ''
      : closedAt !== undefined
        ? `, closed at ${formatInstant(closedAt)}`
        : closesAt <= now
          ? `, its time ran out at ${formatInstant(closesAt)}`
          : ''
  return `order ${outTradeNo} is ${TRADE_STATE[state]}, ${totalFen} fen${paid}${closed}; ${byTheClock(now)}`
}
