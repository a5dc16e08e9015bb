import type { IdSource } from '../engine/ids.ts'
import { CODE_MODE, fromWire, STOCK_STATE, TRADE_STATE, TRADE_TYPE, USE_METHOD } from '../products/common/wire.ts'
import type { Coupon, CouponEvent, CouponStatus } from '../products/merchant-coupon/rules/coupon.ts'
import type { Benefit, Stock } from '../products/merchant-coupon/rules/stock.ts'
import type { Validity } from '../products/merchant-coupon/rules/validity.ts'
import { startOfDay, usablePeriod } from '../products/merchant-coupon/rules/validity.ts'
import * as fields from '../products/merchant-coupon/stocks/stock-fields.ts'
import { transactionIdOf } from '../products/payment/orders/numbers.ts'
import { type Order, UNPAID_ORDER_LIFE_MS } from '../products/payment/rules/order.ts'
import { UsageError } from '../protocol/errors.ts'
import { orLastInstant } from '../shared/last-instant.ts'
import type { RequestRecord } from '../shared/request-record.ts'
import type { CouponJson, OrderJson, RequestJson, StockJson } from './world-format.ts'

/** What completing a partial description may draw on. */
export interface Surroundings {
  /** The mock's time, epoch milliseconds. */
  readonly now: number
  readonly ids: IdSource
  /** Whose a thing is that does not say so. */
  readonly defaultMchid: string
}

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Makes a whole batch of a partial one: running, ten yuan off a hundred, half a year before and after today. */
export function completeStock(json: StockJson, { now, ids, defaultMchid }: Surroundings): Stock {
  const creatorMchid = json.mchid ?? defaultMchid
  return {
    stockId: json.stock_id ?? `1${ids.digits(15)}`,
    creatorMchid,
    ownerMchid: json.belong_merchant ?? creatorMchid,
    name: json.stock_name ?? '满100减10元券',
    ...(json.comment !== undefined && { comment: json.comment }),
    goodsName: json.goods_name ?? '全场商品',
    benefit: benefitOf(json),
    validity: validityOf(json, now),
    useMethod: fromWire(USE_METHOD, json.coupon_use_rule?.use_method ?? 'OFF_LINE'),
    state: fromWire(STOCK_STATE, json.state ?? 'RUNNING'),
    codeMode: fromWire(CODE_MODE, json.coupon_code_mode ?? 'WECHATPAY_MODE'),
    ...fields.miniProgramOf(json.coupon_use_rule ?? {}),
    sendRule: sendRuleOf(json),
    createdAt: instantOf(json.create_time) ?? now,
    ...(json.ready_time !== undefined && { readyAt: Date.parse(json.ready_time) }),
    ...(json.display_pattern_info && { display: json.display_pattern_info }),
    ...(json.custom_entrance && { entrance: json.custom_entrance }),
    ...(json.notify_config?.notify_appid !== undefined && { notifyAppid: json.notify_config.notify_appid }),
    ...(json.subsidy && { subsidy: true }),
    ...(json.tied_to_goods && { tiedToGoods: true }),
    sent: {
      total: json.sent?.total ?? 0,
      day: instantOf(json.sent?.day) ?? startOfDay(now),
      today: json.sent?.today ?? 0,
    },
    codes: { total: 0, available: 0 },
  }
}

function sendRuleOf({ stock_send_rule: rule = {} }: StockJson): Stock['sendRule'] {
  return fields.sendRuleOf({
    ...rule,
    max_coupons: rule.max_coupons ?? 1_000_000,
    max_coupons_per_user: rule.max_coupons_per_user ?? 100,
  })
}

function benefitOf({ stock_type, coupon_use_rule: rule }: StockJson): Benefit {
  const type = stock_type ?? (rule?.discount_coupon ? 'DISCOUNT' : rule?.exchange_coupon ? 'EXCHANGE' : 'NORMAL')
  switch (type) {
    case 'NORMAL':
      return {
        type: 'normal',
        discountFen: rule?.fixed_normal_coupon?.discount_amount ?? 1_000,
        thresholdFen: rule?.fixed_normal_coupon?.transaction_minimum ?? 10_000,
      }
    case 'DISCOUNT':
      return {
        type: 'discount',
        discountPercent: rule?.discount_coupon?.discount_percent ?? 88,
        thresholdFen: rule?.discount_coupon?.transaction_minimum ?? 10_000,
      }
    case 'EXCHANGE':
      return {
        type: 'exchange',
        exchangePriceFen: rule?.exchange_coupon?.exchange_price ?? 100,
        thresholdFen: rule?.exchange_coupon?.transaction_minimum ?? 10_000,
      }
  }
}

function validityOf({ coupon_use_rule }: StockJson, now: number): Validity {
  const time = coupon_use_rule?.coupon_available_time ?? {}
  const from = instantOf(time.available_begin_time) ?? startOfDay(now) - 180 * DAY
  const until = instantOf(time.available_end_time) ?? orLastInstant(Math.max(from, startOfDay(now)) + 180 * DAY - 1_000)
  if (until <= from) {
    throw new UsageError('MOCK_STOCK_TIMES', 'available_end_time has to be after available_begin_time.', {
      path: '/coupon_use_rule/coupon_available_time/available_end_time',
    })
  }
  return fields.validityOf({
    ...time,
    available_begin_time: from,
    available_end_time: until,
    irregulary_avaliable_time: time.irregulary_avaliable_time?.map((period) => ({
      begin_time: Date.parse(period.begin_time),
      end_time: Date.parse(period.end_time),
    })),
  })
}

/**
 * Makes a whole coupon of a partial one: received yesterday, in the state asked for, with the traces that the state leaves.
 *
 * EXPIRED is a time that has passed, so it moves `expire_time` to an hour ago unless that is given.
 *
 * @throws UsageError `MOCK_COUPON_STATE` when state and times contradict each other
 */
export function completeCoupon(json: CouponJson, stock: Stock, { now, ids }: Surroundings): Coupon {
  const state = json.state ?? 'SENDED'
  const status: CouponStatus = state === 'EXPIRED' ? 'sended' : STATUS[state]
  const expired = state === 'EXPIRED'
  const receivedAt = instantOf(json.receive_time) ?? now - (expired ? 30 * DAY : DAY)
  const period = usablePeriod(stock.validity, receivedAt)
  const expiresAt = instantOf(json.expire_time) ?? (expired ? Math.min(period.expiresAt, now - HOUR) : period.expiresAt)
  if (expired && expiresAt > now) {
    throw new UsageError(
      'MOCK_COUPON_STATE',
      'state EXPIRED needs an expire_time that has passed: leave expire_time out.',
      {
        path: '/expire_time',
      },
    )
  }
  if (state === 'SENDED' && expiresAt <= now) {
    throw new UsageError(
      'MOCK_COUPON_STATE',
      json.expire_time === undefined
        ? `state SENDED is impossible here: batch ${stock.stockId} has ended. Give expire_time, or another batch.`
        : 'state SENDED needs an expire_time in the future: ask for EXPIRED instead.',
      { path: json.expire_time === undefined ? '/stock_id' : '/expire_time' },
    )
  }
  const sendRequestNo = json.send_request_no ?? `SEND${ids.digits(12)}`
  const coupon: Coupon = {
    stockId: stock.stockId,
    code: json.coupon_code ?? ids.digits(22),
    creatorMchid: stock.creatorMchid,
    openid: json.openid ?? `o${ids.letters(27)}`,
    senderMchid: json.send_merchant ?? stock.creatorMchid,
    sendRequestNo,
    receivedAt,
    usableFrom: instantOf(json.available_start_time) ?? Math.min(period.usableFrom, expiresAt),
    expiresAt,
    status,
    // What a snapshot has is kept, also where the state alone would not ask for it.
    ...((status === 'used' || json.use_request_no !== undefined) && {
      redemption: {
        requestNo: json.use_request_no ?? `USE${ids.digits(12)}`,
        at: instantOf(json.use_time) ?? now - HOUR,
        ...(json.use_merchant !== undefined && { mchid: json.use_merchant }),
      },
    }),
    ...(json.associate_out_trade_no !== undefined && {
      link: {
        outTradeNo: json.associate_out_trade_no,
        requestNo: json.associate_request_no ?? `LINK${ids.digits(12)}`,
        // Linked while it could be: after it was received and before it expired.
        at: instantOf(json.associate_time) ?? Math.max(receivedAt, Math.min(now, expiresAt) - HOUR),
      },
    }),
    ...(json.return_request_no !== undefined && {
      giveBack: {
        requestNo: json.return_request_no,
        at: instantOf(json.return_time) ?? now - HOUR,
        ...(json.return_merchant !== undefined && { mchid: json.return_merchant }),
      },
    }),
    ...((status === 'deactivated' || json.deactivate_request_no !== undefined) && {
      deactivation: {
        requestNo: json.deactivate_request_no ?? `STOP${ids.digits(12)}`,
        at: instantOf(json.deactivate_time) ?? now - HOUR,
        ...(json.deactivate_merchant !== undefined && { mchid: json.deactivate_merchant }),
        ...(json.deactivate_reason !== undefined && { reason: json.deactivate_reason }),
      },
    }),
    history: [],
  }
  return { ...coupon, history: json.history?.map(eventOf) ?? tracesOf(coupon, now) }
}

const STATUS = { SENDED: 'sended', USED: 'used', DEACTIVATED: 'deactivated', DELETED: 'deleted' } as const

function eventOf({ event, time, request_no, out_trade_no }: NonNullable<CouponJson['history']>[number]): CouponEvent {
  return {
    event,
    at: Date.parse(time),
    ...(request_no !== undefined && { requestNo: request_no }),
    ...(out_trade_no !== undefined && { outTradeNo: out_trade_no }),
  }
}

/** The history that a coupon in its state must have had. */
function tracesOf(
  { receivedAt, sendRequestNo, link, redemption, giveBack, deactivation, status }: Coupon,
  now: number,
): CouponEvent[] {
  const events: CouponEvent[] = [{ event: 'sent', at: receivedAt, requestNo: sendRequestNo }]
  if (link) events.push({ event: 'associated', at: link.at, requestNo: link.requestNo, outTradeNo: link.outTradeNo })
  if (redemption) events.push({ event: 'used', at: redemption.at, requestNo: redemption.requestNo })
  if (giveBack) events.push({ event: 'returned', at: giveBack.at, requestNo: giveBack.requestNo })
  if (deactivation) events.push({ event: 'deactivated', at: deactivation.at, requestNo: deactivation.requestNo })
  if (status === 'deleted') events.push({ event: 'deleted', at: now })
  return events.toSorted((a, b) => a.at - b.at)
}

/**
 * Makes a whole order of a partial one: one hundred yuan, paid an hour ago.
 *
 * CLOSED with a `close_time` that has passed, and never closed by a call, is an unpaid order that ran out.
 */
export function completeOrder(json: OrderJson, { now, ids, defaultMchid }: Surroundings): Order {
  const shown = fromWire(TRADE_STATE, json.state ?? 'SUCCESS')
  const createdAt = instantOf(json.create_time) ?? now - 2 * HOUR
  const closesAt = instantOf(json.close_time) ?? orLastInstant(createdAt + UNPAID_ORDER_LIFE_MS)
  const state = shown === 'closed' && json.closed_time === undefined && closesAt <= now ? 'notpay' : shown
  const paid = state === 'success' || state === 'refund'
  const tradeType = fromWire(TRADE_TYPE, json.trade_type ?? 'JSAPI')
  return {
    mchid: json.mchid ?? defaultMchid,
    outTradeNo: json.out_trade_no ?? `MCH_${ids.digits(12)}`,
    state,
    totalFen: json.total ?? 10_000,
    description: json.description ?? '测试商品',
    // Of an order that is not paid yet the payer is known only where it was placed for one.
    ...((json.openid !== undefined || paid || tradeType === 'jsapi') && {
      openid: json.openid ?? `o${ids.letters(27)}`,
    }),
    createdAt,
    tradeType,
    currency: json.currency ?? 'CNY',
    closesAt,
    ...(json.appid !== undefined && { appid: json.appid }),
    ...(json.notify_url !== undefined && { notifyUrl: json.notify_url }),
    ...(json.attach !== undefined && { attach: json.attach }),
    ...(json.prepay_id !== undefined && { prepayId: json.prepay_id }),
    ...(json.prepay_time !== undefined && { prepayIdAt: Date.parse(json.prepay_time) }),
    ...(json.request !== undefined && { request: json.request }),
    ...(json.closed_time !== undefined && { closedAt: Date.parse(json.closed_time) }),
    ...(paid && {
      transactionId: json.transaction_id ?? transactionIdOf(ids),
      paidAt: instantOf(json.success_time) ?? now - HOUR,
    }),
  }
}

export function completeRequest({ mchid, operation, request_no, values, time, result }: RequestJson): RequestRecord {
  return {
    mchid,
    operation,
    requestNo: request_no,
    values,
    at: Date.parse(time),
    ...(result !== undefined && { result }),
  }
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}
