import { callsOf } from '../../control/call.ts'
import * as coupons from './coupon-control.ts'
import { userCouponThing } from './coupon-control.ts'
import { routes } from './routes.ts'
import * as stocks from './stock-control.ts'
import { productThing, stockThing } from './stock-control.ts'
import * as wallet from './wallet-calls.ts'

/** The control calls of product coupons: what users, brands and the console of WeChat Pay do. */
export const calls = callsOf(routes, coupons, stocks, wallet)

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ProductCouponCalls extends Readonly<typeof calls> {}

/** Shown in the dashboard, in the order of its navigation. */
export const things = [userCouponThing, stockThing, productThing]
