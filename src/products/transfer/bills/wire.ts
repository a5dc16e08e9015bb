import type { IdSource } from '../../../engine/ids.ts'
import type { Merchant } from '../../../engine/keys/merchants.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { encryptField } from '../../../protocol/sensitive-field.ts'
import { type Bill, billState, changedAt, failReasonAt } from '../rules/bill.ts'
import { BILL_STATE } from '../spellings.ts'
import { packageInfoFor } from './package-info.ts'
import { failReason } from './schemas.ts'

/** The reason of a transfer that failed or was cancelled, as a member. */
export function failureShown(bill: Bill, now: number) {
  const reason = failReasonAt(bill, now)
  return reason === undefined ? {} : { fail_reason: failReason.parse(reason) }
}

/** A transfer as the call that creates it answers. Each answer has a `package_info` of its own. */
export function answerFor(bill: Bill, now: number, ids: IdSource) {
  const state = billState(bill, now)
  return {
    out_bill_no: bill.outBillNo,
    transfer_bill_no: bill.transferBillNo,
    create_time: formatInstant(bill.createdAt),
    state: BILL_STATE[state],
    ...failureShown(bill, now),
    ...(state === 'waiting' && { package_info: packageInfoFor({ kind: 'bill', number: bill.transferBillNo }, ids) }),
  }
}

/** A transfer as the calls that look it up show it to its merchant. */
export function detailsOf(bill: Bill, now: number, { publicKey }: Pick<Merchant, 'publicKey'>) {
  return {
    mch_id: bill.mchid,
    out_bill_no: bill.outBillNo,
    transfer_bill_no: bill.transferBillNo,
    appid: bill.appid,
    state: BILL_STATE[billState(bill, now)],
    transfer_amount: bill.amountFen,
    transfer_remark: bill.remark,
    ...failureShown(bill, now),
    openid: bill.openid,
    ...(bill.userName !== undefined && { user_name: encryptField(bill.userName, publicKey) }),
    create_time: formatInstant(bill.createdAt),
    update_time: formatInstant(changedAt(bill, now)),
  }
}
