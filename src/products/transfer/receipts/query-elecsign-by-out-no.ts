import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { outBillNo } from '../authorizations/schemas.ts'
import { transferSources } from '../sources.ts'
import { transfers } from '../transfer-store.ts'
import { receiptNotFound } from './errors.ts'
import { lookUp, QUERY_RULES, RECEIPT_LIMIT, receiptDetails } from './receipt.ts'

/** 商户单号查询电子回单: look a receipt up by the merchant's number of its transfer. */
export const queryElecsignByOutNo = defineOperation({
  id: 'queryElecsignByOutNo',
  method: 'GET',
  path: '/v3/fund-app/mch-transfer/elecsign/out-bill-no/{out_bill_no}',
  summary: "Look a receipt up by the merchant's number of its transfer",
  title: '商户单号查询电子回单',
  source: transferSources.receiptPage.url,
  rateLimit: RECEIPT_LIMIT,

  input: { path: z.object({ out_bill_no: outBillNo }) },
  output: receiptDetails,
  errors: { not_found: receiptNotFound },
  rules: QUERY_RULES,

  async handle({ path: { out_bill_no } }, context) {
    return lookUp(await context.tx.in(transfers).find(context.caller.mchid, out_bill_no), out_bill_no, context)
  },
})
