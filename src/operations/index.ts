import type { Operation } from '../engine/operation.ts'
import { associateTradeInfo } from './busifavor/associate-trade-info.ts'
import { disassociateTradeInfo } from './busifavor/disassociate-trade-info.ts'
import { getCallback } from './busifavor/get-callback.ts'
import { listSubsidyPayReceipts } from './busifavor/list-subsidy-pay-receipts.ts'
import { querySubsidyPayReceipt } from './busifavor/query-subsidy-pay-receipt.ts'
import { querySubsidyReturnReceipt } from './busifavor/query-subsidy-return-receipt.ts'
import { queryUserCoupon } from './busifavor/query-user-coupon.ts'
import { setCallback } from './busifavor/set-callback.ts'
import { subsidyPay } from './busifavor/subsidy-pay.ts'
import { subsidyReturn } from './busifavor/subsidy-return.ts'
import { useCoupon } from './busifavor/use-coupon.ts'
import { downloadCertificates } from './certificates/download-certificates.ts'
import { appPrepay } from './pay/app-prepay.ts'
import { closeOrder } from './pay/close-order.ts'
import { h5Prepay } from './pay/h5-prepay.ts'
import { jsapiPrepay } from './pay/jsapi-prepay.ts'
import { nativePrepay } from './pay/native-prepay.ts'
import { queryOrderById } from './pay/query-order-by-id.ts'
import { queryOrderByOutTradeNo } from './pay/query-order-by-out-trade-no.ts'
import { createRefund } from './refund/create-refund.ts'
import { queryRefund } from './refund/query-refund.ts'

/** Every operation that the mock answers. */
export const operations: readonly Operation[] = [
  associateTradeInfo,
  disassociateTradeInfo,
  useCoupon,
  queryUserCoupon,
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
  downloadCertificates,
]

export {
  appPrepay,
  associateTradeInfo,
  closeOrder,
  createRefund,
  disassociateTradeInfo,
  downloadCertificates,
  getCallback,
  h5Prepay,
  jsapiPrepay,
  listSubsidyPayReceipts,
  nativePrepay,
  queryOrderById,
  queryOrderByOutTradeNo,
  queryRefund,
  querySubsidyPayReceipt,
  querySubsidyReturnReceipt,
  queryUserCoupon,
  setCallback,
  subsidyPay,
  subsidyReturn,
  useCoupon,
}
