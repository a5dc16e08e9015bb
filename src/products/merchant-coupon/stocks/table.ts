import { z } from 'zod'
import { misfitText } from '../../../engine/misfit-texts.ts'
import { mchid, shortText, time } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { fromWire } from '../../common/spelling.ts'
import type { Benefit, Stock } from '../rules/stock.ts'
import type { Validity } from '../rules/validity.ts'
import { startOfDay } from '../rules/validity.ts'
import { CODE_MODE, couponUseRule, STOCK_STATE, STOCK_TYPE, stockSendRule, USE_METHOD } from '../wire.ts'
import { stockLife } from './life.ts'
import * as fields from './stock-fields.ts'

const DAY = 24 * 3_600_000

const fen = z.int().min(0).max(10_000_000)
const count = z.int().min(0)
/** A number of coupons handed out: few enough that their total worth is exact to the fen. */
const handedOut = z.int().min(0).max(900_000_000)
const limit = z.int().min(1).max(1_000_000_000)
/** Kept as it was given. */
const asGiven = z
  .record(z.string(), z.unknown())
  .refine((info) => isNoDeeperThan(info, 8), misfitText({ en: 'nested more than 8 levels deep', zh: '嵌套超过 8 层' }))
  // Bounded, since it is shown with each coupon of the batch.
  .refine(
    (info) => !isNoDeeperThan(info, 8) || JSON.stringify(info).length <= 16_384,
    misfitText({ en: 'longer than 16,384 characters', zh: '超过 16,384 个字符' }),
  )

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
              .max(fields.MOST_PERIODS)
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

export const stockPatch = z
  .strictObject({ state: z.enum(Object.values(STOCK_STATE)) })
  .meta({ id: 'StockPatch', description: 'what to change of a batch' })

/** The members that a batch always has once the mock has filled in the rest. */
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

export type StockJson = z.input<typeof stockJson>
export type StockPatch = z.input<typeof stockPatch>
export type CompletedStock = z.output<typeof completedStock>

/** Batches (批次). Their ids are unique per creator only, so that parallel tests may all use `100088`. */
export const stocks = defineTable({
  name: 'stocks',
  title: { en: 'Batches', zh: '批次' },
  life: stockLife,
  owner: ({ creatorMchid }: Stock) => creatorMchid,
  key: ({ stockId }) => [stockId],
  keyMembers: ['stock_id'],
  indexes: { stockId: ({ stockId }) => stockId },
  sorted: { newest: { among: () => ALL, by: ({ createdAt }) => descending(createdAt) } },
  json: stockJson,
  completed: completedStock,
  fromJson: completeStock,
  toJson: describeStock,
  inJournal: true,
})

/** Completes a partial batch: running, ten yuan off a hundred, half a year before and after today. */
export function completeStock(json: StockJson, { now, ids, defaultMchid }: RowDefaults): Stock {
  const creatorMchid = json.mchid ?? defaultMchid
  const benefit = benefitOf(json)
  return {
    stockId: json.stock_id ?? `1${ids.digits(15)}`,
    creatorMchid,
    ownerMchid: json.belong_merchant ?? creatorMchid,
    name: json.stock_name ?? '满100减10元券',
    ...(json.comment !== undefined && { comment: json.comment }),
    goodsName: json.goods_name ?? '全场商品',
    benefit,
    validity: validityOf(json, now),
    useMethod: fromWire(USE_METHOD, json.coupon_use_rule?.use_method ?? 'OFF_LINE'),
    state: fromWire(STOCK_STATE, json.state ?? 'RUNNING'),
    codeMode: fromWire(CODE_MODE, json.coupon_code_mode ?? 'WECHATPAY_MODE'),
    ...fields.miniProgramOf(json.coupon_use_rule ?? {}),
    sendRule: sendRuleOf(json, benefit),
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

function sendRuleOf({ stock_send_rule: rule = {} }: StockJson, benefit: Benefit): Stock['sendRule'] {
  return fields.sendRuleOf(
    {
      ...rule,
      max_coupons: rule.max_coupons ?? 1_000_000,
      max_coupons_per_user: rule.max_coupons_per_user ?? 100,
    },
    benefit,
  )
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
    throw new UsageError(
      'MOCK_STOCK_TIMES',
      {
        en: 'available_end_time has to be after available_begin_time.',
        zh: '批次结束时间（available_end_time）应晚于开始时间（available_begin_time）。',
      },
      { path: '/coupon_use_rule/coupon_available_time/available_end_time' },
    )
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

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}

/** Whether a JSON value is nested no deeper than `levels`; looks no further than that. */
function isNoDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((member) => isNoDeeperThan(member, levels - 1))
}
