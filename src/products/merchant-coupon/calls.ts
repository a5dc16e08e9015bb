import type { CallsFor } from '../../control/call.ts'
import {
  addCoupon,
  addCoupons,
  coupon,
  couponTimeline,
  exchangeCoupons,
  listedCoupons,
  orderCoupons,
  patchCoupon,
} from './coupon-control.ts'
import { eventAddressThing } from './coupon-send.ts'
import { couponThing } from './coupon-thing.ts'
import { handOutCoupon } from './hand-out-call.ts'
import type { routes } from './routes.ts'
import {
  addCode,
  addCodes,
  addStock,
  addStocks,
  codeThing,
  listedStocks,
  patchStock,
  stock,
  stockThing,
} from './stock-control.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies.ts'

/** The control calls of merchant coupons: what the phone, the console and tests do. */
export const calls = {
  addCode,
  addCodes,
  addCoupon,
  addCoupons,
  addStock,
  addStocks,
  coupon,
  coupons: listedCoupons,
  couponTimeline,
  exchangeCoupons,
  handOutCoupon,
  orderCoupons,
  patchCoupon,
  patchStock,
  stock,
  stocks: listedStocks,
} satisfies CallsFor<typeof routes>

type Calls = typeof calls

/** Their types under one name, so that declarations need not spell all of them out. */
export interface MerchantCouponCalls extends Calls {}

/** Kinds of merchant-coupon things in the dashboard. */
export const things = [couponThing, stockThing, codeThing, subsidyThing, subsidyReturnThing, eventAddressThing]
