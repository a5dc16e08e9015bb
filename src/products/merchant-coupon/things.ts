import { codeThing } from './codes/thing.ts'
import { couponThing } from './coupons/thing.ts'
import { eventAddressThing } from './event-address/thing.ts'
import { stockThing } from './stocks/thing.ts'
import { subsidyReturnThing, subsidyThing } from './subsidies/things.ts'

/** What the dashboard shows of merchant coupons. */
export const things = [couponThing, stockThing, codeThing, subsidyThing, subsidyReturnThing, eventAddressThing]
