import { z } from 'zod'
import { shownInstant, shownNumber, shownText } from '../../catalogue/fields.ts'
import { FIELD_TITLE } from '../../engine/exchange/input.ts'
import * as fields from './stock-fields.ts'
import { codeMode, stockState, stockType, useMethod } from './stocks.ts'

/**
 * Schemas of a batch and a coupon in answers, member for member. Limits of length and size only serve the OpenAPI document: a seed file may
 * hold values that the service would refuse, and answers show them all the same.
 */

/** An object that is kept and shown as it was given, described by the members that a request may give. */
function shownAsGiven(given: z.ZodType): z.ZodRecord<z.ZodString, z.ZodUnknown> {
  return z.record(z.string(), z.unknown()).meta({
    // Computed when a document is made, not at start-up.
    get properties() {
      return z.toJSONSchema(given, { io: 'input', override: withoutChecks }).properties
    },
    additionalProperties: true,
  })
}

/** Takes from a schema what only the field checker reads. */
function withoutChecks({ jsonSchema }: { readonly jsonSchema: object }): void {
  for (const key of [FIELD_TITLE, 'examples', 'additionalProperties']) Reflect.deleteProperty(jsonSchema, key)
}

export const shownStockId = shownText({ min: 1, max: 20 })
export const shownCouponCode = shownText({ min: 1, max: 32 })
export const shownOpenid = shownText({ min: 1, max: 128 })

const mchid = shownText({ min: 8, max: 15 })
const appid = shownText({ min: 1, max: 32 })
const path = shownText({ min: 1, max: 128 })
const price = shownNumber({ min: 1, max: 10_000_000 })
const second = shownNumber({ min: 0, max: 86_399 })
const maximum = shownNumber({ min: 1, max: 1_000_000_000 })
const count = shownNumber({ min: 0 })

const availableTime = z.object({
  available_begin_time: shownInstant,
  available_end_time: shownInstant,
  available_day_after_receive: shownNumber({ min: 1, max: 365 }).optional(),
  wait_days_after_receive: shownNumber({ min: 1, max: 30 }).optional(),
  available_second_after_receive: shownNumber({ min: 1 }).optional(),
  available_week: z
    .object({
      week_day: z.array(shownNumber({ min: 0, max: 6 })).optional(),
      available_day_time: z
        .array(z.object({ begin_time: second.optional(), end_time: second.optional() }))
        .meta({ maxItems: 2 })
        .optional(),
    })
    .optional(),
  irregulary_avaliable_time: z
    .array(z.object({ begin_time: shownInstant.optional(), end_time: shownInstant.optional() }))
    .optional(),
})

const couponUseRule = z.object({
  coupon_available_time: availableTime,
  fixed_normal_coupon: z.object({ discount_amount: price, transaction_minimum: price }).optional(),
  discount_coupon: z
    .object({ discount_percent: shownNumber({ min: 1, max: 100 }), transaction_minimum: price })
    .optional(),
  exchange_coupon: z
    .object({ exchange_price: shownNumber({ min: 0, max: 10_000_000 }), transaction_minimum: price })
    .optional(),
  use_method: useMethod,
  mini_programs_appid: appid.optional(),
  mini_programs_path: path.optional(),
})

const stockSendRule = z.object({
  max_amount: shownNumber().optional(),
  max_coupons: maximum,
  max_coupons_per_user: shownNumber({ min: 1, max: 100 }),
  max_amount_by_day: shownNumber().optional(),
  max_coupons_by_day: maximum.optional(),
  natural_person_limit: z.boolean().optional().meta({ default: false }),
  prevent_api_abuse: z.boolean().optional().meta({ default: false }),
  transferable: z.boolean().optional().meta({ default: false }),
  shareable: z.boolean().optional().meta({ default: false }),
})

const finderInfo = z
  .object({ finder_id: z.string(), finder_video_id: z.string(), finder_video_cover_image_url: z.string() })
  .partial()
  .optional()

/** The members of a batch that its coupons show too. */
export const ofTheBatch = {
  belong_merchant: mchid,
  stock_name: shownText({ min: 1, max: 21 }),
  comment: shownText({ min: 1, max: 20 }).optional(),
  goods_name: shownText({ min: 1, max: 15 }),
  stock_type: stockType,
  display_pattern_info: shownAsGiven(fields.displayPatternInfo.extend({ finder_info: finderInfo })).optional(),
  coupon_use_rule: couponUseRule,
  custom_entrance: shownAsGiven(fields.customEntrance).optional(),
  stock_id: shownStockId,
}

/** A batch (批次), as its query shows it. */
export const stockAnswer = z
  .object({
    ...ofTheBatch,
    stock_send_rule: stockSendRule,
    stock_state: stockState,
    coupon_code_mode: codeMode,
    coupon_code_count: z
      .object({ total_count: count, available_count: count })
      .optional()
      .describe('only for MERCHANT_UPLOAD'),
    notify_config: z.object({ notify_appid: appid.optional() }).optional(),
    send_count_information: z
      .object({
        total_send_num: count.optional(),
        total_send_amount: count.optional().describe('fen; NORMAL only'),
        today_send_num: count.optional().describe('only with a daily limit'),
        today_send_amount: count.optional().describe('fen; NORMAL with a daily limit'),
      })
      .optional(),
    subsidy: z.boolean().optional(),
  })
  .meta({ id: 'StockAnswer', description: 'a batch (批次), as its query shows it' })
