// Made by `npm run docs` from the products in index.ts, whose folders have their ids.

import { states as complaints } from './complaints/states.ts'
import { states as merchantCoupon } from './merchant-coupon/states.ts'
import { states as payment } from './payment/states.ts'
import { states as productCoupon } from './product-coupon/states.ts'
import { states as profitSharing } from './profit-sharing/states.ts'
import { states as transfer } from './transfer/states.ts'

/** The provider states of the mock's own products. */
export const ownStates = {
  ...merchantCoupon,
  ...payment,
  ...profitSharing,
  ...transfer,
  ...productCoupon,
  ...complaints,
} as const
