import { z } from 'zod'
import { type AddDefaults, defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { pageOf, pageQuery } from '../../../control/formats/page.ts'
import { readPage } from '../../../control/read-page.ts'
import { mchid } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { keepTransfer } from '../accounts/keep-transfer.ts'
import { explainBill } from '../explain.ts'
import { type Bill, billState, cancel, endsAt } from '../rules/bill.ts'
import { transferSettings } from '../settings.ts'
import { BILL_STATE } from '../spellings.ts'
import { transferParams, transferRefusals, withTransfer } from './find-for-control.ts'
import { keepBill, withdrawCallback } from './keep-bill.ts'
import { shownTransfer, showTransfer } from './shown.ts'
import {
  type CompletedTransfer,
  completedTransfer,
  completeTransfer,
  describeTransfer,
  type TransferJson,
  transferJson,
  transfers,
} from './table.ts'

export const listedTransfers = defineCall({
  summary: 'Look for transfers: the newest first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().meta({ description: 'whose; any if left out' }),
    state: z.enum(Object.values(BILL_STATE)).optional(),
  }),
  answer: pageOf(shownTransfer).meta({ id: 'TransferPage' }),
  async handle({ query: { mchid, state, text, ...page } }, { mock }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = state !== undefined || wanted !== undefined
    const fits = (one: Bill) =>
      (state === undefined || BILL_STATE[billState(one, now)] === state) &&
      (wanted === undefined || hasText(one, wanted))
    const { items, ...rest } = await readPage(mock, transfers, { owner: mchid, ...(isFiltered && { fits }), ...page })
    return { ...rest, items: items.map((one) => showTransfer(one, now)) }
  },
})

function hasText({ outBillNo, transferBillNo, openid, remark }: Bill, wanted: string): boolean {
  return [outBillNo, transferBillNo, openid, remark].some((one) => one.toLowerCase().includes(wanted))
}

export const transfer = defineCall({
  summary: 'Look at a transfer as it stands now',
  params: transferParams,
  query: mchidQuery,
  answer: shownTransfer,
  refusals: transferRefusals,
  handle: ({ params, query }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (found, _, now) => showTransfer(found, now)),
})

export const callOffTransfer = defineCall({
  summary: 'Call off a transfer that nobody has confirmed, as the merchant does with a call',
  params: transferParams,
  query: mchidQuery,
  answer: shownTransfer,
  refusals: {
    ...transferRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the user has confirmed the transfer, or it has come to its end' },
  },
  handle: ({ params, query }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (bill, tx, now) => {
      const { ids, settings } = mock
      const decision = cancel(bill, { at: now, takesMs: transferSettings.transferCancelTakes.of(settings) * 1_000 })
      if (!decision.ok) {
        const { en, zh } = explainBill(bill, now)
        throw new UsageError('MOCK_TRANSFER_STATE', {
          en: `It can no longer be cancelled: ${en}. Create another one, and cancel it before it is confirmed.`,
          zh: `已不能撤销：${zh}。请另发起一笔，并在用户确认之前撤销。`,
        })
      }
      const kept = decision.value === bill ? bill : await keepBill(tx, decision.value, { now, ids, settings })
      return showTransfer(kept, now)
    }),
})

export const { one: addTransfer, many: addTransfers } = defineAddCalls({
  summary: 'Add a transfer or a list of them; one with the same number is replaced',
  json: transferJson,
  made: completedTransfer,
  refusals: { MOCK_TRANSFER_STATE: 'a state is given beside an end, or a fail_reason without the state FAIL' },
  add,
})

async function add(
  tx: Transaction,
  json: TransferJson,
  { settings, ...defaults }: AddDefaults,
): Promise<CompletedTransfer> {
  const { now, ids } = defaults
  const bill = completeTransfer(json, defaults)
  const replaced = await tx.in(transfers).find(bill.mchid, bill.outBillNo)
  if (replaced) await withdrawCallback(tx, replaced)
  const isToEnd = bill.notificationId === undefined && endsAt(bill) > now
  if (isToEnd) return describeTransfer(await keepBill(tx, bill, { now, ids, settings }))
  await keepTransfer(tx, bill, { now, settings })
  return describeTransfer(bill)
}
