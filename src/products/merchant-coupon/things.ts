import { couponThing } from './coupon-thing.ts'
import { eventAddressThing } from './event-address.ts'
import { codeThing, stockThing } from './stock-control.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies.ts'

/** Kinds of merchant-coupon things in the dashboard. */
export const things = [couponThing, stockThing, codeThing, subsidyThing, subsidyReturnThing, eventAddressThing]
