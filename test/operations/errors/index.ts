import { getCallbackErrors, setCallbackErrors } from './callbacks.ts'
import { certificateErrors } from './certificates.ts'
import { associateErrors, disassociateErrors } from './link.ts'
import { uploadErrors } from './marketing.ts'
import type { Cookbook } from './recipe.ts'
import { queryErrors, useErrors } from './redeem.ts'

/** How every error of every operation comes about. */
export const cookbooks: readonly Cookbook[] = [
  associateErrors,
  disassociateErrors,
  useErrors,
  queryErrors,
  setCallbackErrors,
  getCallbackErrors,
  certificateErrors,
  uploadErrors,
]
