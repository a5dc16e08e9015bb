export { codePay, partnerCodePay, partnerReverseOrder, reverseOrder } from './code-payments.ts'
export { closeCombineOrder, queryCombineOrder } from './combined-calls.ts'
export {
  combineAppPrepay,
  combineH5Prepay,
  combineJsapiPrepay,
  combineNativePrepay,
} from './combined-prepay-calls.ts'
export {
  closeOrder,
  partnerCloseOrder,
  partnerQueryOrderById,
  partnerQueryOrderByOutTradeNo,
  queryOrderById,
  queryOrderByOutTradeNo,
} from './order-calls.ts'
export {
  applyPlatformAbnormalRefund,
  applyPlatformRefund,
  queryAdvanceReturn,
  queryPlatformRefund,
  queryPlatformRefundById,
  returnAdvance,
} from './platform-refunds.ts'
export {
  appPrepay,
  h5Prepay,
  jsapiPrepay,
  nativePrepay,
  partnerAppPrepay,
  partnerH5Prepay,
  partnerJsapiPrepay,
  partnerNativePrepay,
} from './prepay-calls.ts'
export { createRefund } from './refund-application.ts'
export { applyAbnormalRefund, queryRefund } from './refund-calls.ts'
