import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { createStock } from './busifavor/create-stock.ts'
import { deactivateCoupon } from './busifavor/deactivate-coupon.ts'
import { deleteCouponCode } from './busifavor/delete-coupon-code.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { listCouponCodes } from './busifavor/list-coupon-codes.ts'
import { listUserCoupons } from './busifavor/list-user-coupons.ts'
import { modifyBudget } from './busifavor/modify-budget.ts'
import { modifyStock } from './busifavor/modify-stock.ts'
import { preSendProductCoupon } from './busifavor/pre-send-product-coupon.ts'
import { queryCouponCode } from './busifavor/query-coupon-code.ts'
import { queryStock } from './busifavor/query-stock.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { returnCoupon } from './busifavor/return-coupon.ts'
import { sendCoupon } from './busifavor/send-coupon.ts'
import { sendGovCard } from './busifavor/send-gov-card.ts'
import { sendProductCoupon } from './busifavor/send-product-coupon.ts'
import { uploadCouponCodes } from './busifavor/upload-coupon-codes.ts'
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
  createStock,
  queryStock,
  modifyStock,
  modifyBudget,
  uploadCouponCodes,
  listCouponCodes,
  queryCouponCode,
  deleteCouponCode,
  downloadCertificates,
]

export {
  associateTradeInfo,
  createStock,
  deactivateCoupon,
  deleteCouponCode,
  disassociateTradeInfo,
  downloadCertificates,
  listCouponCodes,
  listUserCoupons,
  modifyBudget,
  modifyStock,
  preSendProductCoupon,
  queryCouponCode,
  queryStock,
  queryUserCoupon,
  returnCoupon,
  sendCoupon,
  sendGovCard,
  sendProductCoupon,
  uploadCouponCodes,
  useCoupon,
}
