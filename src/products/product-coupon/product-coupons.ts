import { z } from 'zod'
import { asGivenWith, instant, mchid, money, shortText } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { ALL, defineTable, descending, type RowDefaults } from '../../engine/state/table.ts'

export const brandId = z.string().min(1).max(40)
export const objectId = z.string().min(1).max(40)

export const normalCoupon = z.strictObject({ threshold: money, discount_amount: z.int().min(1) })
export const discountCoupon = z.strictObject({ threshold: money, percent_off: z.int().min(1).max(99) })

/** How something came to its end by a call (失效). */
export const deactivation = {
  deactivate_request_no: shortText.optional(),
  deactivate_time: instant.optional(),
  deactivate_reason: z.string().min(1).max(150).optional(),
} as const

const DISPLAY = { name: shortText, image_url: z.string(), background_url: z.string() } as const

/** A 商品券: the benefit and the pictures that its batches share. */
export const productCoupon = z
  .strictObject({
    mchid: mchid.describe('the partner (服务商) that made it'),
    brand_id: brandId,
    product_coupon_id: objectId,
    scope: z.enum(['ALL', 'SINGLE']).describe('SINGLE: for one product, and the batch says the benefit'),
    type: z.enum(['NORMAL', 'DISCOUNT', 'EXCHANGE']),
    usage_mode: z.enum(['SINGLE', 'PROGRESSIVE_BUNDLE']).describe('PROGRESSIVE_BUNDLE: several uses (多次优惠)'),
    single_usage_info: z
      .strictObject({ normal_coupon: normalCoupon.optional(), discount_coupon: discountCoupon.optional() })
      .optional(),
    progressive_bundle_usage_info: z
      .strictObject({ count: z.int().min(3).max(15), interval_days: z.int().min(0).max(365).optional() })
      .optional(),
    display_info: asGivenWith(DISPLAY),
    out_product_no: z.string().min(1).max(40).optional(),
    state: z.enum(['AUDITING', 'EFFECTIVE', 'DEACTIVATED']),
    ...deactivation,
    create_time: instant,
  })
  .meta({
    id: 'CompletedProductCoupon',
    description: 'a product coupon (商品券) with everything that was left out filled in',
  })

const givenProductCoupon = productCoupon
  .extend({ display_info: asGivenWith(z.object(DISPLAY).partial().shape) })
  .partial()
  .meta({ id: 'ProductCoupon', description: 'a product coupon (商品券): the benefit that its batches share' })

export type ProductCoupon = Readonly<z.output<typeof productCoupon>>
export type GivenProductCoupon = z.output<typeof givenProductCoupon>

/** The brand of what names none, in the mock's examples and defaults. */
const DEFAULT_BRAND = '40001'

/** Completes a product coupon of a seed file: twenty yuan off a hundred, on everything, once. */
export function completeProductCoupon(
  given: GivenProductCoupon,
  { now, ids, defaultMchid }: RowDefaults,
): ProductCoupon {
  const { scope = 'ALL', type = 'NORMAL', usage_mode = 'SINGLE' } = given
  const benefit =
    type === 'DISCOUNT'
      ? { discount_coupon: { threshold: 10_000, percent_off: 20 } }
      : { normal_coupon: { threshold: 10_000, discount_amount: 2_000 } }
  return {
    ...given,
    mchid: given.mchid ?? defaultMchid,
    brand_id: given.brand_id ?? DEFAULT_BRAND,
    product_coupon_id: given.product_coupon_id ?? newProductCouponId(ids),
    scope,
    type,
    usage_mode,
    single_usage_info: given.single_usage_info ?? (scope === 'ALL' && usage_mode === 'SINGLE' ? benefit : undefined),
    progressive_bundle_usage_info:
      given.progressive_bundle_usage_info ?? (usage_mode === 'SINGLE' ? undefined : { count: 3 }),
    display_info: {
      ...given.display_info,
      name: given.display_info?.name ?? '满100减20元',
      image_url: given.display_info?.image_url ?? 'https://wxpaylogo.qpic.cn/wxpaylogo/coupon.png',
      background_url: given.display_info?.background_url ?? 'https://wxpaylogo.qpic.cn/wxpaylogo/background.png',
    },
    state: given.state ?? 'EFFECTIVE',
    create_time: given.create_time ?? now,
  }
}

export function newProductCouponId(ids: RowDefaults['ids']): string {
  return `1${ids.digits(9)}`
}

/** Product coupons (商品券). */
export const productCoupons = defineTable({
  name: 'productCoupons',
  title: { en: 'Product coupons', zh: '商品券' },
  row: productCoupon,
  given: givenProductCoupon,
  complete: completeProductCoupon,
  key: ['product_coupon_id'],
  indexes: ['product_coupon_id'],
  sorted: { newest: { among: () => ALL, by: ({ create_time }) => descending(create_time) } },
  inJournal: true,
})

/** Authorization of a partner by a brand. Brands without a row let every partner that opened the product act for them. */
const brandPartner = z
  .strictObject({
    mchid: mchid.describe('the partner (服务商)'),
    brand_id: brandId,
    authorized: z.boolean().describe('false: the brand has not authorized it, or no longer does'),
    brand_appids: z
      .array(z.string().min(1).max(32))
      .max(100)
      .optional()
      .describe('appids of the brand, besides those of the partner; any may be used if neither has a list'),
  })
  .meta({ id: 'BrandPartner', description: 'what a brand lets a partner do (品牌授权服务商)' })

/** Partners of brands. */
export const brandPartners = defineTable({
  name: 'brandPartners',
  title: { en: 'Partners of brands', zh: '品牌授权' },
  row: brandPartner,
  given: brandPartner
    .partial({ mchid: true, brand_id: true, authorized: true })
    .meta({ id: 'GivenBrandPartner', description: 'what a brand lets a partner do (品牌授权服务商)' }),
  complete: (given, { defaultMchid }) => ({
    ...given,
    mchid: given.mchid ?? defaultMchid,
    brand_id: given.brand_id ?? DEFAULT_BRAND,
    authorized: given.authorized ?? true,
  }),
  key: ['brand_id'],
  sorted: { newest: { among: () => ALL, by: () => '' } },
})

/** Where the events of a partner's coupons go (商品券事件通知地址), for all its brands. */
export const couponAddresses = defineTable({
  name: 'productCouponAddresses',
  title: { en: 'Callback addresses of product coupons', zh: '商品券事件通知地址' },
  row: z
    .strictObject({ mchid, notify_url: z.url().max(256), update_time: instant })
    .meta({ id: 'ProductCouponAddress', description: 'where the events of product coupons go (商品券事件通知地址)' }),
  key: ['mchid'],
})

/** Where events go; `undefined` where the partner has set nothing. */
export async function couponAddressOf(tx: Transaction, mchid: string) {
  return tx.in(couponAddresses).find(mchid, mchid)
}
