import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { createStock } from './busifavor/create-stock.ts'
import { deleteCouponCode } from './busifavor/delete-coupon-code.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { listCouponCodes } from './busifavor/list-coupon-codes.ts'
import { modifyBudget } from './busifavor/modify-budget.ts'
import { modifyStock } from './busifavor/modify-stock.ts'
import { queryCouponCode } from './busifavor/query-coupon-code.ts'
import { queryStock } from './busifavor/query-stock.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { uploadCouponCodes } from './busifavor/upload-coupon-codes.ts'
import { useCoupon } from './busifavor/use-coupon.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'

/** Every operation that the mock answers. */
export const operations: readonly Operation[] = [
  associateTradeInfo,
  disassociateTradeInfo,
  useCoupon,
  queryUserCoupon,
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
  deleteCouponCode,
  disassociateTradeInfo,
  downloadCertificates,
  listCouponCodes,
  modifyBudget,
  modifyStock,
  queryCouponCode,
  queryStock,
  queryUserCoupon,
  uploadCouponCodes,
  useCoupon,
}
