import { z } from 'zod'
import { callbackOf, defineEvent, type EventDescription } from '../../../engine/callbacks/event.ts'
import type { IdSource } from '../../../engine/ids.ts'
import type { NewNotification } from '../../../engine/operation.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { shownNumber, wireInstant } from '../../common/fields.ts'
import { refundIdOf, transactionIdOf } from '../orders/numbers.ts'
import { appidOf } from '../orders/wire.ts'
import type { Order } from '../rules/order.ts'
import { moneyOf, type Refund, type RefundOutcome } from '../rules/refund.ts'
import { REFUND_OUTCOME } from '../spellings.ts'
import { noticeOfVersion2 } from './notice-of-version-2.ts'
import { refunds } from './table.ts'
import { receivedAtOf } from './wire.ts'

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
    amount: z.object({ total: fen, refund: fen, payer_total: fen, payer_refund: fen }),
    user_received_account: z.string(),
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
  return defineEvent<Refund>({
    id: `refund${outcome.slice(0, 1).toUpperCase()}${outcome.slice(1)}`,
    eventType: `REFUND.${REFUND_OUTCOME[outcome]}`,
    ...told,
    title: '退款结果通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791865',
    originalType: 'refund',
    associatedData: 'refund',
    schedule: 'payment',
    resource,
    async find(tx, mchid) {
      const ended = (await tx.in(refunds).list(mchid)).filter((refund) => refund.outcome === outcome)
      return { about: ended.toSorted((a, b) => a.createdAt - b.createdAt).at(-1) }
    },
    sample: ({ mchid, now, ids }, refund) =>
      refundResource(
        refund ?? {
          mchid,
          outRefundNo: `REFUND_${ids.digits(12)}`,
          refundId: refundIdOf(ids, now),
          outTradeNo: `MCH_${ids.digits(12)}`,
          transactionId: transactionIdOf(ids, now),
          refundFen: 100,
          totalFen: 100,
          currency: 'CNY',
          createdAt: now,
          settlesAt: now,
          outcome,
          request: [],
        },
      ),
  })
}

/** What a callback tells of a refund, in the order of members that callbacks have (pay-family.md 5.8). */
function refundResource(refund: Refund) {
  const { outcome, settlesAt } = refund
  const { payerTotalFen, payerRefundFen } = moneyOf(refund)
  return {
    mchid: refund.mchid,
    out_trade_no: refund.outTradeNo,
    transaction_id: refund.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: REFUND_OUTCOME[outcome],
    ...(outcome === 'success' && { success_time: formatInstant(settlesAt) }),
    amount: {
      total: refund.totalFen,
      refund: refund.refundFen,
      payer_total: payerTotalFen,
      payer_refund: payerRefundFen,
    },
    user_received_account: receivedAtOf(refund),
  }
}

/**
 * The callback that reports how a refund ended, due when it is settled; in the XML of API v2 if the refund was made so.
 *
 * @param url where it goes
 * @param order of the refund
 */
export function refundNotification(
  refund: Refund,
  url: string,
  { order, ids }: { readonly order: Pick<Order, 'appid'>; readonly ids: IdSource },
): NewNotification {
  const { mchid, outcome, settlesAt, apiV2Key } = refund
  const told = callbackOf(refundEvents[outcome], { mchid, url, resource: refundResource(refund), dueAt: settlesAt })
  if (apiV2Key === undefined) return told
  return { ...told, xml: noticeOfVersion2(refund, { appid: appidOf(order), apiV2Key, nonce: ids.letters(32) }) }
}
