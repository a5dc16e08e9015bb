import { z } from 'zod'
import { asGiven, instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { orLastInstant, startOfDay } from '../../wire/shared/china-time.ts'

/** Spelled as the service spells it. */
export const stockState = z.enum(['UNAUDIT', 'RUNNING', 'STOPED', 'PAUSED'])
export const stockType = z.enum(['NORMAL', 'DISCOUNT', 'EXCHANGE'])
export const codeMode = z.enum(['WECHATPAY_MODE', 'MERCHANT_API', 'MERCHANT_UPLOAD'])
export const useMethod = z.enum(['OFF_LINE', 'MINI_PROGRAMS', 'SELF_CONSUME', 'PAYMENT_CODE'])

/** The most 无规律的有效时间段 that a batch has; no limit is documented (inferred). */
export const MOST_PERIODS = 50

const fen = z.int().min(0).max(10_000_000)
const count = z.int().min(0)
const secondOfDay = z.int().min(0).max(86_399)
/** A number of coupons handed out: few enough that their total worth is exact to the fen. */
const handedOut = z.int().min(0).max(900_000_000)
const limit = z.int().min(1).max(1_000_000_000)
const availableTime = z.strictObject({
  available_begin_time: instant.optional(),
  available_end_time: instant.optional(),
  available_day_after_receive: z.int().min(1).max(365).optional(),
  wait_days_after_receive: z.int().min(1).max(30).optional(),
  available_second_after_receive: z.int().min(1).optional(),
  available_week: z
    .strictObject({
      week_day: z.array(z.int().min(0).max(6)).max(7).optional(),
      available_day_time: z
        .array(z.strictObject({ begin_time: secondOfDay, end_time: secondOfDay }))
        .max(2)
        .optional(),
    })
    .optional(),
  irregulary_avaliable_time: z
    .array(z.strictObject({ begin_time: instant, end_time: instant }))
    .max(MOST_PERIODS)
    .optional(),
})

const couponUseRule = z.strictObject({
  coupon_available_time: availableTime.optional(),
  fixed_normal_coupon: z.strictObject({ discount_amount: fen, transaction_minimum: fen }).optional(),
  discount_coupon: z.strictObject({ discount_percent: z.int().min(1).max(100), transaction_minimum: fen }).optional(),
  exchange_coupon: z.strictObject({ exchange_price: fen, transaction_minimum: fen }).optional(),
  use_method: useMethod.optional(),
  mini_programs_appid: z.string().min(1).max(32).optional(),
  mini_programs_path: shortText.optional(),
})

const stockSendRule = z.strictObject({
  max_coupons: limit.optional(),
  max_coupons_per_user: z.int().min(1).max(100).optional(),
  max_coupons_by_day: limit.optional(),
  max_amount: count.optional().describe('fen'),
  max_amount_by_day: count.optional().describe('fen'),
  natural_person_limit: z.boolean().optional(),
  prevent_api_abuse: z.boolean().optional(),
  transferable: z.boolean().optional(),
  shareable: z.boolean().optional(),
})

const sentCount = z.strictObject({
  total: handedOut,
  today: handedOut.optional(),
  day: instant.optional().describe('midnight of the day that today counts'),
})

export const givenStock = z
  .strictObject({
    mchid: mchid.optional().describe('creator; the well-known merchant if left out'),
    stock_id: z.string().min(1).max(20).optional(),
    state: stockState.optional(),
    belong_merchant: mchid.optional().describe('owner (批次归属商户号); the creator if left out'),
    stock_name: shortText.optional(),
    comment: shortText.optional(),
    goods_name: shortText.optional(),
    stock_type: stockType.optional(),
    coupon_code_mode: codeMode.optional(),
    coupon_use_rule: couponUseRule.optional(),
    stock_send_rule: stockSendRule.optional(),
    display_pattern_info: asGiven.optional(),
    custom_entrance: asGiven.optional(),
    notify_config: z.strictObject({ notify_appid: z.string().min(1).max(32).optional() }).optional(),
    subsidy: z.boolean().optional(),
    tied_to_goods: z.boolean().optional().describe('商品券: only the product coupon calls send it'),
    create_time: instant.optional(),
    ready_time: instant.optional().describe('from when codes can be uploaded; at once if left out'),
    sent: sentCount.optional().describe('coupons handed out so far; counted from the coupons if left out'),
    codes: z
      .strictObject({ total: count, available: count })
      .optional()
      .describe('uploaded codes; always counted from the codes themselves, whatever is given'),
  })
  .meta({ id: 'Stock', description: 'a batch (批次)' })

/** With the members that a batch always has once the mock has filled in the rest. */
export const stockRow = givenStock
  .required({
    mchid: true,
    stock_id: true,
    state: true,
    belong_merchant: true,
    stock_name: true,
    goods_name: true,
    stock_type: true,
    coupon_code_mode: true,
    create_time: true,
  })
  .extend({
    coupon_use_rule: couponUseRule.required({ use_method: true }).extend({
      coupon_available_time: availableTime.required({
        available_begin_time: true,
        available_end_time: true,
        irregulary_avaliable_time: true,
      }),
    }),
    stock_send_rule: stockSendRule.required({ max_coupons: true, max_coupons_per_user: true }),
    sent: sentCount.required(),
  })
  .meta({ id: 'CompletedStock', description: 'a batch with everything that was left out filled in' })

/** A merchant coupon batch (批次). Its creator is the merchant itself, or the service provider (服务商) for it. */
export type Stock = z.output<typeof stockRow>
export type AvailableTime = Stock['coupon_use_rule']['coupon_available_time']
type GivenStock = z.output<typeof givenStock>
export type StockJson = z.input<typeof givenStock>
export type CompletedStock = z.input<typeof stockRow>

/** Batches (批次). Their ids are unique per creator only, so that parallel tests may all use `100088`. */
export const stocks = defineTable({
  name: 'stocks',
  title: { en: 'Batches', zh: '批次' },
  row: stockRow,
  given: givenStock,
  complete: completeStock,
  key: ['stock_id'],
  indexes: ['stock_id'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
  inJournal: true,
})

const HALF_A_YEAR = 180 * 86_400_000

/** Completes a partial batch: running, ten yuan off a hundred, half a year before and after today. */
export function completeStock(given: GivenStock, { now, ids, defaultMchid }: RowDefaults): Stock {
  const creator = given.mchid ?? defaultMchid
  const mode = given.coupon_code_mode ?? 'WECHATPAY_MODE'
  const { coupon_use_rule: use = {}, stock_send_rule: send = {}, sent } = given
  const { stock_type, ...benefit } = benefitOf(given)
  return {
    ...withoutOff(given),
    mchid: creator,
    stock_id: given.stock_id ?? `1${ids.digits(15)}`,
    state: given.state ?? 'RUNNING',
    belong_merchant: given.belong_merchant ?? creator,
    stock_name: given.stock_name ?? '满100减10元券',
    goods_name: given.goods_name ?? '全场商品',
    stock_type,
    coupon_code_mode: mode,
    coupon_use_rule: {
      coupon_available_time: availableTimeOf(use.coupon_available_time ?? {}, now),
      ...benefit,
      use_method: use.use_method ?? 'OFF_LINE',
      mini_programs_appid: use.mini_programs_appid,
      mini_programs_path: use.mini_programs_path,
    },
    stock_send_rule: {
      ...withoutOff(send),
      max_coupons: send.max_coupons ?? 1_000_000,
      max_coupons_per_user: send.max_coupons_per_user ?? 100,
    },
    create_time: given.create_time ?? now,
    sent: { total: sent?.total ?? 0, today: sent?.today ?? 0, day: sent?.day ?? startOfDay(now) },
    codes: codesOf(mode),
  }
}

/** A new batch has no codes, and only one whose merchant uploads them counts any. */
export function codesOf(mode: Stock['coupon_code_mode']): Stock['codes'] {
  return mode === 'MERCHANT_UPLOAD' ? { total: 0, available: 0 } : undefined
}

/** Switches that are off are left out (observed). */
export function withoutOff<Rule extends object>(rule: Rule): Rule {
  // Only optional members are switches.
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== false)) as Rule
}

/** The benefit of the type, or of the object that is given. */
function benefitOf({ stock_type, coupon_use_rule: rule = {} }: GivenStock) {
  const { fixed_normal_coupon: normal, discount_coupon: discount, exchange_coupon: exchange } = rule
  const type = stock_type ?? (discount ? 'DISCOUNT' : exchange ? 'EXCHANGE' : 'NORMAL')
  const transaction_minimum = 10_000
  return {
    stock_type: type,
    ...(type === 'NORMAL' && { fixed_normal_coupon: normal ?? { discount_amount: 1_000, transaction_minimum } }),
    ...(type === 'DISCOUNT' && { discount_coupon: discount ?? { discount_percent: 88, transaction_minimum } }),
    ...(type === 'EXCHANGE' && { exchange_coupon: exchange ?? { exchange_price: 100, transaction_minimum } }),
  }
}

function availableTimeOf(time: z.output<typeof availableTime>, now: number): AvailableTime {
  const today = startOfDay(now)
  const from = time.available_begin_time ?? today - HALF_A_YEAR
  const until = time.available_end_time ?? orLastInstant(Math.max(from, today) + HALF_A_YEAR - 1_000)
  if (until <= from) {
    throw refusalAt('/coupon_use_rule/coupon_available_time/available_end_time', 'MOCK_STOCK_TIMES', {
      en: 'available_end_time has to be after available_begin_time.',
      zh: '批次结束时间（available_end_time）应晚于开始时间（available_begin_time）。',
    })
  }
  const { irregulary_avaliable_time = [] } = time
  return { ...time, available_begin_time: from, available_end_time: until, irregulary_avaliable_time }
}
