import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { createStock } from './busifavor/create-stock.ts'
import { deactivateCoupon } from './busifavor/deactivate-coupon.ts'
import { deleteCouponCode } from './busifavor/delete-coupon-code.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { getCallback } from './busifavor/get-callback.ts'
import { listCouponCodes } from './busifavor/list-coupon-codes.ts'
import { listSubsidyPayReceipts } from './busifavor/list-subsidy-pay-receipts.ts'
import { listUserCoupons } from './busifavor/list-user-coupons.ts'
import { modifyBudget } from './busifavor/modify-budget.ts'
import { modifyStock } from './busifavor/modify-stock.ts'
import { preSendProductCoupon } from './busifavor/pre-send-product-coupon.ts'
import { queryCouponCode } from './busifavor/query-coupon-code.ts'
import { queryStock } from './busifavor/query-stock.ts'
import { querySubsidyPayReceipt } from './busifavor/query-subsidy-pay-receipt.ts'
import { querySubsidyReturnReceipt } from './busifavor/query-subsidy-return-receipt.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { returnCoupon } from './busifavor/return-coupon.ts'
import { sendCoupon } from './busifavor/send-coupon.ts'
import { sendGovCard } from './busifavor/send-gov-card.ts'
import { sendProductCoupon } from './busifavor/send-product-coupon.ts'
import { setCallback } from './busifavor/set-callback.ts'
import { subsidyPay } from './busifavor/subsidy-pay.ts'
import { subsidyReturn } from './busifavor/subsidy-return.ts'
import { uploadCouponCodes } from './busifavor/upload-coupon-codes.ts'
import { useCoupon } from './busifavor/use-coupon.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'
import { uploadMarketingImage } from './marketing/upload-marketing-image.ts'
import { appPrepay } from './pay/app-prepay.ts'
import { closeOrder } from './pay/close-order.ts'
import { h5Prepay } from './pay/h5-prepay.ts'
import { jsapiPrepay } from './pay/jsapi-prepay.ts'
import { nativePrepay } from './pay/native-prepay.ts'
import { queryOrderById } from './pay/query-order-by-id.ts'
import { queryOrderByOutTradeNo } from './pay/query-order-by-out-trade-no.ts'
import { createRefund } from './refund/create-refund.ts'
import { queryRefund } from './refund/query-refund.ts'
import { securityEcho } from './security/security-echo.ts'

/** Every operation that the mock answers. */
export const operations: readonly Operation[] = [
  associateTradeInfo,
  disassociateTradeInfo,
  useCoupon,
  returnCoupon,
  deactivateCoupon,
  queryUserCoupon,
  createStock,
  queryStock,
  modifyStock,
  modifyBudget,
  uploadCouponCodes,
  listCouponCodes,
  queryCouponCode,
  deleteCouponCode,
  subsidyPay,
  listSubsidyPayReceipts,
  querySubsidyPayReceipt,
  subsidyReturn,
  querySubsidyReturnReceipt,
  jsapiPrepay,
  nativePrepay,
  appPrepay,
  h5Prepay,
  queryOrderByOutTradeNo,
  queryOrderById,
  closeOrder,
  createRefund,
  queryRefund,
  setCallback,
  getCallback,
  listUserCoupons,
  sendCoupon,
  sendProductCoupon,
  preSendProductCoupon,
  sendGovCard,
  downloadCertificates,
  uploadMarketingImage,
  securityEcho,
]

export {
  appPrepay,
  associateTradeInfo,
  closeOrder,
  createRefund,
  createStock,
  deactivateCoupon,
  deleteCouponCode,
  disassociateTradeInfo,
  downloadCertificates,
  getCallback,
  h5Prepay,
  jsapiPrepay,
  listCouponCodes,
  listSubsidyPayReceipts,
  listUserCoupons,
  modifyBudget,
  modifyStock,
  nativePrepay,
  preSendProductCoupon,
  queryCouponCode,
  queryOrderById,
  queryOrderByOutTradeNo,
  queryRefund,
  queryStock,
  querySubsidyPayReceipt,
  querySubsidyReturnReceipt,
  queryUserCoupon,
  returnCoupon,
  securityEcho,
  sendCoupon,
  sendGovCard,
  sendProductCoupon,
  setCallback,
  subsidyPay,
  subsidyReturn,
  uploadCouponCodes,
  uploadMarketingImage,
  useCoupon,
}
