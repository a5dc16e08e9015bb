import { certificateErrors } from './certificates.ts'
import { deleteCodeErrors, listCodesErrors, queryCodeErrors, uploadErrors } from './codes.ts'
import { deactivateErrors, listErrors, returnErrors } from './end.ts'
import { associateErrors, disassociateErrors } from './link.ts'
import type { Cookbook } from './recipe.ts'
import { queryErrors, useErrors } from './redeem.ts'
import { preSendErrors, sendCouponErrors, sendGovCardErrors, sendProductCouponErrors } from './send.ts'
import { createStockErrors, modifyBudgetErrors, modifyStockErrors, queryStockErrors } from './stocks.ts'

/** How every error of every operation comes about. */
export const cookbooks: readonly Cookbook[] = [
  associateErrors,
  disassociateErrors,
  useErrors,
  returnErrors,
  deactivateErrors,
  queryErrors,
  listErrors,
  sendCouponErrors,
  sendProductCouponErrors,
  preSendErrors,
  sendGovCardErrors,
  createStockErrors,
  queryStockErrors,
  modifyStockErrors,
  modifyBudgetErrors,
  uploadErrors,
  listCodesErrors,
  queryCodeErrors,
  deleteCodeErrors,
  certificateErrors,
]
