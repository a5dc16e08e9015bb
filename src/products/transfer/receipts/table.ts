import { z } from 'zod'
import { mchid, shortText, time } from '../../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../../engine/state/table.ts'
import { exactTime } from '../../../protocol/instant.ts'
import type { Receipt } from '../receipt-rules.ts'
import { receiptLife } from './life.ts'

export const receiptJson = z
  .strictObject({
    mchid: mchid.meta({ description: 'whose' }),
    out_bill_no: shortText,
    transfer_bill_no: shortText,
    apply_time: time,
    ready_time: time.meta({ description: 'until when it is GENERATING' }),
    fail_reason: shortText.optional().meta({ description: 'why it cannot be made; FINISHED if left out' }),
  })
  .meta({ id: 'TransferReceipt', description: 'an application for the receipt (电子回单) of a transfer' })

export function describeReceipt(one: Receipt): z.output<typeof receiptJson> {
  return {
    mchid: one.mchid,
    out_bill_no: one.outBillNo,
    transfer_bill_no: one.transferBillNo,
    apply_time: exactTime(one.appliedAt),
    ready_time: exactTime(one.readyAt),
    ...(one.failReason !== undefined && { fail_reason: one.failReason }),
  }
}

/** Applications for receipts. */
export const transferReceipts = defineTable({
  name: 'transferReceipts',
  title: { en: 'Transfer receipts', zh: '转账电子回单' },
  life: receiptLife,
  owner: ({ mchid }: Receipt) => mchid,
  key: ({ outBillNo }) => [outBillNo],
  keyMembers: ['out_bill_no'],
  indexes: {},
  sorted: { newest: { among: () => ALL, by: ({ appliedAt }) => descending(appliedAt) } },
  json: receiptJson,
  fromJson: (json): Receipt => ({
    mchid: json.mchid,
    outBillNo: json.out_bill_no,
    transferBillNo: json.transfer_bill_no,
    appliedAt: Date.parse(json.apply_time),
    readyAt: Date.parse(json.ready_time),
    ...(json.fail_reason !== undefined && { failReason: json.fail_reason }),
  }),
  toJson: (one) => describeReceipt(one),
  inJournal: true,
})
