import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { outBillNo } from '../authorizations/schemas.ts'
import { transfers } from '../transfer-store.ts'
import { applyErrors } from './errors.ts'
import { APPLY_RULES, applyFor, RECEIPT_LIMIT, receiptApplied } from './receipt.ts'

/** 商户单号申请电子回单: apply for the receipt of a transfer by the merchant's number. */
export const acceptElecsignByOutNo = defineOperation({
  id: 'acceptElecsignByOutNo',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/elecsign/out-bill-no',
  summary: "Apply for the receipt of a transfer by the merchant's number",
  title: '商户单号申请电子回单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012716436',
  rateLimit: RECEIPT_LIMIT,

  input: { body: z.strictObject({ out_bill_no: outBillNo }) },
  output: receiptApplied,
  errors: applyErrors,
  rules: APPLY_RULES,

  async handle({ body: { out_bill_no } }, context) {
    return applyFor(await context.tx.in(transfers).find(context.caller.mchid, out_bill_no), out_bill_no, context)
  },
})
