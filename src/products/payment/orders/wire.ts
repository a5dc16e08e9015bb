import { formatInstant } from '../../../protocol/instant.ts'
import { isPaid, type Order, orderState, type PaidOrder, payerTotalOf } from '../rules/order.ts'
import { TRADE_STATE, TRADE_STATE_TEXT, TRADE_TYPE } from '../spellings.ts'
import { promotionDetails } from './promotions.ts'

/** An order as queries show it at an instant (pay-family.md 2.6). What only a payment brings is left out before it. */
export function orderDetails(order: Order, now: number) {
  return isPaid(order)
    ? { ...paidDetails(order, now), promotion_detail: promotionsOf(order) }
    : {
        ...identity(order),
        ...stateAt(order, now),
        amount: { payer_currency: order.currency, total: order.totalFen },
        scene_info: { device_id: order.deviceId ?? '' },
        promotion_detail: [],
      }
}

/** A paid order as its callback tells of it, in the order of members that callbacks have (pay-family.md 2.9). */
export function paidDetails(order: PaidOrder, now: number) {
  const { openid, deviceId, totalFen, currency } = order
  const promotions = promotionsOf(order)
  return {
    ...identity(order),
    transaction_id: order.transactionId,
    trade_type: TRADE_TYPE[order.tradeType],
    ...stateAt(order, now),
    bank_type: BANK_TYPE,
    attach: order.attach ?? '',
    success_time: formatInstant(order.paidAt),
    ...(openid !== undefined && { payer: { openid } }),
    amount: { total: totalFen, payer_total: payerTotalOf(order), currency, payer_currency: currency },
    ...(deviceId !== undefined && { scene_info: { device_id: deviceId } }),
    ...(promotions.length > 0 && { promotion_detail: promotions }),
  }
}

function identity(order: Order) {
  return { mchid: order.mchid, appid: appidOf(order), out_trade_no: order.outTradeNo }
}

/** The appid of an order; one of ours if it came into the world without any, as no live order does. */
export function appidOf({ appid = 'wxd678efh567hg6787' }: Pick<Order, 'appid'>): string {
  return appid
}

function stateAt(order: Order, now: number) {
  const state = orderState(order, now)
  return { trade_state: TRADE_STATE[state], trade_state_desc: TRADE_STATE_TEXT[state] }
}

function promotionsOf({ promotions = [], currency }: Order) {
  return promotions.map((promotion) => promotionDetails(promotion, currency))
}

/** The value that the documents give for an unknown bank, and for a wallet. */
const BANK_TYPE = 'OTHERS'
