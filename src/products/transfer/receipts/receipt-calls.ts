import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { transferParams, transferRefusals, withTransfer } from '../bills/named-bill.ts'
import { receiptState } from '../rules/receipt.ts'
import { RECEIPT_STATE } from '../spellings.ts'
import { describeReceipt, receiptJson, transferReceipts } from './table.ts'

const shownReceipt = receiptJson
  .extend({ state: z.enum(Object.values(RECEIPT_STATE)) })
  .meta({ id: 'ShownTransferReceipt', description: 'the receipt of a transfer as it stands now' })

export const settleTransferReceipt = defineCall({
  summary: 'Make the receipt of a transfer that is GENERATING now, or let it fail',
  params: transferParams,
  query: mchidQuery,
  body: z.strictObject({
    fail_reason: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({ description: 'why it cannot be made; FINISHED if left out' }),
  }),
  bodyOptional: true,
  answer: shownReceipt,
  refusals: {
    ...transferRefusals,
    MOCK_RECEIPT_STATE: { status: 409, when: 'no receipt of the transfer is GENERATING' },
  },
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (bill, tx, now) => {
      const found = await tx.in(transferReceipts).find(bill.mchid, bill.outBillNo)
      if (!found || receiptState(found, now) !== 'generating') {
        throw new UsageError('MOCK_RECEIPT_STATE', {
          en: `No receipt of transfer ${bill.outBillNo} is GENERATING: apply for it, and settle it within five seconds or with the clock frozen.`,
          zh: `转账单 ${bill.outBillNo} 没有处于 GENERATING 的电子回单：请先申请，并在五秒之内或时钟冻结时设定结果。`,
        })
      }
      const settled = {
        ...found,
        readyAt: now,
        ...(body.fail_reason !== undefined && { failReason: body.fail_reason }),
      }
      await tx.in(transferReceipts).save(settled)
      return { ...describeReceipt(settled), state: RECEIPT_STATE[receiptState(settled, now)] }
    }),
})
