import { codeThing } from './codes/thing.ts'
import { couponThing } from './coupon-thing.ts'
import { eventAddressThing } from './event-address.ts'
import { stockThing } from './stocks/thing.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies/things.ts'

/** What the dashboard shows of merchant coupons. */
export const things = [couponThing, stockThing, codeThing, subsidyThing, subsidyReturnThing, eventAddressThing]
