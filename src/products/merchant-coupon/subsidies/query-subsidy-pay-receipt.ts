import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { concerns, payReceiptAnswer, receiptId, receiptUnknown, subsidyDetails } from './subsidy.ts'
import { subsidies } from './table.ts'

/** 查询营销补差付款单详情: look a subsidy up. */
export const querySubsidyPayReceipt = defineOperation({
  id: 'querySubsidyPayReceipt',
  method: 'GET',
  path: '/v3/marketing/busifavor/subsidy/pay-receipts/{subsidy_receipt_id}',
  summary: 'Look up a subsidy',
  title: '查询营销补差付款单详情',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4017147336',

  input: { path: z.object({ subsidy_receipt_id: receiptId('补差付款唯一单号', '1120200119165100000000000001') }) },
  output: payReceiptAnswer,
  errors: { not_found: receiptUnknown },

  rules: [
    { rule: 'Only a subsidy that was paid has a receipt number, so only those are found.', evidence: 'documented' },
    {
      rule: 'status says SUCCESS, PARTIAL_RETURN once some of it was given back, and FULL_RETURN once all of it was.',
      evidence: 'documented',
    },
  ],

  async handle({ path }, { tx, caller, settings, fail }) {
    const found = (await tx.in(subsidies).where('receiptId', path.subsidy_receipt_id)).find(
      (subsidy) => subsidy.failReason === undefined && concerns(caller.mchid, subsidy),
    )
    return found
      ? subsidyDetails(found, settings)
      : fail('not_found', {
          en: `no subsidy ${path.subsidy_receipt_id} concerns ${caller.mchid}`,
          zh: `没有与 ${caller.mchid} 相关的补差付款单 ${path.subsidy_receipt_id}`,
        })
  },
})
