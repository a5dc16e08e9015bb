import { z } from 'zod'
import { callbackOf, defineEvent, type EventDescription } from '../../../engine/callbacks/event.ts'
import type { NewNotification } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { shownNumber, wireInstant } from '../../common/fields.ts'
import { refundIdOf, transactionIdOf } from '../orders/numbers.ts'
import type { Refund, RefundOutcome } from '../rules/refund.ts'
import { REFUND_OUTCOME } from '../spellings.ts'
import { USER_ACCOUNT } from './wire.ts'

const fen = shownNumber({ min: 0 })

const resource = z
  .object({
    mchid: z.string(),
    out_trade_no: z.string(),
    transaction_id: z.string(),
    out_refund_no: z.string(),
    refund_id: z.string(),
    refund_status: z.enum(Object.values(REFUND_OUTCOME)),
    success_time: wireInstant.optional().meta({ description: 'only of REFUND.SUCCESS' }),
    user_received_account: z.string(),
    amount: z.object({ total: fen, refund: fen, payer_total: fen, payer_refund: fen }),
  })
  .meta({ id: 'RefundEvent' })

/** The events that report how a refund ended (退款结果通知), by outcome. */
export const refundEvents = {
  success: refundEvent('success', {
    summary: '退款成功',
    label: { en: 'a refund succeeded', zh: '退款成功' },
    description: 'A refund arrived',
  }),
  abnormal: refundEvent('abnormal', {
    summary: '退款异常',
    label: { en: 'a refund failed', zh: '退款异常' },
    description: 'A refund cannot arrive',
  }),
  closed: refundEvent('closed', {
    summary: '退款关闭',
    label: { en: 'a refund was closed', zh: '退款关闭' },
    description: 'A refund was closed',
  }),
} as const

function refundEvent(outcome: RefundOutcome, told: Pick<EventDescription, 'summary' | 'label' | 'description'>) {
  return defineEvent({
    id: `refund${outcome.slice(0, 1).toUpperCase()}${outcome.slice(1)}`,
    eventType: `REFUND.${REFUND_OUTCOME[outcome]}`,
    ...told,
    title: '退款结果通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791865',
    originalType: 'refund',
    associatedData: 'refund',
    schedule: 'payment',
    resource,
    sample: ({ mchid, now, ids }) =>
      refundResource({
        mchid,
        outRefundNo: `REFUND_${ids.digits(12)}`,
        refundId: refundIdOf(ids),
        outTradeNo: `MCH_${ids.digits(12)}`,
        transactionId: transactionIdOf(ids),
        refundFen: 100,
        totalFen: 100,
        currency: 'CNY',
        createdAt: now,
        settlesAt: now,
        outcome,
        request: [],
      }),
  })
}

function refundResource({ outcome, settlesAt, refundFen, totalFen, ...refund }: Refund) {
  return {
    mchid: refund.mchid,
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    refund_status: REFUND_OUTCOME[outcome],
    ...(outcome === 'success' && { success_time: formatInstant(settlesAt) }),
    user_received_account: USER_ACCOUNT,
    amount: { total: totalFen, refund: refundFen, payer_total: totalFen, payer_refund: refundFen },
  }
}

/** The callback that reports how a refund ended, due when it is settled. */
export function refundNotification(refund: Refund, url: string): NewNotification {
  const { mchid, outcome, settlesAt } = refund
  return callbackOf(refundEvents[outcome], { mchid, url, resource: refundResource(refund), dueAt: settlesAt })
}
