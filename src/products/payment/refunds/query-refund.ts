import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { outRefundNo, refundAnswer } from './schemas.ts'
import { refunds } from './table.ts'
import { refundDetails } from './wire.ts'

/** 查询单笔退款: look a refund up by the merchant's number. */
export const queryRefund = defineOperation({
  id: 'queryRefund',
  method: 'GET',
  path: '/v3/refund/domestic/refunds/{out_refund_no}',
  summary: "Look a refund up by the merchant's number",
  title: '查询单笔退款（按商户退款单号）',
  source: 'https://pay.weixin.qq.com/docs/merchant/apis/refund/refunds/query-by-out-refund-no.html',

  input: { path: z.object({ out_refund_no: outRefundNo }) },
  output: refundAnswer,
  errors: {
    not_found: {
      status: 404,
      code: 'RESOURCE_NOT_EXISTS',
      message: '退款单不存在',
      when: 'the caller made no refund with this number (status and code are documented, the text is ours)',
      evidence: 'documented',
    },
  },

  rules: [
    { rule: 'A refund is found by the merchant that made it only.', evidence: 'documented' },
    { rule: 'success_time is there once it has succeeded.', evidence: 'documented' },
    { rule: 'The answer has the members of the call that made it.', evidence: 'documented' },
  ],

  async handle({ path }, { tx, now, caller, fail }) {
    const refund = await tx.in(refunds).find(caller.mchid, path.out_refund_no)
    return refund
      ? refundDetails(refund, now)
      : fail('not_found', `${caller.mchid} has no refund ${path.out_refund_no}`)
  },
})
