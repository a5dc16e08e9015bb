import { certificateErrors } from './certificates.ts'
import { deleteCodeErrors, listCodesErrors, queryCodeErrors, uploadErrors } from './codes.ts'
import { associateErrors, disassociateErrors } from './link.ts'
import type { Cookbook } from './recipe.ts'
import { queryErrors, useErrors } from './redeem.ts'
import { createStockErrors, modifyBudgetErrors, modifyStockErrors, queryStockErrors } from './stocks.ts'

/** How every error of every operation comes about. */
export const cookbooks: readonly Cookbook[] = [
  associateErrors,
  disassociateErrors,
  useErrors,
  queryErrors,
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
