import { defineProduct } from '../../engine/product.ts'
import { orders, refunds } from '../payment/index.ts'
import { users } from '../platform/index.ts'
import type { MerchantCouponCalls } from './calls.ts'
import { codes } from './codes.ts'
import { couponSend } from './coupon-send.ts'
import { coupons } from './coupons.ts'
import { eventAddresses, eventAddressOf } from './event-address.ts'
import * as operations from './operations.ts'
import { routes } from './routes.ts'
import { merchantCouponSettings } from './settings.ts'
import type { MerchantCouponStates } from './states.ts'
import { stocks } from './stocks.ts'
import { sampleCall, story } from './story.ts'
import { subsidies, subsidyReturns } from './subsidies.ts'

/** 商家券 (busifavor): batches, their codes, and the life of coupons. */
export const merchantCoupon = defineProduct({
  id: 'merchant-coupon',
  title: { en: 'Merchant coupons', zh: '商家券' },
  operations: Object.values(operations),
  events: [couponSend],
  settings: merchantCouponSettings,
  tables: [stocks, codes, coupons, subsidies, subsidyReturns, eventAddresses, orders, refunds, users],
  notifyUrlOf: eventAddressOf,
  sampleCall,
  routes,
  things: async () => (await import('./things.ts')).things,
  calls: async (): Promise<MerchantCouponCalls> => (await import('./calls.ts')).calls,
  states: async (): Promise<MerchantCouponStates> => (await import('./states.ts')).states,
  story,
})
