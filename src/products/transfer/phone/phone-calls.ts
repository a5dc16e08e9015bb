import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import type { Mock } from '../../../engine/mock.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { transferParams, transferRefusals, withTransfer } from '../bills/find-for-control.ts'
import { keepBill } from '../bills/keep-bill.ts'
import { shownTransfer, showTransfer } from '../bills/shown.ts'
import { explainBill } from '../explain.ts'
import { FAIL_REASONS } from '../meanings.ts'
import { type Bill, fail } from '../rules/bill.ts'
import { ERR_MSG } from './client-words.ts'
import { confirmOnPhone } from './confirm-on-phone.ts'
import { openBillPage, pageClosed, pageMembers, pageRefusals } from './open-page.ts'

const answer = z
  .strictObject({
    err_msg: z
      .string()
      .meta({ description: 'what the client is called back with: that the page was shown, not that money has moved' }),
    transfer: shownTransfer,
  })
  .meta({ id: 'ConfirmedTransfer' })

const refusals = {
  ...transferRefusals,
  ...pageRefusals,
  MOCK_TRANSFER_STATE: { status: 409, when: 'the page does not open for a transfer in this state' },
} as const

export const confirmTransfer = defineCall({
  summary: "Confirm a transfer, as the user's phone does; the merchant is told at its notify_url",
  params: transferParams,
  query: mchidQuery,
  body: z.strictObject({
    ...pageMembers,
    outcome: z
      .enum(['SUCCESS', ...FAIL_REASONS])
      .optional()
      .meta({
        description:
          'SUCCESS, or why the money cannot arrive; if left out, what is known of the user and the limits decide',
      }),
    authorize: z.boolean().optional().meta({
      description: 'whether the user agrees to the authorization (免确认收款授权) asked for; yes if left out',
    }),
  }),
  bodyOptional: true,
  answer,
  refusals,
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (bill, tx, now) => {
      openBillPage(bill, body, now)
      const { outcome, authorize = true } = body
      const arrival = outcome && (outcome === 'SUCCESS' ? {} : { failReason: outcome })
      const decision = await confirmOnPhone(bill, { arrival, authorize }, { ...surroundings(mock), tx, now })
      if (!decision.ok) throw pageClosed(decision.reason, bill, now)
      return { err_msg: ERR_MSG.ok, transfer: showTransfer(decision.value, now) }
    }),
})

export const dismissTransfer = defineCall({
  summary: 'Open the page of a transfer on the phone and close it again, which changes nothing',
  params: transferParams,
  query: mchidQuery,
  body: z.strictObject(pageMembers),
  bodyOptional: true,
  answer,
  refusals,
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (bill, _, now) => {
      openBillPage(bill, body, now)
      return { err_msg: ERR_MSG.cancel, transfer: showTransfer(bill, now) }
    }),
})

export const failTransfer = defineCall({
  summary: 'Let a transfer fail for a reason of WeChat Pay, confirmed or not; the merchant is told at its notify_url',
  params: transferParams,
  query: mchidQuery,
  body: z.strictObject({
    fail_reason: z.enum(FAIL_REASONS).optional().meta({ description: 'TRANSFER_RISK if left out' }),
  }),
  bodyOptional: true,
  answer: shownTransfer,
  refusals: {
    ...transferRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the transfer was cancelled, or has come to its end' },
  },
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (bill, tx, now) => {
      const decision = fail(bill, body.fail_reason ?? 'TRANSFER_RISK', now)
      if (!decision.ok) throw notFailable(bill, now)
      const kept = await keepBill(tx, decision.value, { ...surroundings(mock), now })
      return showTransfer(kept, now)
    }),
})

function surroundings({ ids, settings }: Mock) {
  return { ids, settings }
}

function notFailable(bill: Bill, now: number): UsageError {
  const { en, zh } = explainBill(bill, now)
  return new UsageError('MOCK_TRANSFER_STATE', {
    en: `It cannot fail any more: ${en}. Create another one.`,
    zh: `已不能再失败：${zh}。请另发起一笔。`,
  })
}
