import { isOfAnother, timelineOf, triesToTell } from '../../../control/timeline.ts'
import { type Exchange, mentions } from '../../../engine/journal/journal.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Language } from '../../../shared/texts.ts'
import { preTransferWithAuthorization } from '../authorizations/pre-transfer-with-authorization.ts'
import { transferWithAuthorization } from '../authorizations/transfer-with-authorization.ts'
import { acceptElecsignByNo } from '../receipts/accept-elecsign-by-no.ts'
import { acceptElecsignByOutNo } from '../receipts/accept-elecsign-by-out-no.ts'
import { transferReceipts } from '../receipts/table.ts'
import type { Bill } from '../rules/bill.ts'
import { type BillStep, stepsOf } from '../rules/bill-steps.ts'
import { type Receipt, receiptState } from '../rules/receipt.ts'
import { BILL_STATE } from '../spellings.ts'
import { billFinished } from './bill-finished.ts'
import { cancelTransfer } from './cancel-transfer.ts'
import { transfers } from './table.ts'
import { transferToUser } from './transfer-to-user.ts'

type Event = BillStep['event'] | 'receipt_applied' | 'receipt_made' | 'receipt_failed'

const CREATING = [transferToUser.id, preTransferWithAuthorization.id, transferWithAuthorization.id]

/** The calls that may have done each; nobody calls for the others. */
const CALLS: Readonly<Partial<Record<Event, readonly string[]>>> = {
  created: CREATING,
  // Money that was short is locked when the call is made again.
  locked: CREATING,
  cancelled: [cancelTransfer.id],
  receipt_applied: [acceptElecsignByOutNo.id, acceptElecsignByNo.id],
}

/** What happened to a transfer, and to its receipt, the newest first. */
export async function transferHistory(mock: Mock, language: Language, bill: Bill, now: number, limit?: number) {
  const receipt = await mock.store.transaction((tx) => tx.in(transferReceipts).find(bill.mchid, bill.outBillNo))
  const telling = await triesToTell(
    mock,
    [billFinished],
    (content) => content.mch_id === bill.mchid && content.out_bill_no === bill.outBillNo,
  )
  const about = (await mock.exchanges.list()).filter((one) => telling.has(one) || isAbout(one, bill))
  const own = stepsOf(bill, now)
  const steps = [...own, ...receiptSteps(receipt, now, own.at(-1)?.after)].map(({ before, after, ...step }) => {
    const cause = causeOf(step, about)
    return {
      ...step,
      before: before && BILL_STATE[before],
      after: BILL_STATE[after],
      // What its callbacks tell of came of all that was before.
      isTold: !step.event.startsWith('receipt_'),
      byCall: cause !== undefined,
      ...(cause && { cause }),
    }
  })
  return timelineOf(mock, language, steps, about, limit)
}

/** What happened to a receipt, which leaves the state of its transfer as it is. */
function receiptSteps(receipt: Receipt | undefined, now: number, state: BillStep['after'] = 'success') {
  if (!receipt) return []
  const { appliedAt, readyAt } = receipt
  const same = { before: state, after: state }
  const made = { finished: 'receipt_made', failed: 'receipt_failed', generating: undefined } as const
  const event = made[receiptState(receipt, now)]
  return [
    { event: 'receipt_applied' as const, at: appliedAt, ...same },
    ...(event ? [{ event, at: readyAt, ...same }] : []),
  ]
}

/** One instant is taken per call, so what a call did has the call's own. */
function causeOf({ event, at }: { readonly event: Event; readonly at: number }, about: readonly Exchange[]) {
  return about.find(
    (one) =>
      one.at === at &&
      one.operation !== undefined &&
      CALLS[event]?.includes(one.operation) &&
      one.response !== undefined &&
      one.response.status < 300,
  )
}

/** Whether a call names a transfer, in any of its names. */
function isAbout(exchange: Exchange, { mchid, outBillNo, transferBillNo }: Bill): boolean {
  if (exchange.callback || isOfAnother(exchange, transfers, mchid)) return false
  return mentions(exchange, 'out_bill_no', outBillNo) || mentions(exchange, 'transfer_bill_no', transferBillNo)
}
