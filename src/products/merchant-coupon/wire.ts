import { formatInstant } from '../../protocol/instant.ts'
import { type Stock, sentOnDayOf } from './rules/stock.ts'
import type { Validity } from './rules/validity.ts'

/** The service's spelling of the words that the rules use, `STOPED` and `irregulary_avaliable_time` included. */
export const STOCK_STATE = { unaudit: 'UNAUDIT', running: 'RUNNING', stoped: 'STOPED', paused: 'PAUSED' } as const

export const CODE_MODE = {
  wechatpay: 'WECHATPAY_MODE',
  merchant_api: 'MERCHANT_API',
  merchant_upload: 'MERCHANT_UPLOAD',
} as const

export const CODE_STATUS = { available: 'AVAILABLE', dispatched: 'DISPATCHED' } as const

export const USE_METHOD = {
  off_line: 'OFF_LINE',
  mini_programs: 'MINI_PROGRAMS',
  self_consume: 'SELF_CONSUME',
  payment_code: 'PAYMENT_CODE',
} as const

export const STOCK_TYPE = { normal: 'NORMAL', discount: 'DISCOUNT', exchange: 'EXCHANGE' } as const

/** Without the `PAY_RECEIPT_` that the SDKs put before them. */
export const SUBSIDY_STATUS = {
  success: 'SUCCESS',
  fail: 'FAIL',
  partial_return: 'PARTIAL_RETURN',
  full_return: 'FULL_RETURN',
} as const

/** Without the `PAY_RECEIPT_` that the SDKs put before them. */
export const SUBSIDY_FAILURE = {
  amount_quota: 'EXCEED_SUBSIDY_AMOUNT_QUOTA',
  count_quota: 'EXCEED_SUBSIDY_COUNT_QUOTA',
} as const

/** `coupon_use_rule`: benefit, times and way of use of a batch. */
export function couponUseRule(stock: Stock, formatTime: (at: number) => string = formatInstant) {
  return {
    coupon_available_time: availableTime(stock.validity, formatTime),
    ...benefit(stock),
    use_method: USE_METHOD[stock.useMethod],
    ...(stock.miniProgram?.appid !== undefined && { mini_programs_appid: stock.miniProgram.appid }),
    ...(stock.miniProgram?.path !== undefined && { mini_programs_path: stock.miniProgram.path }),
  }
}

function benefit({ benefit }: Stock) {
  const transaction_minimum = benefit.thresholdFen
  switch (benefit.type) {
    case 'normal':
      return { fixed_normal_coupon: { discount_amount: benefit.discountFen, transaction_minimum } }
    case 'discount':
      return { discount_coupon: { discount_percent: benefit.discountPercent, transaction_minimum } }
    case 'exchange':
      return { exchange_coupon: { exchange_price: benefit.exchangePriceFen, transaction_minimum } }
  }
}

function availableTime(validity: Validity, formatTime: (at: number) => string) {
  const { from, until, daysAfterReceive, waitDaysAfterReceive, secondsAfterReceive, week, periods } = validity
  return {
    available_begin_time: formatTime(from),
    available_end_time: formatTime(until),
    ...(daysAfterReceive !== undefined && { available_day_after_receive: daysAfterReceive }),
    ...(waitDaysAfterReceive !== undefined && { wait_days_after_receive: waitDaysAfterReceive }),
    ...(secondsAfterReceive !== undefined && { available_second_after_receive: secondsAfterReceive }),
    ...(week && {
      available_week: {
        ...(week.weekDays.length > 0 && { week_day: [...week.weekDays] }),
        ...(week.dayTimes.length > 0 && {
          available_day_time: week.dayTimes.map((time) => ({
            begin_time: time.fromSecond,
            end_time: time.untilSecond,
          })),
        }),
      },
    }),
    irregulary_avaliable_time: (periods ?? []).map((period) => ({
      begin_time: formatTime(period.from),
      end_time: formatTime(period.until),
    })),
  }
}

/** `stock_send_rule`: limits of a batch; switches that are off are left out (observed). */
export function stockSendRule({ sendRule }: Stock) {
  return {
    max_coupons: sendRule.maxCoupons,
    max_coupons_per_user: sendRule.maxCouponsPerUser,
    ...(sendRule.maxCouponsByDay !== undefined && { max_coupons_by_day: sendRule.maxCouponsByDay }),
    ...(sendRule.maxAmountFen !== undefined && { max_amount: sendRule.maxAmountFen }),
    ...(sendRule.maxAmountByDayFen !== undefined && { max_amount_by_day: sendRule.maxAmountByDayFen }),
    ...(sendRule.naturalPersonLimit && { natural_person_limit: true }),
    ...(sendRule.preventApiAbuse && { prevent_api_abuse: true }),
    ...(sendRule.transferable && { transferable: true }),
    ...(sendRule.shareable && { shareable: true }),
  }
}

/** A batch as its query shows it at an instant; members that are not set are left out (observed). */
export function stockDetails(stock: Stock, now: number) {
  const { codeMode, codes, display, entrance, notifyAppid } = stock
  return {
    stock_name: stock.name,
    belong_merchant: stock.ownerMchid,
    ...(stock.comment !== undefined && { comment: stock.comment }),
    goods_name: stock.goodsName,
    stock_type: STOCK_TYPE[stock.benefit.type],
    coupon_use_rule: couponUseRule(stock),
    stock_send_rule: stockSendRule(stock),
    ...(entrance && { custom_entrance: entrance }),
    ...(display && { display_pattern_info: display }),
    stock_state: STOCK_STATE[stock.state],
    coupon_code_mode: CODE_MODE[codeMode],
    stock_id: stock.stockId,
    ...(codeMode === 'merchant_upload' && {
      coupon_code_count: { total_count: codes.total, available_count: codes.available },
    }),
    ...(notifyAppid !== undefined && { notify_config: { notify_appid: notifyAppid } }),
    send_count_information: sendCount(stock, now),
    ...(stock.subsidy && { subsidy: true }),
  }
}

/** `send_count_information`: amounts only where each coupon takes the same off, today only where a day has a limit. */
function sendCount(stock: Stock, now: number) {
  const { benefit, sendRule, sent } = stock
  const today = sentOnDayOf(stock, now)
  const hasDailyLimit = sendRule.maxCouponsByDay !== undefined || sendRule.maxAmountByDayFen !== undefined
  return {
    total_send_num: sent.total,
    ...(benefit.type === 'normal' && { total_send_amount: sent.total * benefit.discountFen }),
    ...(hasDailyLimit && {
      today_send_num: today,
      ...(benefit.type === 'normal' && { today_send_amount: today * benefit.discountFen }),
    }),
  }
}
