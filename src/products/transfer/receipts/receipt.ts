import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { OperationContext, Rule } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import type { Texts } from '../../../shared/texts.ts'
import { wireInstant } from '../../common/fields.ts'
import { explainNoTransfer, explainTransfer } from '../explain.ts'
import { isForgotten, objectionToReceipt, type Receipt, type ReceiptRefusal, receiptState } from '../receipt-rules.ts'
import { transferSettings } from '../settings.ts'
import { transferSources } from '../sources.ts'
import { RECEIPT_STATE } from '../spellings.ts'
import type { Transfer } from '../transfers.ts'
import { tokenFor } from './download-token.ts'
import type { applyErrors } from './errors.ts'
import { receiptPdf } from './pdf.ts'
import { transferReceipts } from './table.ts'

/** What the calls of receipts have in common, whichever number they name a transfer by. */

export const RECEIPT_LIMIT = {
  calls: 20,
  seconds: 1,
  evidence: 'sibling',
  source: transferSources.partnerPages,
} as const

export const receiptApplied = z.object({ state: z.enum(Object.values(RECEIPT_STATE)), create_time: wireInstant })

export const receiptDetails = receiptApplied.extend({
  update_time: wireInstant,
  hash_type: z.enum(['SHA256', 'SM3']).optional(),
  hash_value: z.string().optional(),
  download_url: z.string().optional(),
  fail_reason: z.string().optional(),
})

export const APPLY_RULES: readonly Rule[] = [
  {
    rule: 'There is a receipt of a transfer that is SUCCESS, had a user_name and is less than 180 days old.',
    evidence: 'documented',
    source: transferSources.receiptPage,
  },
  { rule: 'It is GENERATING for as long as transferReceiptTakes says.', evidence: 'inferred' },
  { rule: 'Applied for again while there is one, the same is answered.', evidence: 'inferred' },
  {
    rule: 'It is kept for 90 days, and can then be applied for again.',
    evidence: 'documented',
    source: transferSources.receiptPage,
  },
]

export const QUERY_RULES: readonly Rule[] = [
  { rule: 'FINISHED has hash_type, hash_value and download_url; FAILED has fail_reason.', evidence: 'documented' },
  {
    rule: 'download_url works for ten minutes; each query has a new one.',
    evidence: 'documented',
    source: transferSources.receiptPage,
  },
  { rule: 'hash_type is SHA256.', evidence: 'inferred' },
]

/** Where receipts are downloaded, as the example of the documents has it. */
export const DOWNLOAD_PATH = '/v3/transferbilldownload/elecvoucherfile'

type ApplyContext = OperationContext<keyof typeof applyErrors>

/** Applies for the receipt of a transfer, or finds the one that was applied for before. */
export async function applyFor(bill: Transfer | undefined, number: string, context: ApplyContext) {
  const { tx, now, caller, settings, fail } = context
  if (!bill) return fail('bill_unknown', explainNoTransfer(caller.mchid, number))
  const table = tx.in(transferReceipts)
  const existing = await table.find(bill.mchid, bill.out_bill_no)
  if (existing && !isForgotten(existing, now)) return appliedShown(existing, now)
  const objection = objectionToReceipt(bill, now)
  if (objection) return fail(objection, explainObjection(objection, bill, now))
  const receipt: Receipt = {
    mchid: bill.mchid,
    outBillNo: bill.out_bill_no,
    transferBillNo: bill.transfer_bill_no,
    appliedAt: now,
    readyAt: orLastInstant(now + transferSettings.transferReceiptTakes.of(settings) * 1_000),
  }
  await table.save(receipt)
  return appliedShown(receipt, now)
}

function appliedShown(receipt: Receipt, now: number) {
  return { state: RECEIPT_STATE[receiptState(receipt, now)], create_time: formatInstant(receipt.appliedAt) }
}

function explainObjection(objection: ReceiptRefusal, bill: Transfer, now: number): Texts {
  switch (objection) {
    case 'not_transferred':
      return explainTransfer(bill, now)
    case 'without_name':
      return {
        en: `transfer ${bill.out_bill_no} was created without user_name, and a receipt needs one`,
        zh: `发起转账单 ${bill.out_bill_no} 时没有传 user_name，而电子回单需要姓名`,
      }
    case 'too_old': {
      const at = formatInstant(bill.create_time)
      return {
        en: `transfer ${bill.out_bill_no} was created at ${at}, 180 days ago or more`,
        zh: `转账单 ${bill.out_bill_no} 创建于 ${at}，已满 180 天`,
      }
    }
  }
}

function explainNoReceipt(mchid: string, number: string, bill?: Transfer, old?: Receipt): Texts {
  if (!bill) return explainNoTransfer(mchid, number)
  if (!old) {
    return {
      en: `no receipt of transfer ${number} was applied for: do that first`,
      zh: `转账单 ${number} 没有申请过电子回单，请先申请`,
    }
  }
  const at = formatInstant(old.appliedAt)
  return {
    en: `the receipt of transfer ${number} was applied for at ${at}, 90 days ago or more: apply for it again`,
    zh: `转账单 ${number} 的电子回单申请于 ${at}，已满 90 天，请重新申请`,
  }
}

/** The receipt of a transfer as it is looked up. */
export async function lookUp(
  bill: Transfer | undefined,
  number: string,
  { tx, now, caller, fail }: OperationContext<'not_found'>,
) {
  const receipt = bill && (await tx.in(transferReceipts).find(bill.mchid, bill.out_bill_no))
  if (!bill || !receipt || isForgotten(receipt, now)) {
    return fail('not_found', explainNoReceipt(caller.mchid, number, bill, receipt))
  }
  const state = receiptState(receipt, now)
  return {
    state: RECEIPT_STATE[state],
    create_time: formatInstant(receipt.appliedAt),
    update_time: formatInstant(state === 'generating' ? receipt.appliedAt : receipt.readyAt),
    ...(state === 'failed' && { fail_reason: receipt.failReason ?? '' }),
    ...(state === 'finished' && {
      hash_type: 'SHA256' as const,
      hash_value: createHash('sha256').update(receiptPdf(bill)).digest('hex'),
      download_url: `https://api.mch.weixin.qq.com${DOWNLOAD_PATH}?source=elecsign&token=${tokenFor({ mchid: bill.mchid, outBillNo: bill.out_bill_no }, now)}`,
    }),
  }
}
