import type { CallsFor } from '../../control/call.ts'
import { addCalls } from '../../control/row-calls.ts'
import { brandPartners } from './product-coupons.ts'
import type { routes } from './routes.ts'

const { one: addBrandPartner, many: addBrandPartners } = addCalls(brandPartners, {
  summary: 'Say what a brand lets a partner do (品牌授权服务商), or what several do; what was said before is replaced',
})

/** The control calls of product coupons. */
export const calls = { addBrandPartner, addBrandPartners } satisfies CallsFor<typeof routes>

/** Their types under one name, so that declarations need not spell all of them out. */
export interface ProductCouponCalls extends Readonly<typeof calls> {}
