import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { billNotFound } from './errors.ts'
import { billWithId } from './find-bill.ts'
import { QUERY_LIMIT, QUERY_RULES } from './query-rules.ts'
import { billDetails, transferBillNo } from './schemas.ts'
import { detailsOf } from './wire.ts'

/** 微信单号查询转账单: look a transfer up by WeChat Pay's number. */
export const getTransferBillByNo = defineOperation({
  id: 'getTransferBillByNo',
  method: 'GET',
  path: '/v3/fund-app/mch-transfer/transfer-bills/transfer-bill-no/{transfer_bill_no}',
  summary: "Look up a transfer by WeChat Pay's number",
  title: '微信单号查询转账单',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012716457',
  rateLimit: QUERY_LIMIT,

  input: { path: z.object({ transfer_bill_no: transferBillNo }) },
  output: billDetails,
  errors: { not_found: billNotFound },
  rules: QUERY_RULES,

  async handle({ path: { transfer_bill_no } }, context) {
    return detailsOf(await billWithId(transfer_bill_no, context), context.now, context.caller)
  },
})
