import { formatInstant } from '../../protocol/instant.ts'
import { byTheClock } from '../common/explain.ts'
import { isPastTimeToPay, type Order, orderState } from './rules/order.ts'
import { TRADE_STATE } from './spellings.ts'

/** The state of an order in words, with the times behind it. */
export function explainOrder(order: Order, now: number): string {
  const { outTradeNo, transactionId, paidAt, closedAt, closesAt, payableUntil, totalFen } = order
  const state = orderState(order, now)
  const paid = paidAt === undefined ? '' : `, paid at ${formatInstant(paidAt)} as ${transactionId}`
  const closed =
    state !== 'closed'
      ? ''
      : closedAt !== undefined
        ? `, closed at ${formatInstant(closedAt)}`
        : closesAt <= now
          ? `, after its time without payment at ${formatInstant(closesAt)}`
          : ''
  const late =
    state === 'notpay' && payableUntil !== undefined && isPastTimeToPay(order, now)
      ? `, its time to pay was over at ${formatInstant(payableUntil)}`
      : ''
  return `order ${outTradeNo} is ${TRADE_STATE[state]}, ${totalFen} fen${paid}${closed}${late}; ${byTheClock(now)}`
}
