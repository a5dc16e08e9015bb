import { formatInstant } from '../../../protocol/instant.ts'
import { isPaid, type Order, orderState } from '../rules/order.ts'
import { TRADE_STATE, TRADE_STATE_TEXT, TRADE_TYPE } from '../spellings.ts'

/**
 * An order as queries and callbacks show it at an instant. What only a payment brings is left out before it (documented), and so is
 * `promotion_detail`: the mock has no promotions that WeChat Pay takes off.
 */
export function orderDetails(order: Order, now: number) {
  const state = orderState(order, now)
  const { appid, attach, openid, totalFen, currency } = order
  return {
    ...(appid !== undefined && { appid }),
    mchid: order.mchid,
    out_trade_no: order.outTradeNo,
    trade_state: TRADE_STATE[state],
    trade_state_desc: TRADE_STATE_TEXT[state],
    ...(isPaid(order) && {
      ...(attach !== undefined && { attach }),
      transaction_id: order.transactionId,
      trade_type: TRADE_TYPE[order.tradeType],
      bank_type: BANK_TYPE,
      success_time: formatInstant(order.paidAt),
      ...(openid !== undefined && { payer: { openid } }),
    }),
    amount: {
      total: totalFen,
      currency,
      ...(isPaid(order) && { payer_total: totalFen, payer_currency: currency }),
    },
  }
}

/** The value that the documents give for an unknown bank. */
const BANK_TYPE = 'OTHERS'
