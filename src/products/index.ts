import type { Operation } from '../engine/operation.ts'
import { deleteCouponCode } from './merchant-coupon/codes/delete-coupon-code.ts'
import { listCouponCodes } from './merchant-coupon/codes/list-coupon-codes.ts'
import { queryCouponCode } from './merchant-coupon/codes/query-coupon-code.ts'
import { uploadCouponCodes } from './merchant-coupon/codes/upload-coupon-codes.ts'
import { associateTradeInfo } from './merchant-coupon/coupons/associate-trade-info.ts'
import { deactivateCoupon } from './merchant-coupon/coupons/deactivate-coupon.ts'
import { disassociateTradeInfo } from './merchant-coupon/coupons/disassociate-trade-info.ts'
import { listUserCoupons } from './merchant-coupon/coupons/list-user-coupons.ts'
import { queryUserCoupon } from './merchant-coupon/coupons/query-user-coupon.ts'
import { returnCoupon } from './merchant-coupon/coupons/return-coupon.ts'
import { useCoupon } from './merchant-coupon/coupons/use-coupon.ts'
import { getCallback } from './merchant-coupon/event-address/get-callback.ts'
import { setCallback } from './merchant-coupon/event-address/set-callback.ts'
import { preSendProductCoupon } from './merchant-coupon/sending/pre-send-product-coupon.ts'
import { sendCoupon } from './merchant-coupon/sending/send-coupon.ts'
import { sendGovCard } from './merchant-coupon/sending/send-gov-card.ts'
import { sendProductCoupon } from './merchant-coupon/sending/send-product-coupon.ts'
import { createStock } from './merchant-coupon/stocks/create-stock.ts'
import { modifyBudget } from './merchant-coupon/stocks/modify-budget.ts'
import { modifyStock } from './merchant-coupon/stocks/modify-stock.ts'
import { queryStock } from './merchant-coupon/stocks/query-stock.ts'
import { listSubsidyPayReceipts } from './merchant-coupon/subsidies/list-subsidy-pay-receipts.ts'
import { querySubsidyPayReceipt } from './merchant-coupon/subsidies/query-subsidy-pay-receipt.ts'
import { querySubsidyReturnReceipt } from './merchant-coupon/subsidies/query-subsidy-return-receipt.ts'
import { subsidyPay } from './merchant-coupon/subsidies/subsidy-pay.ts'
import { subsidyReturn } from './merchant-coupon/subsidies/subsidy-return.ts'
import { appPrepay } from './payment/orders/app-prepay.ts'
import { closeOrder } from './payment/orders/close-order.ts'
import { h5Prepay } from './payment/orders/h5-prepay.ts'
import { jsapiPrepay } from './payment/orders/jsapi-prepay.ts'
import { nativePrepay } from './payment/orders/native-prepay.ts'
import { queryOrderById } from './payment/orders/query-order-by-id.ts'
import { queryOrderByOutTradeNo } from './payment/orders/query-order-by-out-trade-no.ts'
import { createRefund } from './payment/refunds/create-refund.ts'
import { queryRefund } from './payment/refunds/query-refund.ts'
import { downloadCertificates } from './platform/certificates/download-certificates.ts'
import { uploadMarketingImage } from './platform/images/upload-marketing-image.ts'
import { securityEcho } from './platform/security/security-echo.ts'

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
