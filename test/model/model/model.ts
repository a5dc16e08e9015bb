import type { Kind } from '../calls.ts'
import type { Call } from './call.ts'
import { getCallback, setCallback } from './callbacks.ts'
import {
  associateTradeInfo,
  deactivateCoupon,
  disassociateTradeInfo,
  listUserCoupons,
  queryUserCoupon,
  returnCoupon,
  useCoupon,
} from './coupons.ts'
import type { Outcome } from './outcome.ts'
import {
  applyAbnormalRefund,
  closeOrder,
  createRefund,
  pay,
  queryOrderById,
  queryOrderByNumber,
  queryRefund,
} from './payments.ts'
import { sendCoupon, sendGovCard, sendProductCoupon } from './sends.ts'
import type { State } from './state.ts'
import {
  createStock,
  deleteCouponCode,
  listCouponCodes,
  modifyBudget,
  modifyStock,
  queryCouponCode,
  queryStock,
  uploadCouponCodes,
} from './stocks.ts'
import {
  listSubsidyPayReceipts,
  querySubsidyPayReceipt,
  querySubsidyReturnReceipt,
  subsidyPay,
  subsidyReturn,
} from './subsidies.ts'

type Rule = (state: State, call: Call) => readonly Outcome[]

const RULES: Readonly<Record<Kind, Rule>> = {
  createStock,
  queryStock,
  modifyStock,
  modifyBudget,
  uploadCouponCodes,
  listCouponCodes,
  queryCouponCode,
  deleteCouponCode,
  sendCoupon,
  sendProductCoupon,
  sendGovCard,
  useCoupon,
  listUserCoupons,
  queryUserCoupon,
  associateTradeInfo,
  disassociateTradeInfo,
  returnCoupon,
  deactivateCoupon,
  setCallback,
  getCallback,
  subsidyPay,
  listSubsidyPayReceipts,
  querySubsidyPayReceipt,
  subsidyReturn,
  querySubsidyReturnReceipt,
  payJsapi: pay,
  payNative: pay,
  payApp: pay,
  payH5: pay,
  queryOrderByNumber,
  queryOrderById,
  closeOrder,
  createRefund,
  queryRefund,
  applyAbnormalRefund,
}

/**
 * Outcomes of a call that the documents allow. Several outcomes mean that the documents leave it open, or that a call breaks several rules and
 * nothing says which comes first. Tell the model the actual outcome through its `effect`.
 */
export function predict(state: State, call: Call): readonly Outcome[] {
  return RULES[call.kind](state, call)
}
