import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import type { Mock } from '../../../engine/mock.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { keepBill } from '../bills/keep-bill.ts'
import { transferParams, transferRefusals, withTransfer } from '../bills/named-bill.ts'
import { shownTransfer, showTransfer } from '../bills/shown.ts'
import { explainBill } from '../explain.ts'
import { type Bill, fail, type PageRefusal, pageAt } from '../rules/bill.ts'
import { FAIL_REASONS } from '../spellings.ts'
import { confirmOnPhone } from './confirm-on-phone.ts'
import { checkPage, pageError, pageMembers, pageRefusals } from './open-page.ts'

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
      openPage(bill, body, now)
      const { outcome, authorize = true } = body
      const arrival = outcome && (outcome === 'SUCCESS' ? {} : { failReason: outcome })
      const decision = await confirmOnPhone(bill, { arrival, authorize }, { ...surroundings(mock), tx, now })
      if (!decision.ok) throw pageClosed(decision.reason, bill, now)
      return { err_msg: 'requestMerchantTransfer:ok', transfer: showTransfer(decision.value, now) }
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
      openPage(bill, body, now)
      return { err_msg: 'requestMerchantTransfer:fail cancel', transfer: showTransfer(bill, now) }
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
      if (!decision.ok) throw stateError(bill, now)
      const kept = await keepBill(tx, decision.value, { ...surroundings(mock), now })
      return showTransfer(kept, now)
    }),
})

function surroundings({ ids, settings }: Mock) {
  return { ids, settings }
}

/** Opens the page of a transfer. @throws UsageError for what it was opened with, or if it does not open now */
function openPage(bill: Bill, given: Parameters<typeof checkPage>[0], now: number): void {
  const { transferBillNo, appid, openid } = bill
  checkPage(given, { kind: 'bill', number: transferBillNo, appid, openid })
  const page = pageAt(bill, now)
  if (page !== 'yes') throw pageClosed(page, bill, now)
}

function pageClosed(reason: PageRefusal, bill: Bill, now: number): UsageError {
  if (reason !== 'package_dead') return stateError(bill, now)
  return pageError({
    en: `transfer ${bill.outBillNo} was created more than 24 hours ago, and its page opens no more. Create another one.`,
    zh: `转账单 ${bill.outBillNo} 创建已超过 24 小时，收款页不能再打开，请另发起一笔。`,
  })
}

function stateError(bill: Bill, now: number): UsageError {
  const { en, zh } = explainBill(bill, now)
  return new UsageError('MOCK_TRANSFER_STATE', {
    en: `package_info信息有误，请返回联系商家处理: ${en}. Create another one, or move the clock.`,
    zh: `package_info信息有误，请返回联系商家处理：${zh}。请另发起一笔，或调整时钟。`,
  })
}
