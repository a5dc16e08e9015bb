import { orderThing } from './orders/thing.ts'
import { refundThing } from './refunds/thing.ts'

/** What the dashboard shows of payment. */
export const things = [orderThing, refundThing]
