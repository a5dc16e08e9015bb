import { z } from 'zod'
import { defineOperation } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { wireInstant } from '../../common/fields.ts'
import { explainBill } from '../explain.ts'
import { billState, cancel, changedAt } from '../rules/bill.ts'
import { transferSettings } from '../settings.ts'
import { transferSources } from '../sources.ts'
import { BILL_STATE } from '../spellings.ts'
import { billNotFound } from './errors.ts'
import { billNamed } from './find-bill.ts'
import { keepBill } from './keep-bill.ts'
import { outBillNo } from './schemas.ts'

const { canceling, cancelled } = BILL_STATE

/** 撤销转账: cancel a transfer that the user has not confirmed. */
export const cancelTransfer = defineOperation({
  id: 'cancelTransfer',
  method: 'POST',
  path: '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}/cancel',
  summary: 'Cancel a transfer',
  title: '撤销转账',
  source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012716458',
  rateLimit: { calls: 20, seconds: 1, evidence: 'documented', source: transferSources.faq },

  input: { path: z.object({ out_bill_no: outBillNo }) },
  output: z.object({
    out_bill_no: z.string(),
    transfer_bill_no: z.string(),
    state: z.enum([canceling, cancelled]),
    update_time: wireInstant,
  }),
  errors: {
    not_found: billNotFound,
    not_cancellable: {
      status: 400,
      code: 'INVALID_REQUEST',
      message: '单号错误，请检查',
      when: {
        en: 'the user has confirmed the transfer, or it has come to its end (code and text reported; the status, and for which states, inferred)',
        zh: '用户已确认，或转账已有最终结果（错误码和文字来自开发者反馈，状态码及适用于哪些状态为推断）',
      },
      evidence: 'reported',
      source: transferSources.cancelRefused,
    },
  },
  rules: [
    { rule: 'A transfer can be cancelled until the user confirms it.', evidence: 'documented' },
    {
      rule: 'One that is ACCEPTED or PROCESSING can be cancelled, too.',
      evidence: 'reported',
      source: transferSources.cancelAllowed,
    },
    { rule: 'One that is TRANSFERING cannot: its money is on its way.', evidence: 'inferred' },
    { rule: 'The answer says that the cancel was taken; the money comes back afterwards.', evidence: 'documented' },
    { rule: 'It is CANCELING for as long as transferCancelTakes says, and then CANCELLED.', evidence: 'inferred' },
    { rule: 'Cancelled again, it is answered as it stands.', evidence: 'inferred' },
    { rule: 'No body is needed; what is sent is not looked at.', evidence: 'inferred' },
  ],

  async handle({ path: { out_bill_no } }, context) {
    const { tx, now, ids, settings, fail } = context
    const bill = await billNamed(out_bill_no, context)
    const takesMs = transferSettings.transferCancelTakes.of(settings) * 1_000
    const decision = cancel(bill, { at: now, takesMs })
    if (!decision.ok) {
      const { en, zh } = explainBill(bill, now)
      return fail(decision.reason, {
        en: `${en}; only what is ACCEPTED, PROCESSING or WAIT_USER_CONFIRM can be cancelled`,
        zh: `${zh}；只有 ACCEPTED、PROCESSING、WAIT_USER_CONFIRM 的可以撤销`,
      })
    }
    const kept = decision.value === bill ? bill : await keepBill(tx, decision.value, { now, ids, settings })
    return {
      out_bill_no,
      transfer_bill_no: kept.transferBillNo,
      state: billState(kept, now) === 'canceling' ? canceling : cancelled,
      update_time: formatInstant(changedAt(kept, now)),
    }
  },
})
