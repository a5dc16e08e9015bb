import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { transferBillNo } from '../authorizations/schemas.ts'
import { transfers } from '../transfer-store.ts'
import { applyErrors } from './errors.ts'
import { APPLY_RULES, applyFor, RECEIPT_LIMIT, receiptApplied } from './receipt.ts'

/** 微信单号申请电子回单: apply for the receipt of a transfer by WeChat Pay's number. */
export const acceptElecsignByNo = defineOperation({
  id: 'acceptElecsignByNo',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/elecsign/transfer-bill-no',
  summary: "Apply for the receipt of a transfer by WeChat Pay's number",
  title: '微信单号申请电子回单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012716455',
  rateLimit: RECEIPT_LIMIT,

  input: { body: z.strictObject({ transfer_bill_no: transferBillNo }) },
  output: receiptApplied,
  errors: applyErrors,
  rules: APPLY_RULES,

  async handle({ body: { transfer_bill_no } }, context) {
    const [bill] = await context.tx.in(transfers).where('transfer_bill_no', transfer_bill_no, context.caller.mchid)
    return applyFor(bill, transfer_bill_no, context)
  },
})
