import { z } from 'zod'
import { asGivenWith, instant, mchid, money, position } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, ascending, defineTable, descending, type Surroundings } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { orLastInstant, startOfDay } from '../../wire/shared/china-time.ts'
import {
  brandId,
  completeProductCoupon,
  deactivation,
  discountCoupon,
  normalCoupon,
  objectId,
  productCoupons,
} from './product-coupons.ts'

/** The most coupons that a batch may hand out; documented. */
export const MOST_COUPONS = 100_000_000

const count = z.int().min(0).max(MOST_COUPONS)
const limit = z.int().min(1).max(MOST_COUPONS)
const secondOfDay = z.int().min(0).max(86_399)

/** When a coupon can be used (券可核销时间). */
const availablePeriod = z.strictObject({
  available_begin_time: instant,
  available_end_time: instant,
  available_days: z.int().min(1).max(365).optional(),
  wait_days_after_receive: z.int().min(0).max(30).optional(),
  weekly_available_period: z
    .strictObject({
      day_list: z
        .array(z.enum(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']))
        .max(7)
        .optional(),
      day_period_list: z
        .array(z.strictObject({ begin_time: secondOfDay, end_time: secondOfDay }))
        .max(50)
        .optional(),
    })
    .optional(),
  irregular_available_period_list: z
    .array(z.strictObject({ begin_time: instant, end_time: instant }))
    .max(2)
    .optional(),
  available_seconds: z.int().min(1).max(31_536_000).optional(),
})

export type AvailablePeriod = z.output<typeof availablePeriod>

/** When and for what a coupon can be used; the benefit stands here where the product coupon has none. */
export const usageRule = z.strictObject({
  coupon_available_period: availablePeriod,
  normal_coupon: normalCoupon.optional(),
  discount_coupon: discountCoupon.optional(),
  exchange_coupon: z.strictObject({ threshold: money, exchange_price: money }).optional(),
})

type UsageRule = z.output<typeof usageRule>

const sentCount = z.strictObject({
  total_count: count,
  today_count: count,
  day: instant.describe('midnight of the day that today_count counts'),
})

const USAGE_DISPLAY = { coupon_usage_method_list: z.array(z.string()), usage_description: z.string() } as const
const COUPON_DISPLAY = { code_display_mode: z.enum(['INVISIBLE', 'BARCODE', 'QRCODE']) } as const

/** A batch (批次) of a product coupon; one use of a bundle (批次组) is a batch too. */
export const stock = z
  .strictObject({
    mchid: mchid.describe('the partner (服务商) that made it'),
    brand_id: brandId,
    product_coupon_id: objectId,
    stock_id: objectId,
    remark: z.string().max(20).optional(),
    coupon_code_mode: z.enum(['WECHATPAY', 'UPLOAD', 'API_ASSIGN']),
    stock_send_rule: z.strictObject({
      max_count: limit,
      max_count_per_day: limit.optional(),
      max_count_per_user: z.int().min(1).max(100),
    }),
    single_usage_rule: usageRule.optional(),
    progressive_bundle_usage_rule: usageRule.optional(),
    stock_bundle_info: z
      .strictObject({ stock_bundle_id: objectId, stock_bundle_index: z.int().min(0).max(14) })
      .optional(),
    usage_rule_display_info: asGivenWith(USAGE_DISPLAY),
    coupon_display_info: asGivenWith(COUPON_DISPLAY),
    notify_config: z.strictObject({ notify_appid: z.string().min(1).max(32) }),
    store_scope: z.enum(['NONE', 'ALL', 'SPECIFIC']),
    coupon_code_count_info: z
      .strictObject({ total_count: count, available_count: count })
      .optional()
      .describe('uploaded codes; always counted from the codes themselves, whatever is given'),
    sent_count_info: sentCount.describe('coupons sent so far; counted from the coupons if left out'),
    state: z.enum(['AUDITING', 'SENDING', 'PAUSED', 'STOPPED', 'DEACTIVATED']),
    ...deactivation,
    create_time: instant,
  })
  .meta({
    id: 'CompletedProductCouponStock',
    description: 'a batch of a product coupon with everything that was left out filled in',
  })

export const givenStock = stock
  .extend({
    usage_rule_display_info: asGivenWith(z.object(USAGE_DISPLAY).partial().shape),
    coupon_display_info: asGivenWith(z.object(COUPON_DISPLAY).partial().shape),
  })
  .partial()
  .meta({ id: 'ProductCouponStock', description: 'a batch (批次) of a product coupon; one use of a bundle is one too' })

export type Stock = Readonly<z.output<typeof stock>>
type GivenStock = z.output<typeof givenStock>

/** Batches of product coupons. */
export const stocks = defineTable({
  name: 'productCouponStocks',
  title: { en: 'Batches of product coupons', zh: '商品券批次' },
  row: stock,
  given: givenStock,
  complete: loadStock,
  key: ['stock_id'],
  indexes: {
    stock_id: ({ stock_id }) => stock_id,
    product_coupon_id: ({ product_coupon_id }) => product_coupon_id,
    stock_bundle_id: ({ stock_bundle_info }) => stock_bundle_info?.stock_bundle_id,
  },
  sorted: {
    newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) },
    /** The batches of a product coupon, the newest first. */
    ofProductCoupon: {
      among: ({ product_coupon_id }) => product_coupon_id,
      by: ({ create_time, stock_bundle_info }) =>
        descending(create_time, -(stock_bundle_info?.stock_bundle_index ?? 0)),
    },
  },
  inJournal: true,
})

const HALF_A_YEAR = 180 * 86_400_000

/** Makes a batch of a seed file, with its product coupon if the file has none. */
function loadStock(given: GivenStock, surroundings: Surroundings): Stock {
  const { world, defaultMchid } = surroundings
  const { mchid = defaultMchid, product_coupon_id: id, brand_id } = given
  const usage_mode = given.stock_bundle_info ? 'PROGRESSIVE_BUNDLE' : 'SINGLE'
  const table = world.in(productCoupons)
  const known = id === undefined ? undefined : table.find(mchid, id)
  const product =
    known ??
    completeProductCoupon(
      { mchid, usage_mode, ...(id !== undefined && { product_coupon_id: id }), ...(brand_id && { brand_id }) },
      surroundings,
    )
  if (!known) table.save(product)
  return completeStock({ ...given, mchid }, product, surroundings)
}

/** Completes a batch: as many coupons as may be, usable half a year before and after today, everywhere. */
export function completeStock(
  given: GivenStock,
  product: { readonly mchid: string; readonly brand_id: string; readonly product_coupon_id: string },
  { now, ids }: Pick<Surroundings, 'now' | 'ids'>,
): Stock {
  const { coupon_code_mode = 'WECHATPAY', stock_send_rule, sent_count_info: sent } = given
  const today = startOfDay(now)
  const rule: UsageRule = {
    coupon_available_period: {
      available_begin_time: today - HALF_A_YEAR,
      available_end_time: orLastInstant(today + HALF_A_YEAR - 1_000),
    },
  }
  const { stock_bundle_info, single_usage_rule, progressive_bundle_usage_rule } = given
  const { usage_rule_display_info: usage, coupon_display_info: display } = given
  if (stock_bundle_info && coupon_code_mode === 'API_ASSIGN') {
    throw refusalAt('/coupon_code_mode', 'MOCK_PRODUCT_COUPON_STOCK', {
      en: 'A send of a bundle brings no codes: its batches are WECHATPAY or UPLOAD.',
      zh: '发放批次组时不能指定券 Code：批次组中的批次只能是 WECHATPAY 或 UPLOAD。',
    })
  }
  const benefit = { normal_coupon: { threshold: 10_000, discount_amount: 2_000 } }
  return {
    ...given,
    mchid: product.mchid,
    brand_id: product.brand_id,
    product_coupon_id: product.product_coupon_id,
    stock_id: given.stock_id ?? `${product.product_coupon_id}${ids.digits(3)}`,
    coupon_code_mode,
    stock_send_rule: stock_send_rule ?? { max_count: MOST_COUPONS, max_count_per_user: 100 },
    single_usage_rule: stock_bundle_info ? undefined : (single_usage_rule ?? rule),
    progressive_bundle_usage_rule: stock_bundle_info
      ? (progressive_bundle_usage_rule ?? { ...rule, ...benefit })
      : undefined,
    usage_rule_display_info: {
      ...usage,
      coupon_usage_method_list: usage?.coupon_usage_method_list ?? ['OFFLINE'],
      usage_description: usage?.usage_description ?? '到店出示券码使用',
    },
    coupon_display_info: {
      ...(display ?? { background_color: 'Color020' }),
      code_display_mode: display?.code_display_mode ?? 'QRCODE',
    },
    notify_config: given.notify_config ?? { notify_appid: 'wx8888888888888888' },
    store_scope: given.store_scope ?? 'NONE',
    coupon_code_count_info: coupon_code_mode === 'UPLOAD' ? { total_count: 0, available_count: 0 } : undefined,
    sent_count_info: sent ?? { total_count: 0, today_count: 0, day: today },
    state: given.state ?? 'SENDING',
    create_time: given.create_time ?? now,
  }
}

/** The rule of a batch, alone or in a bundle. */
export function ruleOf({
  single_usage_rule,
  progressive_bundle_usage_rule,
  stock_id,
}: Pick<Stock, 'single_usage_rule' | 'progressive_bundle_usage_rule' | 'stock_id'>): UsageRule {
  const rule = single_usage_rule ?? progressive_bundle_usage_rule
  if (!rule) throw new Error(`Batch ${stock_id} says neither single_usage_rule nor progressive_bundle_usage_rule.`)
  return rule
}

/** The batches of a bundle (批次组), in the order of their use. */
export async function stocksOfBundle(tx: Transaction, mchid: string, bundleId: string): Promise<Stock[]> {
  const found = await tx.in(stocks).where('stock_bundle_id', bundleId, mchid)
  const index = ({ stock_bundle_info }: Stock) => stock_bundle_info?.stock_bundle_index ?? 0
  return found.toSorted((a, b) => index(a) - index(b))
}

/** The batch after one more coupon was sent at an instant; a day's count starts at midnight in China. */
export function withSent(one: Stock, at: number): Stock {
  const { total_count, day } = one.sent_count_info
  const midnight = startOfDay(at)
  const today_count = sentOn(one, at) + 1
  // A clock that was set back does not count into a day that is over.
  const counted = midnight < day ? one.sent_count_info : { day: midnight, today_count }
  return { ...one, sent_count_info: { ...one.sent_count_info, ...counted, total_count: total_count + 1 } }
}

/** How many coupons were sent on the day of an instant. */
export function sentOn({ sent_count_info: { day, today_count } }: Stock, at: number): number {
  return startOfDay(at) === day ? today_count : 0
}

/** Whether nothing about a batch can be changed any more. */
export function hasExpired(one: Stock, at: number): boolean {
  return at >= ruleOf(one).coupon_available_period.available_end_time
}

/** The state of a batch at an instant: one that has reached its end is STOPPED (documented). */
export function stockStateOf(one: Stock, at: number): Stock['state'] {
  return one.state !== 'DEACTIVATED' && hasExpired(one, at) ? 'STOPPED' : one.state
}

/** A batch as answers show it at an instant, with more than they show. */
export function stockDetails(one: Stock, now: number) {
  return {
    ...one,
    state: stockStateOf(one, now),
    sent_count_info: { ...one.sent_count_info, today_count: sentOn(one, now) },
  }
}

/** A code that a merchant uploaded for a batch. */
export const uploadedCodes = defineTable({
  name: 'productCouponCodes',
  title: { en: 'Uploaded codes of product coupons', zh: '商品券预上传券 Code' },
  row: z
    .strictObject({
      mchid,
      stock_id: objectId,
      coupon_code: objectId,
      position: position.describe('codes are handed out in this order'),
      sent_time: instant.optional().describe('when it was handed out'),
    })
    .meta({ id: 'ProductCouponCode', description: 'a code that was uploaded for a batch of a product coupon' }),
  complete(code, { world }) {
    const batch = world.in(stocks).find(code.mchid, code.stock_id)
    if (batch) world.in(stocks).save(withCodes(batch, 1, code.sent_time === undefined ? 1 : 0))
    return code
  },
  key: ['stock_id', 'coupon_code'],
  sorted: {
    /** Codes that were not handed out yet, the next one first. */
    available: {
      among: ({ stock_id, sent_time }) => (sent_time === undefined ? stock_id : undefined),
      by: ({ position }) => ascending(position),
    },
  },
})

/** The batch with more codes, and more that are not handed out yet; only one whose merchant uploads them counts any. */
export function withCodes(one: Stock, more: number, moreAvailable: number): Stock {
  const { coupon_code_count_info: codes } = one
  if (!codes) return one
  const total_count = codes.total_count + more
  return {
    ...one,
    coupon_code_count_info: { total_count, available_count: codes.available_count + moreAvailable },
  }
}

/** A store that takes the coupons of a batch with store_scope SPECIFIC. */
export const stockStores = defineTable({
  name: 'productCouponStores',
  title: { en: 'Stores of product coupons', zh: '商品券可用门店' },
  row: z
    .strictObject({ mchid, stock_id: objectId, store_id: z.string().min(1).max(32), associate_time: instant })
    .meta({ id: 'ProductCouponStore', description: 'a store that takes the coupons of a batch (批次关联门店)' }),
  key: ['stock_id', 'store_id'],
  sorted: { ofStock: { among: ({ stock_id }) => stock_id, by: ({ associate_time }) => ascending(associate_time) } },
})
