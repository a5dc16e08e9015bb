import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { concerns, receiptId, receiptUnknown, returnReceiptAnswer, subsidyReturnDetails } from './subsidy.ts'
import { subsidyReturns } from './table.ts'

/** 查询营销补差回退单详情: look a returned subsidy up. */
export const querySubsidyReturnReceipt = defineOperation({
  id: 'querySubsidyReturnReceipt',
  method: 'GET',
  path: '/v3/marketing/busifavor/subsidy/return-receipts/{subsidy_return_receipt_id}',
  summary: 'Look up the return of a subsidy',
  title: '查询商家券营销补差回退单详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4017147344',

  input: {
    path: z.object({ subsidy_return_receipt_id: receiptId('补差回退唯一单号', '2120200119165100000000000001') }),
  },
  output: returnReceiptAnswer,
  errors: { not_found: receiptUnknown },

  rules: [{ rule: 'A return is done at once, so its status is RETURN_RECEIPT_SUCCESS.', evidence: 'inferred' }],

  async handle({ path }, { tx, caller, fail }) {
    const found = (await tx.in(subsidyReturns).where('receiptId', path.subsidy_return_receipt_id)).find((given) =>
      concerns(caller.mchid, given),
    )
    return found
      ? subsidyReturnDetails(found)
      : fail('not_found', {
          en: `no return ${path.subsidy_return_receipt_id} concerns ${caller.mchid}`,
          zh: `没有与 ${caller.mchid} 相关的补差回退单 ${path.subsidy_return_receipt_id}`,
        })
  },
})
