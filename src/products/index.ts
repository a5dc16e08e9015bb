import { catalogue } from '../catalogue/index.ts'
import { bill } from './bill/index.ts'
import { merchantCoupon } from './merchant-coupon/index.ts'
import { payment } from './payment/index.ts'
import { platform } from './platform/index.ts'
import { profitSharing } from './profit-sharing/index.ts'
import { transfer } from './transfer/index.ts'

/** The products that a mock has by default. */
export const products = [merchantCoupon, payment, profitSharing, bill, platform, transfer, catalogue] as const
