import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { transferBillNo } from '../authorizations/schemas.ts'
import { transferSources } from '../sources.ts'
import { transfers } from '../transfer-store.ts'
import { receiptNotFound } from './errors.ts'
import { lookUp, QUERY_RULES, RECEIPT_LIMIT, receiptDetails } from './receipt.ts'

/** 微信单号查询电子回单: look a receipt up by WeChat Pay's number of its transfer. */
export const queryElecsignByNo = defineOperation({
  id: 'queryElecsignByNo',
  method: 'GET',
  path: '/v3/fund-app/mch-transfer/elecsign/transfer-bill-no/{transfer_bill_no}',
  summary: "Look a receipt up by WeChat Pay's number of its transfer",
  title: '微信单号查询电子回单',
  source: transferSources.receiptPage.url,
  rateLimit: RECEIPT_LIMIT,

  input: { path: z.object({ transfer_bill_no: transferBillNo }) },
  output: receiptDetails,
  errors: { not_found: receiptNotFound },
  rules: QUERY_RULES,

  async handle({ path: { transfer_bill_no } }, context) {
    const [bill] = await context.tx.in(transfers).where('transfer_bill_no', transfer_bill_no, context.caller.mchid)
    return lookUp(bill, transfer_bill_no, context)
  },
})
