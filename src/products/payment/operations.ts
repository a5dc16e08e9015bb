export { createRefund } from './create-refund.ts'
export { closeOrder, queryOrderById, queryOrderByOutTradeNo } from './order-calls.ts'
export { appPrepay, h5Prepay, jsapiPrepay, nativePrepay } from './prepay-calls.ts'
export { applyAbnormalRefund, queryRefund } from './refund-calls.ts'
