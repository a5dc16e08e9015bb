import { catalogue } from '../../src/catalogue/index.ts'
import type { MockOptions } from '../../src/mock.ts'
import { bill } from '../../src/products/bill/index.ts'
import { merchantCoupon } from '../../src/products/merchant-coupon/index.ts'
import { payment } from '../../src/products/payment/index.ts'
import { platform } from '../../src/products/platform/index.ts'
import { productCoupon } from '../../src/products/product-coupon/index.ts'
import { profitSharing } from '../../src/products/profit-sharing/index.ts'
import { transfer } from '../../src/products/transfer/index.ts'
import { test as base } from './world.ts'

/**
 * The products of a mock for tests of calls without rules, whose examples are real calls, such as those of complaints: a product that gives them rules later
 * does not join this list.
 */
export const firstProducts = [
  merchantCoupon,
  payment,
  profitSharing,
  bill,
  platform,
  transfer,
  productCoupon,
  catalogue,
] as const

/** The test of `world.ts` with a mock that has these products. */
export const test = base.extend('options', { products: firstProducts } as MockOptions)
