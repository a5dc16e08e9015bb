import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { billNotFound } from './errors.ts'
import { billNamed } from './find-bill.ts'
import { QUERY_LIMIT, QUERY_RULES } from './query-rules.ts'
import { billDetails, outBillNo } from './schemas.ts'
import { detailsOf } from './wire.ts'

/** 商户单号查询转账单: look a transfer up by the merchant's number. */
export const getTransferBillByOutNo = defineOperation({
  id: 'getTransferBillByOutNo',
  method: 'GET',
  path: '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}',
  summary: "Look up a transfer by the merchant's number",
  title: '商户单号查询转账单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012716437',
  rateLimit: QUERY_LIMIT,

  input: { path: z.object({ out_bill_no: outBillNo }) },
  output: billDetails,
  errors: { not_found: billNotFound },
  rules: QUERY_RULES,

  async handle({ path: { out_bill_no } }, context) {
    return detailsOf(await billNamed(out_bill_no, context), context.now, context.caller)
  },
})
