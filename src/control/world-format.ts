import { z } from 'zod'
import {
  CODE_MODE,
  COUPON_STATE,
  STOCK_STATE,
  STOCK_TYPE,
  TRADE_STATE,
  TRADE_TYPE,
  USE_METHOD,
} from '../products/common/wire.ts'
import { codeJson, completedCode } from '../products/merchant-coupon/codes/code-json.ts'
import {
  completedEventAddress,
  eventAddressJson,
} from '../products/merchant-coupon/event-address/event-address-json.ts'
import { MOST_PERIODS } from '../products/merchant-coupon/stocks/stock-fields.ts'
import { subsidyJson, subsidyReturnJson } from '../products/merchant-coupon/subsidies/subsidy-json.ts'
import { completedRefund, refundJson } from '../products/payment/refunds/refund-json.ts'
import { completedUser, userJson } from '../products/platform/users/user-json.ts'
import { clockTime, mchid, money, shortText, time } from './formats/basics.ts'
import { notificationJson } from './formats/notification.ts'

/**
 * The JSON that stocks, coupons and orders are given in: seed files, snapshots and the control API. Names are those of the
 * wire; everything that can be made up may be left out.
 */

const fen = z.int().min(0).max(10_000_000)
const count = z.int().min(0)
/** Coupons handed out: few enough that what they take off can be counted to the fen. */
const handedOut = z.int().min(0).max(900_000_000)
const limit = z.int().min(1).max(1_000_000_000)
/** Kept as it was given. */
const asGiven = z
  .record(z.string(), z.unknown())
  .refine((info) => isNoDeeperThan(info, 8), 'nested more than 8 levels deep')
  // It is shown with each coupon of the batch.
  .refine((info) => !isNoDeeperThan(info, 8) || JSON.stringify(info).length <= 16_384, 'longer than 16,384 characters')

export const stockJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'creator; the well-known merchant if left out' }),
    stock_id: z.string().min(1).max(20).optional(),
    state: z.enum(Object.values(STOCK_STATE)).optional(),
    belong_merchant: mchid.optional().meta({ description: 'owner (批次归属商户号); the creator if left out' }),
    stock_name: shortText.optional(),
    comment: shortText.optional(),
    goods_name: shortText.optional(),
    stock_type: z.enum(Object.values(STOCK_TYPE)).optional(),
    coupon_code_mode: z.enum(Object.values(CODE_MODE)).optional(),
    coupon_use_rule: z
      .strictObject({
        coupon_available_time: z
          .strictObject({
            available_begin_time: time.optional(),
            available_end_time: time.optional(),
            available_day_after_receive: z.int().min(1).max(365).optional(),
            wait_days_after_receive: z.int().min(1).max(30).optional(),
            available_second_after_receive: z.int().min(1).optional(),
            available_week: z
              .strictObject({
                week_day: z.array(z.int().min(0).max(6)).max(7).optional(),
                available_day_time: z
                  .array(
                    z.strictObject({ begin_time: z.int().min(0).max(86_399), end_time: z.int().min(0).max(86_399) }),
                  )
                  .max(2)
                  .optional(),
              })
              .optional(),
            irregulary_avaliable_time: z
              .array(z.strictObject({ begin_time: time, end_time: time }))
              .max(MOST_PERIODS)
              .optional(),
          })
          .optional(),
        fixed_normal_coupon: z.strictObject({ discount_amount: fen, transaction_minimum: fen }).optional(),
        discount_coupon: z
          .strictObject({ discount_percent: z.int().min(1).max(100), transaction_minimum: fen })
          .optional(),
        exchange_coupon: z.strictObject({ exchange_price: fen, transaction_minimum: fen }).optional(),
        use_method: z.enum(Object.values(USE_METHOD)).optional(),
        mini_programs_appid: z.string().min(1).max(32).optional(),
        mini_programs_path: shortText.optional(),
      })
      .optional(),
    stock_send_rule: z
      .strictObject({
        max_coupons: limit.optional(),
        max_coupons_per_user: z.int().min(1).max(100).optional(),
        max_coupons_by_day: limit.optional(),
        max_amount: count.optional().meta({ description: 'fen' }),
        max_amount_by_day: count.optional().meta({ description: 'fen' }),
        natural_person_limit: z.boolean().optional(),
        prevent_api_abuse: z.boolean().optional(),
        transferable: z.boolean().optional(),
        shareable: z.boolean().optional(),
      })
      .optional(),
    display_pattern_info: asGiven.optional(),
    custom_entrance: asGiven.optional(),
    notify_config: z.strictObject({ notify_appid: z.string().min(1).max(32).optional() }).optional(),
    subsidy: z.boolean().optional(),
    tied_to_goods: z.boolean().optional().meta({ description: '商品券: only the product coupon calls send it' }),
    create_time: time.optional(),
    ready_time: time.optional().meta({ description: 'from when codes can be uploaded; at once if left out' }),
    sent: z
      .strictObject({
        total: handedOut,
        today: handedOut.optional(),
        day: time.optional().meta({ description: 'midnight of the day that today counts' }),
      })
      .optional()
      .meta({ description: 'coupons handed out so far; counted from the coupons if left out' }),
    codes: z
      .strictObject({ total: count, available: count })
      .optional()
      .meta({ description: 'uploaded codes; always counted from the codes themselves, whatever is given' }),
  })
  .meta({ id: 'Stock', description: 'a batch (批次)' })

export const couponJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'creator of the batch; the well-known merchant if left out' }),
    stock_id: z.string().min(1).max(20).optional().meta({ description: 'batch; made if there is none with this id' }),
    coupon_code: z.string().min(1).max(32).optional(),
    state: z.enum(Object.values(COUPON_STATE)).optional().meta({ description: 'SENDED if left out' }),
    openid: z.string().min(1).max(128).optional(),
    send_merchant: mchid.optional(),
    send_request_no: shortText.optional(),
    receive_time: time.optional(),
    available_start_time: time.optional(),
    expire_time: time.optional(),
    use_request_no: shortText.optional(),
    use_time: time.optional(),
    use_merchant: mchid.optional().meta({
      description: 'who redeemed it; if left out, use_request_no is a repeat whoever brings it again',
    }),
    associate_out_trade_no: shortText.optional().meta({ description: 'the order it is linked to' }),
    associate_request_no: shortText.optional(),
    associate_time: time.optional(),
    return_request_no: shortText.optional(),
    return_time: time.optional(),
    return_merchant: mchid.optional().meta({ description: 'who gave it back; left out as for use_merchant' }),
    deactivate_request_no: shortText.optional(),
    deactivate_time: time.optional(),
    deactivate_merchant: mchid.optional().meta({ description: 'who made it void; left out as for use_merchant' }),
    deactivate_reason: shortText.optional(),
    history: z
      .array(
        z.strictObject({
          event: z.enum(['sent', 'associated', 'disassociated', 'used', 'returned', 'deactivated', 'deleted', 'set']),
          time,
          request_no: shortText.optional(),
          out_trade_no: shortText.optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Coupon', description: 'a coupon (券) that a user holds' })

export const orderJson = z
  .strictObject({
    mchid: mchid.optional().meta({ description: 'merchant of the order; the well-known merchant if left out' }),
    out_trade_no: shortText.optional(),
    state: z.enum(Object.values(TRADE_STATE)).optional().meta({ description: 'trade_state; SUCCESS if left out' }),
    transaction_id: z.string().min(1).max(32).optional(),
    description: z.string().min(1).max(127).optional(),
    openid: z.string().min(1).max(128).optional().meta({ description: 'who pays; not known of unpaid orders' }),
    total: z.int().min(1).optional().meta({ description: 'fen' }),
    create_time: time.optional(),
    success_time: time.optional(),
    appid: z.string().min(1).max(32).optional(),
    trade_type: z.enum(Object.values(TRADE_TYPE)).optional(),
    notify_url: z.string().max(256).optional(),
    attach: shortText.optional(),
    currency: z.string().optional(),
    close_time: time.optional().meta({
      description: 'from when an unpaid order can not be paid any more: it is CLOSED then',
    }),
    closed_time: time.optional().meta({ description: 'when it was closed by a call' }),
    prepay_id: z.string().max(64).optional(),
    prepay_time: time.optional().meta({ description: 'when the prepay_id was given; it lives two hours' }),
    request: z.array(z.string()).optional().meta({ description: 'what the same number has to bring again' }),
  })
  .meta({ id: 'Order', description: 'an order (订单) paid with WeChat Pay' })

export const requestJson = z
  .strictObject({
    mchid,
    operation: z.string().min(1),
    request_no: z
      .string()
      .min(1)
      .max(2_048)
      .meta({ description: 'as the mock keeps it: with what else names the request, where the number alone does not' }),
    values: z.array(z.string()),
    time,
    result: z.string().optional().meta({ description: 'what a repeat is answered with, besides the time' }),
  })
  .meta({ id: 'Request', description: 'a request number that took effect, and the values it came with' })

export const merchantJson = z
  .strictObject({
    mchid: mchid.optional(),
    name: z
      .string()
      .min(1)
      .max(64)
      .refine((text) => text.isWellFormed(), 'not well-formed Unicode')
      .optional(),
    api_v3_key: z.string().optional().meta({ description: 'APIv3 key, 32 letters and digits' }),
    appids: z.array(z.string().min(1).max(32)).optional().meta({ description: 'bound appids; any if left out' }),
    key_mode: z.enum(['certificate', 'public-key', 'both']).optional(),
    partners: z
      .array(mchid)
      .optional()
      .meta({ description: 'service providers (服务商) that may act for the merchant' }),
    unopened_products: z
      .array(z.enum(['busifavor', 'coupon_send', 'product_coupon', 'subsidy', 'event_push']))
      .optional()
      .meta({ description: 'products that the merchant has not opened; none if left out' }),
    refundable: money
      .optional()
      .meta({ description: 'fen that the merchant has for refunds in all; enough if left out' }),
    merchant_private_key: z.string().optional(),
    merchant_certificate: z.string().optional(),
  })
  .meta({ id: 'Merchant', description: 'a merchant (商户) that may call' })

export const worldJson = z
  .strictObject({
    $schema: z.string().optional(),
    description: z.string().optional(),
    taken_at: clockTime.optional().meta({
      description:
        "when the states hold, and what times that are left out are counted from; the mock's time if left out. A snapshot has it, so that it restores exactly at any time",
    }),
    merchants: z
      .array(merchantJson)
      .optional()
      .meta({ description: 'besides the well-known merchant; keys are made if left out' }),
    stocks: z.array(stockJson).optional(),
    coupons: z.array(couponJson).optional(),
    codes: z.array(codeJson).optional(),
    users: z.array(userJson).optional(),
    orders: z.array(orderJson).optional(),
    refunds: z.array(refundJson).optional(),
    subsidies: z.array(subsidyJson).optional(),
    subsidy_returns: z.array(subsidyReturnJson).optional(),
    event_addresses: z.array(eventAddressJson).optional(),
    notifications: z.array(notificationJson).optional(),
    requests: z.array(requestJson).optional(),
  })
  .meta({ id: 'World', title: 'wechatpay-mock seed file', description: 'the state that a mock starts with' })

export const stockPatch = z
  .strictObject({ state: z.enum(Object.values(STOCK_STATE)) })
  .meta({ id: 'StockPatch', description: 'what to change of a batch' })

/** What is always there once the mock has filled in the rest. */
export const completedStock = stockJson
  .required({
    mchid: true,
    stock_id: true,
    state: true,
    belong_merchant: true,
    stock_name: true,
    goods_name: true,
    stock_type: true,
    coupon_code_mode: true,
    coupon_use_rule: true,
    stock_send_rule: true,
    create_time: true,
    sent: true,
  })
  .meta({ id: 'CompletedStock', description: 'a batch with everything that was left out filled in' })

export const completedCoupon = couponJson
  .required({
    mchid: true,
    stock_id: true,
    coupon_code: true,
    state: true,
    openid: true,
    send_merchant: true,
    send_request_no: true,
    receive_time: true,
    available_start_time: true,
    expire_time: true,
    history: true,
  })
  .meta({ id: 'CompletedCoupon', description: 'a coupon with everything that was left out filled in' })

export const completedOrder = orderJson
  .required({
    mchid: true,
    out_trade_no: true,
    state: true,
    description: true,
    total: true,
    create_time: true,
    trade_type: true,
    currency: true,
    close_time: true,
  })
  .meta({ id: 'CompletedOrder', description: 'an order with everything that was left out filled in' })

/** A world as a snapshot has it: nothing is left out. */
export const snapshotJson = worldJson
  .omit({ $schema: true, description: true })
  .extend({
    taken_at: clockTime,
    merchants: z.array(merchantJson).meta({ description: 'besides the well-known merchant, with their private keys' }),
    stocks: z.array(completedStock),
    coupons: z.array(completedCoupon),
    codes: z.array(completedCode),
    users: z.array(completedUser),
    orders: z.array(completedOrder),
    refunds: z.array(completedRefund),
    subsidies: z.array(subsidyJson),
    subsidy_returns: z.array(subsidyReturnJson),
    event_addresses: z.array(completedEventAddress),
    notifications: z.array(notificationJson),
    requests: z.array(requestJson),
  })
  .meta({ id: 'Snapshot', description: 'everything that a mock holds, in the format of a seed file' })

export type { CodeJson } from '../products/merchant-coupon/codes/code-json.ts'
export type { EventAddressJson } from '../products/merchant-coupon/event-address/event-address-json.ts'
export type { SubsidyJson, SubsidyReturnJson } from '../products/merchant-coupon/subsidies/subsidy-json.ts'
export type { RefundJson } from '../products/payment/refunds/refund-json.ts'
export type { CompletedUser, UserJson } from '../products/platform/users/user-json.ts'
export type { NotificationJson } from './formats/notification.ts'
export type StockJson = z.input<typeof stockJson>
export type StockPatch = z.input<typeof stockPatch>
export type CouponJson = z.input<typeof couponJson>
export type OrderJson = z.input<typeof orderJson>
export type RequestJson = z.input<typeof requestJson>
export type MerchantJson = z.input<typeof merchantJson>
export type WorldJson = z.input<typeof worldJson>
export type CompletedStock = z.output<typeof completedStock>
export type CompletedCode = z.output<typeof completedCode>
export type CompletedCoupon = z.output<typeof completedCoupon>
export type CompletedOrder = z.output<typeof completedOrder>
export type SnapshotJson = z.output<typeof snapshotJson>

/** Whether a JSON value is nested no deeper than `levels`; looks no further than that. */
function isNoDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((member) => isNoDeeperThan(member, levels - 1))
}
