import type { Keys } from '../matrix/sdk.ts'
import type { Filling } from './samples.ts'

/** Documented errors of one code that the samples of requests bring about, and why. */
export interface KnownRefusals {
  readonly code: string
  readonly reason: string
  /** Ids. */
  readonly operations: readonly string[]
  /** With which keys; any if left out. */
  readonly keys?: Keys
  /** The kind of requests; any if left out. */
  readonly filling?: Filling
}

export const KNOWN_REFUSALS: readonly KnownRefusals[] = [
  {
    code: 'RESOURCE_NOT_EXISTS',
    reason: 'a merchant with the public key has no certificates',
    operations: ['downloadCertificates'],
    keys: 'public-key',
  },
  {
    code: 'NO_AUTH',
    reason: 'the product has a successor: new merchants cannot use it',
    operations: ['initiateBatchTransfer'],
  },
  {
    code: 'INVALID_REQUEST',
    reason: 'the batch that was made before gets its codes from WeChat Pay',
    operations: ['uploadCouponCodes'],
  },
  {
    code: 'RESOURCE_NOT_EXISTS',
    reason: 'so it has no uploaded codes',
    operations: ['queryCouponCode', 'deleteCouponCode'],
  },
  {
    code: 'INVALID_REQUEST',
    reason: 'another method has brought the coupon into another state, or the batch has no time to use it',
    operations: ['disassociateTradeInfo', 'useCoupon', 'returnCoupon', 'subsidyPay'],
  },
  {
    code: 'RESOURCE_NOT_EXISTS',
    reason: 'no subsidy was paid before',
    operations: ['subsidyReturn', 'querySubsidyPayReceipt', 'querySubsidyReturnReceipt'],
  },
  {
    code: 'PARAM_ERROR',
    reason: 'one of several members is needed, and the SDK requires none of them',
    operations: [
      ...['createStock', 'modifyBudget', 'listUserCoupons', 'createRefund', 'jsapiPrepay', 'partnerJsapiPrepay'],
      ...['createSharingReturn', 'GET /v3/marketing/favor/users/{openid}/coupons'],
    ],
    filling: 'required members',
  },
  {
    code: 'PARAM_ERROR',
    reason: 'a merchant that receives shares has a name, which the SDK does not require, since persons need none',
    operations: ['addReceiver'],
    filling: 'required members',
  },
  {
    code: 'ORDER_NOT_EXIST',
    reason: 'so the order was not made',
    operations: ['queryOrderByOutTradeNo', 'partnerQueryOrderByOutTradeNo'],
    filling: 'required members',
  },
  {
    code: 'INVALID_REQUEST',
    reason: 'the sub-merchant had the money, so nothing was advanced',
    operations: ['returnAdvance'],
  },
  {
    code: 'RESOURCE_NOT_EXISTS',
    reason: 'so no advance was returned',
    operations: ['queryAdvanceReturn'],
  },
  {
    code: 'NO_STATEMENT_EXIST',
    reason: 'nothing was shared on that day',
    operations: ['applySharingBill'],
  },
  {
    code: 'RESOURCE_NOT_EXISTS',
    reason: 'so the refund or the return was not made',
    operations: ['queryRefund', 'querySharingReturn'],
    filling: 'required members',
  },
]
