import { callsOf } from '../../control/call.ts'
import * as coupons from './coupon-control.ts'
import { eventAddressThing } from './coupon-send.ts'
import * as couponThings from './coupon-thing.ts'
import * as handOut from './hand-out-call.ts'
import { routes } from './routes.ts'
import * as stocks from './stock-control.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies.ts'

/** The control calls of merchant coupons: what the phone, the console and tests do. */
export const calls = callsOf(routes, coupons, couponThings, handOut, stocks)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface MerchantCouponCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [
  couponThings.couponThing,
  stocks.stockThing,
  stocks.codeThing,
  subsidyThing,
  subsidyReturnThing,
  eventAddressThing,
]
