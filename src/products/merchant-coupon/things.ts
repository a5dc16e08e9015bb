import { couponThing } from './coupon-thing.ts'
import { eventAddressThing } from './event-address.ts'
import { codeThing, stockThing } from './stock-control.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies.ts'

/** What the dashboard shows of merchant coupons. */
export const things = [couponThing, stockThing, codeThing, subsidyThing, subsidyReturnThing, eventAddressThing]
