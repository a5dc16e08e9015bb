import { z } from 'zod'
import { defineSetting } from '../../engine/settings.ts'

/** The settings of product coupons. */
export const productCouponSettings = {
  /**
   * Whether a coupon may be used with any order, only with one that exists, of a merchant that the mock knows, or only with one that is paid.
   * Default: `known`.
   */
  // product-coupon.md 5.4, inferred
  productCouponOrders: defineSetting({
    name: 'productCouponOrders',
    schema: z.enum(['any', 'known', 'paid']),
    default: 'known',
    description:
      'whether product coupons may be used with any order number, or only with orders that exist or are paid; orders of merchants that the mock does not know are never checked',
    texts: {
      en: 'whether product coupons may be used with any order, only with orders that exist, or only with paid ones',
      zh: '核销商品券时可关联任意订单，只能关联存在的订单，还是只能关联已支付的订单',
    },
    value: 'which',
  }),
  /** Whether images of product coupons may have any address, or only one that the upload call gives, as the pages have it. Default: `any`. */
  productCouponImages: defineSetting({
    name: 'productCouponImages',
    schema: z.enum(['any', 'uploaded']),
    default: 'any',
    description:
      'whether images of product coupons may have any address, or only one that the upload call gives, as the pages say',
    texts: {
      en: 'whether images of product coupons may have any address, or only one that the upload call gives',
      zh: '商品券图片可用任意地址，还是只能用图片上传接口返回的地址',
    },
    value: 'which',
  }),
}

/** One name for all of them, so that declarations show each with its comment. */
export interface ProductCouponSettings extends Readonly<typeof productCouponSettings> {}
