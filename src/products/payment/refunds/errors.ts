import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { leftInCode } from '../sources.ts'

/** Errors that several calls around a refund have in common, word for word. */

export const refundNotFound = {
  status: 404,
  code: 'RESOURCE_NOT_EXISTS',
  message: '退款单不存在',
  when: 'the caller has no such refund',
  evidence: 'observed',
  source: leftInCode('退款单不存在'),
} as const satisfies ErrorDefinition

export const subMerchantUnknown = {
  status: 404,
  code: 'MCH_NOT_EXISTS',
  message: 'MCHID不存在',
  when: 'sub_mchid is no merchant',
  evidence: 'documented',
} as const satisfies ErrorDefinition
