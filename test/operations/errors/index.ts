import { getCallbackErrors, setCallbackErrors } from './callbacks.ts'
import { certificateErrors } from './certificates.ts'
import { deleteCodeErrors, listCodesErrors, queryCodeErrors, uploadCodesErrors } from './codes.ts'
import { deactivateErrors, listErrors, returnErrors } from './end.ts'
import { associateErrors, disassociateErrors } from './link.ts'
import { uploadImageErrors } from './marketing.ts'
import { closeErrors, prepayErrors, queryByIdErrors, queryByOutTradeNoErrors } from './pay.ts'
import type { Cookbook } from './recipe.ts'
import { queryErrors, useErrors } from './redeem.ts'
import { abnormalRefundErrors, queryRefundErrors, refundErrors } from './refund.ts'
import { preSendErrors, sendCouponErrors, sendGovCardErrors, sendProductCouponErrors } from './send.ts'
import { createStockErrors, modifyBudgetErrors, modifyStockErrors, queryStockErrors } from './stocks.ts'
import {
  subsidyListErrors,
  subsidyPayErrors,
  subsidyQueryErrors,
  subsidyReturnErrors,
  subsidyReturnQueryErrors,
} from './subsidy.ts'
import { transferErrors } from './transfer.ts'

/** How every error of every operation comes about. */
export const cookbooks: readonly Cookbook[] = [
  associateErrors,
  disassociateErrors,
  useErrors,
  returnErrors,
  deactivateErrors,
  queryErrors,
  setCallbackErrors,
  getCallbackErrors,
  listErrors,
  sendCouponErrors,
  sendProductCouponErrors,
  preSendErrors,
  sendGovCardErrors,
  createStockErrors,
  queryStockErrors,
  modifyStockErrors,
  modifyBudgetErrors,
  uploadCodesErrors,
  listCodesErrors,
  queryCodeErrors,
  deleteCodeErrors,
  certificateErrors,
  uploadImageErrors,
  ...prepayErrors,
  queryByOutTradeNoErrors,
  queryByIdErrors,
  closeErrors,
  refundErrors,
  queryRefundErrors,
  abnormalRefundErrors,
  subsidyPayErrors,
  subsidyListErrors,
  subsidyQueryErrors,
  subsidyReturnErrors,
  subsidyReturnQueryErrors,
  ...transferErrors,
]
