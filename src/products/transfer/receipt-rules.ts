import { stateAt } from './transfer-rules.ts'
import type { Transfer } from './transfers.ts'

/** An application for the receipt (电子回单) of a transfer. Instants are epoch milliseconds. */
export interface Receipt {
  readonly mchid: string
  readonly outBillNo: string
  readonly transferBillNo: string
  readonly appliedAt: number
  /** When it is made, or has failed. */
  readonly readyAt: number
  /** Why it cannot be made; left out: it can. */
  readonly failReason?: string
}

export type ReceiptState = 'generating' | 'finished' | 'failed'

const DAY_MS = 86_400_000
/** How old a transfer may be whose receipt is applied for, how long a receipt is kept, and how long its address works. */
const APPLICABLE_MS = 180 * DAY_MS
const KEPT_MS = 90 * DAY_MS
export const ADDRESS_LIVES_MS = 600_000

export function receiptState({ readyAt, failReason }: Receipt, at: number): ReceiptState {
  if (at < readyAt) return 'generating'
  return failReason === undefined ? 'finished' : 'failed'
}

/** Whether it has to be applied for again. */
export function isForgotten({ appliedAt }: Receipt, at: number): boolean {
  return at >= appliedAt + KEPT_MS
}

export type ReceiptRefusal = 'not_transferred' | 'without_name' | 'too_old'

/** Why there is no receipt of a transfer; `undefined` if there can be one. */
export function objectionToReceipt(transfer: Transfer, at: number): ReceiptRefusal | undefined {
  if (stateAt(transfer, at) !== 'SUCCESS') return 'not_transferred'
  if (transfer.user_name === undefined) return 'without_name'
  return at >= transfer.create_time + APPLICABLE_MS ? 'too_old' : undefined
}
