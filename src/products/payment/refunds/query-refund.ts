import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { checkSubMerchant, refundNotFound, subMerchantUnknown, timedOut } from './errors.ts'
import { outRefundNo, refundAnswer, subMchid } from './schemas.ts'
import { refunds } from './table.ts'
import { refundDetails } from './wire.ts'

/** 查询单笔退款: look a refund up by the merchant's number. */
export const queryRefund = defineOperation({
  id: 'queryRefund',
  method: 'GET',
  path: '/v3/refund/domestic/refunds/{out_refund_no}',
  summary: "Look up a refund by the merchant's number",
  title: '查询单笔退款（按商户退款单号）',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4013071041',

  input: {
    path: z.object({ out_refund_no: outRefundNo }),
    query: z.strictObject({ sub_mchid: subMchid.optional() }),
  },
  output: refundAnswer,
  rateLimit: { calls: 300, seconds: 1, evidence: 'documented' },
  errors: { timed_out: timedOut, sub_merchant_unknown: subMerchantUnknown, not_found: refundNotFound },

  rules: [
    { rule: 'A refund is found by the merchant that made it only.', evidence: 'documented' },
    { rule: 'With sub_mchid a refund of a direct merchant is not found.', evidence: 'inferred' },
    { rule: 'success_time is there once it has succeeded.', evidence: 'documented' },
    { rule: 'The answer has the members of the call that made it.', evidence: 'documented' },
  ],

  async handle({ path, query: { sub_mchid } }, { tx, now, caller, merchantOf, fail }) {
    checkSubMerchant(sub_mchid, { merchantOf, fail })
    const refund = await tx.in(refunds).find(caller.mchid, path.out_refund_no)
    return refund && sub_mchid === undefined
      ? refundDetails(refund, now)
      : fail('not_found', {
          en: `${caller.mchid} has no refund ${path.out_refund_no}${sub_mchid === undefined ? '' : ` of ${sub_mchid}`}`,
          zh: `${caller.mchid} 没有${sub_mchid === undefined ? '' : `子商户 ${sub_mchid} 的`}退款单 ${path.out_refund_no}`,
        })
  },
})
