// Made by `npm run docs` from the products in index.ts, whose folders have their ids.

/** Where the control calls of the mock's own products are found: what a client needs of them, without their schemas. */
export { routes as complaints } from './complaints/routes.ts'
export { routes as merchantCoupon } from './merchant-coupon/routes.ts'
export { routes as payment } from './payment/routes.ts'
export { routes as platform } from './platform/routes.ts'
export { routes as productCoupon } from './product-coupon/routes.ts'
export { routes as profitSharing } from './profit-sharing/routes.ts'
export { routes as transfer } from './transfer/routes.ts'
