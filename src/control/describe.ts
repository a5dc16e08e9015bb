import type { RequestRecord } from '../engine/state/request-record.ts'
import {
  CODE_MODE,
  COUPON_STATE,
  couponUseRule,
  STOCK_STATE,
  STOCK_TYPE,
  stockSendRule,
  TRADE_STATE,
  TRADE_TYPE,
} from '../products/common/wire.ts'
import { type Coupon, couponState } from '../products/merchant-coupon/rules/coupon.ts'
import type { Stock } from '../products/merchant-coupon/rules/stock.ts'
import { type Order, orderState } from '../products/payment/rules/order.ts'
import { exactTime } from './exact-time.ts'
import type { CompletedCoupon, CompletedOrder, CompletedStock, RequestJson } from './world-format.ts'

/** A batch in the format of seed files and of the control API. */
export function describeStock(stock: Stock): CompletedStock {
  return {
    mchid: stock.creatorMchid,
    stock_id: stock.stockId,
    state: STOCK_STATE[stock.state],
    belong_merchant: stock.ownerMchid,
    stock_name: stock.name,
    ...(stock.comment !== undefined && { comment: stock.comment }),
    goods_name: stock.goodsName,
    stock_type: STOCK_TYPE[stock.benefit.type],
    coupon_code_mode: CODE_MODE[stock.codeMode],
    coupon_use_rule: couponUseRule(stock, exactTime),
    stock_send_rule: stockSendRule(stock),
    ...(stock.display && { display_pattern_info: { ...stock.display } }),
    ...(stock.entrance && { custom_entrance: { ...stock.entrance } }),
    ...(stock.notifyAppid !== undefined && { notify_config: { notify_appid: stock.notifyAppid } }),
    ...(stock.subsidy && { subsidy: true }),
    ...(stock.tiedToGoods && { tied_to_goods: true }),
    create_time: exactTime(stock.createdAt),
    ...(stock.readyAt !== undefined && { ready_time: exactTime(stock.readyAt) }),
    sent: { total: stock.sent.total, today: stock.sent.today, day: exactTime(stock.sent.day) },
    ...(stock.codeMode === 'merchant_upload' && { codes: { ...stock.codes } }),
  }
}

/** A coupon as it stands at an instant, with its history. */
export function describeCoupon(coupon: Coupon, now: number): CompletedCoupon {
  const { redemption, link, giveBack, deactivation } = coupon
  return {
    mchid: coupon.creatorMchid,
    stock_id: coupon.stockId,
    coupon_code: coupon.code,
    state: COUPON_STATE[couponState(coupon, now)],
    openid: coupon.openid,
    send_merchant: coupon.senderMchid,
    send_request_no: coupon.sendRequestNo,
    receive_time: exactTime(coupon.receivedAt),
    available_start_time: exactTime(coupon.usableFrom),
    expire_time: exactTime(coupon.expiresAt),
    ...(redemption && {
      use_request_no: redemption.requestNo,
      use_time: exactTime(redemption.at),
      ...(redemption.mchid !== undefined && { use_merchant: redemption.mchid }),
    }),
    ...(link && {
      associate_out_trade_no: link.outTradeNo,
      associate_request_no: link.requestNo,
      associate_time: exactTime(link.at),
    }),
    ...(giveBack && {
      return_request_no: giveBack.requestNo,
      return_time: exactTime(giveBack.at),
      ...(giveBack.mchid !== undefined && { return_merchant: giveBack.mchid }),
    }),
    ...(deactivation && {
      deactivate_request_no: deactivation.requestNo,
      deactivate_time: exactTime(deactivation.at),
      ...(deactivation.mchid !== undefined && { deactivate_merchant: deactivation.mchid }),
      ...(deactivation.reason !== undefined && { deactivate_reason: deactivation.reason }),
    }),
    history: coupon.history.map(({ event, at, requestNo, outTradeNo }) => ({
      event,
      time: exactTime(at),
      ...(requestNo !== undefined && { request_no: requestNo }),
      ...(outTradeNo !== undefined && { out_trade_no: outTradeNo }),
    })),
  }
}

/** An order as it stands at an instant. */
export function describeOrder(order: Order, now: number): CompletedOrder {
  return {
    mchid: order.mchid,
    out_trade_no: order.outTradeNo,
    state: TRADE_STATE[orderState(order, now)],
    ...(order.transactionId !== undefined && { transaction_id: order.transactionId }),
    description: order.description,
    ...(order.openid !== undefined && { openid: order.openid }),
    total: order.totalFen,
    create_time: exactTime(order.createdAt),
    ...(order.paidAt !== undefined && { success_time: exactTime(order.paidAt) }),
    ...(order.appid !== undefined && { appid: order.appid }),
    trade_type: TRADE_TYPE[order.tradeType],
    ...(order.notifyUrl !== undefined && { notify_url: order.notifyUrl }),
    ...(order.attach !== undefined && { attach: order.attach }),
    currency: order.currency,
    close_time: exactTime(order.closesAt),
    ...(order.closedAt !== undefined && { closed_time: exactTime(order.closedAt) }),
    ...(order.prepayId !== undefined && { prepay_id: order.prepayId }),
    ...(order.prepayIdAt !== undefined && { prepay_time: exactTime(order.prepayIdAt) }),
    ...(order.request !== undefined && { request: [...order.request] }),
  }
}

export function describeRequest({ mchid, operation, requestNo, values, at, result }: RequestRecord): RequestJson {
  return {
    mchid,
    operation,
    request_no: requestNo,
    values: [...values],
    time: exactTime(at),
    ...(result !== undefined && { result }),
  }
}
