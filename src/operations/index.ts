import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { deactivateCoupon } from './busifavor/deactivate-coupon.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { listUserCoupons } from './busifavor/list-user-coupons.ts'
import { preSendProductCoupon } from './busifavor/pre-send-product-coupon.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { returnCoupon } from './busifavor/return-coupon.ts'
import { sendCoupon } from './busifavor/send-coupon.ts'
import { sendGovCard } from './busifavor/send-gov-card.ts'
import { sendProductCoupon } from './busifavor/send-product-coupon.ts'
import { useCoupon } from './busifavor/use-coupon.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'

/** Every operation that the mock answers. */
export const operations: readonly Operation[] = [
  associateTradeInfo,
  disassociateTradeInfo,
  useCoupon,
  returnCoupon,
  deactivateCoupon,
  queryUserCoupon,
  listUserCoupons,
  sendCoupon,
  sendProductCoupon,
  preSendProductCoupon,
  sendGovCard,
  downloadCertificates,
]

export {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  downloadCertificates,
  listUserCoupons,
  preSendProductCoupon,
  queryUserCoupon,
  returnCoupon,
  sendCoupon,
  sendGovCard,
  sendProductCoupon,
  useCoupon,
}
