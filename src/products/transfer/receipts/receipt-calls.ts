import { z } from 'zod'
import { UsageError } from '../../../protocol/errors.ts'
import { receiptState } from '../receipt-rules.ts'
import { RECEIPT_STATE } from '../spellings.ts'
import { aboutTransfer } from '../transfer-control-calls.ts'
import { describeReceipt, receiptJson, transferReceipts } from './table.ts'

const shownReceipt = receiptJson
  .extend({ state: z.enum(Object.values(RECEIPT_STATE)) })
  .meta({ id: 'ShownTransferReceipt', description: 'the receipt of a transfer as it stands now' })

export const settleTransferReceipt = aboutTransfer.about({
  summary: 'Make the receipt of a transfer that is GENERATING now, or let it fail',
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
    MOCK_RECEIPT_STATE: { status: 409, when: 'no receipt of the transfer is GENERATING' },
  },
  async handle(bill, { tx, now, body }) {
    const found = await tx.in(transferReceipts).find(bill.mchid, bill.out_bill_no)
    if (!found || receiptState(found, now) !== 'generating') {
      throw new UsageError('MOCK_RECEIPT_STATE', {
        en: `No receipt of transfer ${bill.out_bill_no} is GENERATING: apply for one, and settle it while it is. The setting transfer_receipt_takes says how long that takes; a frozen clock makes it wait.`,
        zh: `转账单 ${bill.out_bill_no} 没有处于 GENERATING 的电子回单：请先申请，并在生成期间设定结果；持续时间由设置 transfer_receipt_takes 决定，冻结时钟可使其一直等待。`,
      })
    }
    const settled = {
      ...found,
      readyAt: now,
      ...(body.fail_reason !== undefined && { failReason: body.fail_reason }),
    }
    await tx.in(transferReceipts).save(settled)
    return { ...describeReceipt(settled), state: RECEIPT_STATE[receiptState(settled, now)] }
  },
})
