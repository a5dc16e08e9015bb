import { belongsTo, defineThing } from '../../../control/things/thing.ts'
import { type Receipt, receiptState } from '../receipt-rules.ts'
import { RECEIPT_STATE } from '../spellings.ts'
import { transfers } from '../transfer-store.ts'
import { describeReceipt, transferReceipts } from './table.ts'

/** Receipts as the dashboard shows them: each with its transfer. */
export const receiptThing = defineThing(transferReceipts, {
  one: { en: 'Receipt of a transfer', zh: '转账电子回单' },
  none: {
    en: 'No receipts yet. Apply for one with a call, once a transfer with a name has succeeded.',
    zh: '还没有电子回单。传了姓名的转账成功后，可以调用接口申请。',
  },
  isListed: false,
  show: showReceipt,
  since: ({ readyAt }, now) => (now >= readyAt ? readyAt : undefined),
  search: {
    hint: { en: 'Transfer number, WeChat Pay’s number', zh: '商户单号、微信转账单号' },
    texts: ({ outBillNo, transferBillNo }) => [outBillNo, transferBillNo],
  },
  facts: [
    {
      title: { en: 'Transfer', zh: '转账单' },
      of: ({ out_bill_no }) => out_bill_no,
      to: ({ mchid, out_bill_no }) => ({ table: transfers, name: [mchid, out_bill_no] }),
      as: 'code',
    },
    {
      title: { en: 'Failed because', zh: '失败原因' },
      of: ({ state, fail_reason }) => (state === RECEIPT_STATE.failed ? fail_reason : undefined),
    },
    { title: { en: 'Merchant', zh: '商户号' }, of: ({ mchid }) => mchid, as: 'code' },
    { title: { en: 'Applied for', zh: '申请时间' }, of: ({ apply_time }) => apply_time, as: 'time', inList: 'end' },
    { title: { en: 'Ready', zh: '完成时间' }, of: ({ ready_time }) => ready_time, as: 'time' },
    {
      title: { en: 'WeChat Pay transfer number', zh: '微信转账单号' },
      of: ({ transfer_bill_no }) => transfer_bill_no,
      as: 'code',
      inList: 'under',
    },
  ],
  belongs: [
    belongsTo(transfers, {
      title: { en: 'Receipt', zh: '电子回单' },
      rows: async (tx, { mchid, out_bill_no }) => {
        const found = await tx.in(transferReceipts).find(mchid, out_bill_no)
        return found ? [found] : []
      },
    }),
  ],
})

function showReceipt(receipt: Receipt, now: number) {
  return { ...describeReceipt(receipt), state: RECEIPT_STATE[receiptState(receipt, now)] }
}
