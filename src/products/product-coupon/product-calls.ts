import { documentedCall } from '../../catalogue/documented-call.ts'
import { PRODUCT_REFUSALS, productFor } from './request-facts.ts'

/** 查询商品券: look a product coupon up. */
export const queryProductCoupon = documentedCall(
  'GET /v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}',
  {
    id: 'queryProductCoupon',
    summary: 'Query a product coupon',
    refusals: PRODUCT_REFUSALS,
    async handle({ path, query }: { path: { product_coupon_id: string }; query: { brand_id: string } }, context) {
      return productFor({ ...path, ...query }, context)
    },
  },
)
