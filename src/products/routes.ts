import type { products } from './index.ts'
import { routes as merchantCoupon } from './merchant-coupon/routes.ts'
import { routes as payment } from './payment/routes.ts'
import { routes as platform } from './platform/routes.ts'
import { routes as profitSharing } from './profit-sharing/routes.ts'
import { routes as transfer } from './transfer/routes.ts'

type RoutesOf<Products extends readonly object[]> = {
  readonly [Place in keyof Products]: Products[Place] extends { readonly routes: infer Routes } ? Routes : object
}

/** Where the control calls of the mock's own products are found: what a client needs of them, without their schemas. */
export const ownRoutes = [
  merchantCoupon,
  payment,
  profitSharing,
  {},
  platform,
  transfer,
  {},
] as const satisfies RoutesOf<typeof products>
