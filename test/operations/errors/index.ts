import { getCallbackErrors, setCallbackErrors } from './callbacks.ts'
import { certificateErrors } from './certificates.ts'
import { deactivateErrors, listErrors, returnErrors } from './end.ts'
import { associateErrors, disassociateErrors } from './link.ts'
import { uploadErrors } from './marketing.ts'
import type { Cookbook } from './recipe.ts'
import { queryErrors, useErrors } from './redeem.ts'
import { preSendErrors, sendCouponErrors, sendGovCardErrors, sendProductCouponErrors } from './send.ts'

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
  certificateErrors,
  uploadErrors,
]
