import { defineProduct } from '../../engine/product.ts'
import { users } from '../platform/index.ts'
import type { ProductCouponCalls } from './control-calls.ts'
import { imageMade, imageTasks } from './image-calls.ts'
import * as operations from './operations.ts'
import { keepEndsOfPreSends, preSends } from './pre-sends.ts'
import { brandPartners, couponAddresses, productCoupons } from './product-coupons.ts'
import { routes } from './routes.ts'
import { productCouponSent } from './send-coupons.ts'
import { type ProductCouponSettings, productCouponSettings } from './settings.ts'
import type { ProductCouponStates } from './states.ts'
import { stockStores, stocks, uploadedCodes } from './stocks.ts'
import { keepEndsOfUserCoupons, sentDisplays, userCoupons } from './user-coupons.ts'
import { walletPage } from './wallet.ts'

/** 商品券: the coupons of a brand that its partners make, send and take in. */
export const productCoupon = defineProduct({
  id: 'product-coupon',
  title: { en: 'Product coupons', zh: '商品券' },
  operations: Object.values(operations),
  events: [productCouponSent, imageMade],
  tables: [
    brandPartners,
    productCoupons,
    stocks,
    uploadedCodes,
    stockStores,
    userCoupons,
    sentDisplays,
    preSends,
    couponAddresses,
    imageTasks,
    users,
  ],
  settings: productCouponSettings as ProductCouponSettings,
  async keepEnds(tx, setBack) {
    await keepEndsOfUserCoupons(tx, setBack)
    await keepEndsOfPreSends(tx, setBack)
  },
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  states: async (): Promise<ProductCouponStates> => (await import('./states.ts')).states,
  calls: async (): Promise<ProductCouponCalls> => (await import('./control-calls.ts')).calls,
  pages: [walletPage],
})
