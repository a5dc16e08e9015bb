import { formatInstant } from '../../protocol/instant.ts'
import type { Texts } from '../../shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { isPastTimeToPay, type Order, orderState } from './rules/order.ts'
import { TRADE_STATE } from './spellings.ts'

/** The state of an order in words, with the times behind it. */
export function explainOrder(order: Order, now: number): Texts {
  const { outTradeNo, totalFen } = order
  const state = TRADE_STATE[orderState(order, now)]
  const times = [explainPayment(order), explainClosing(order, now), explainLateness(order, now)]
  const clock = byTheClock(now)
  return {
    en: `order ${outTradeNo} is ${state}, ${totalFen} fen${times.map(({ en }) => en).join('')}; ${clock.en}`,
    zh: `订单 ${outTradeNo} 的状态是 ${state}，金额 ${totalFen} 分${times.map(({ zh }) => zh).join('')}；${clock.zh}`,
  }
}

const NOTHING: Texts = { en: '', zh: '' }

function explainPayment({ paidAt, transactionId }: Order): Texts {
  if (paidAt === undefined) return NOTHING
  const at = formatInstant(paidAt)
  return { en: `, paid at ${at} as ${transactionId}`, zh: `，已于 ${at} 支付（${transactionId}）` }
}

function explainClosing(order: Order, now: number): Texts {
  const { closedAt, closesAt } = order
  if (orderState(order, now) !== 'closed') return NOTHING
  if (closedAt !== undefined) {
    const at = formatInstant(closedAt)
    return { en: `, closed at ${at}`, zh: `，已于 ${at} 关闭` }
  }
  if (closesAt > now) return NOTHING
  const at = formatInstant(closesAt)
  return { en: `, after its time without payment at ${at}`, zh: `，因逾期未支付于 ${at} 关闭` }
}

function explainLateness(order: Order, now: number): Texts {
  const { payableUntil } = order
  if (orderState(order, now) !== 'notpay' || payableUntil === undefined || !isPastTimeToPay(order, now)) return NOTHING
  const at = formatInstant(payableUntil)
  return { en: `, its time to pay was over at ${at}`, zh: `，支付截止时间 ${at} 已过` }
}
