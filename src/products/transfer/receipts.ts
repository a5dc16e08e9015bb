import { z } from 'zod'
import { instant, mchid, shortText } from '../../engine/state/json-fields.ts'
import { ALL, defineTable, descending } from '../../engine/state/table.ts'
import { stateAt } from './transfer-rules.ts'
import type { Transfer } from './transfers.ts'

/** An application for the receipt (电子回单) of a transfer. */
export const receipt = z
  .strictObject({
    mchid: mchid.meta({ description: 'whose' }),
    out_bill_no: shortText,
    transfer_bill_no: shortText,
    apply_time: instant,
    ready_time: instant.meta({ description: 'until when it is GENERATING' }),
    fail_reason: shortText.optional().meta({ description: 'why it cannot be made; FINISHED if left out' }),
  })
  .meta({ id: 'TransferReceipt', description: 'an application for the receipt (电子回单) of a transfer' })

export type Receipt = z.output<typeof receipt>

export const transferReceipts = defineTable({
  name: 'transferReceipts',
  title: { en: 'Transfer receipts', zh: '转账电子回单' },
  row: receipt,
  key: ['out_bill_no'],
  sorted: { newest: { among: () => ALL, by: ({ apply_time }) => descending(apply_time) } },
  inJournal: true,
})

const DAY_MS = 86_400_000
/** How old a transfer may be whose receipt is applied for, and how long a receipt is kept. */
const APPLICABLE_MS = 180 * DAY_MS
const KEPT_MS = 90 * DAY_MS

export function receiptState({ ready_time, fail_reason }: Receipt, at: number): 'GENERATING' | 'FINISHED' | 'FAILED' {
  if (at < ready_time) return 'GENERATING'
  return fail_reason === undefined ? 'FINISHED' : 'FAILED'
}

/** Whether it has to be applied for again. */
export function isForgotten({ apply_time }: Receipt, at: number): boolean {
  return at >= apply_time + KEPT_MS
}

export type ReceiptRefusal = 'not_transferred' | 'without_name' | 'too_old'

/** Why a transfer cannot have a receipt; `undefined` if it can. */
export function objectionToReceipt(transfer: Transfer, at: number): ReceiptRefusal | undefined {
  if (stateAt(transfer, at) !== 'SUCCESS') return 'not_transferred'
  if (transfer.user_name === undefined) return 'without_name'
  return at >= transfer.create_time + APPLICABLE_MS ? 'too_old' : undefined
}
