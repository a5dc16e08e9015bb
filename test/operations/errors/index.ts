import { getCallbackErrors, setCallbackErrors } from './callbacks.ts'
import { certificateErrors } from './certificates.ts'
import { associateErrors, disassociateErrors } from './link.ts'
import { closeErrors, prepayErrors, queryByIdErrors, queryByOutTradeNoErrors } from './pay.ts'
import type { Cookbook } from './recipe.ts'
import { queryErrors, useErrors } from './redeem.ts'
import { queryRefundErrors, refundErrors } from './refund.ts'
import {
  subsidyListErrors,
  subsidyPayErrors,
  subsidyQueryErrors,
  subsidyReturnErrors,
  subsidyReturnQueryErrors,
} from './subsidy.ts'

/** How every error of every operation comes about. */
export const cookbooks: readonly Cookbook[] = [
  associateErrors,
  disassociateErrors,
  useErrors,
  queryErrors,
  setCallbackErrors,
  getCallbackErrors,
  certificateErrors,
  ...prepayErrors,
  queryByOutTradeNoErrors,
  queryByIdErrors,
  closeErrors,
  refundErrors,
  queryRefundErrors,
  subsidyPayErrors,
  subsidyListErrors,
  subsidyQueryErrors,
  subsidyReturnErrors,
  subsidyReturnQueryErrors,
]
