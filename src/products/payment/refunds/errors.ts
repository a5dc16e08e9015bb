import type { OperationContext } from '../../../engine/operation.ts'
import type { ErrorDefinition } from '../../../protocol/errors.ts'
import { explainNoMerchant } from '../../common/explain.ts'
import { leftInCode } from '../sources.ts'

/** Errors that several calls around a refund have in common, word for word. */

export const refundNotFound = {
  status: 404,
  code: 'RESOURCE_NOT_EXISTS',
  message: '退款单不存在',
  when: { en: 'the caller has no such refund', zh: '调用方没有该退款单' },
  evidence: 'observed',
  source: leftInCode('退款单不存在'),
} as const satisfies ErrorDefinition

/** The row of the table for what the other rows do not name. */
export const unfitForBusiness = {
  status: 400,
  code: 'INVALID_REQUEST',
  message: '请求参数符合参数格式，但不符合业务规则',
  evidence: 'documented',
} as const satisfies Omit<ErrorDefinition, 'when'>

/** 500 in the words of the tables of refunds, beside the row that all calls have. */
export const timedOut = {
  status: 500,
  code: 'SYSTEM_ERROR',
  message: '系统超时',
  when: {
    en: 'the result is unknown: repeat with the same values; only as a planned fault',
    zh: '结果未知，请用相同参数重试；只能通过故障注入触发',
  },
  evidence: 'documented',
} as const satisfies ErrorDefinition

export const subMerchantUnknown = {
  status: 404,
  code: 'MCH_NOT_EXISTS',
  message: 'MCHID不存在',
  when: { en: 'sub_mchid is no merchant', zh: 'sub_mchid 不是已有的商户' },
  evidence: 'documented',
} as const satisfies ErrorDefinition

/** Refuses a `sub_mchid` that is no merchant. */
export function checkSubMerchant(
  subMchid: string | undefined,
  { merchantOf, fail }: Pick<OperationContext<'sub_merchant_unknown'>, 'merchantOf' | 'fail'>,
): void {
  if (subMchid !== undefined && merchantOf(subMchid) === undefined) {
    fail('sub_merchant_unknown', explainNoMerchant(subMchid))
  }
}
