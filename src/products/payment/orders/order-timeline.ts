import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { isOfAnother, timelineJson, timelineOf, timelineQuery, triesToTell } from '../../../control/timeline.ts'
import { type Exchange, mentions } from '../../../engine/journal/journal.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Language } from '../../../shared/texts.ts'
import { refundEvents } from '../refunds/refund-events.ts'
import { refunds } from '../refunds/table.ts'
import type { Order } from '../rules/order.ts'
import { stepsOf } from '../rules/order-steps.ts'
import type { Refund } from '../rules/refund.ts'
import { TRADE_STATE } from '../spellings.ts'
import { orderParams, orderRefusals, withOrder } from './named-order.ts'
import { shownOrder, showOrder } from './shown.ts'
import { orders } from './table.ts'
import { transactionSuccess } from './transaction-success.ts'

const orderTimelineJson = z.strictObject({ order: shownOrder, ...timelineJson }).meta({ id: 'OrderTimeline' })

export const orderTimeline = defineCall({
  summary:
    'An order with what happened to it, which exchange did it, and the calls and callbacks about it that changed nothing',
  params: orderParams,
  query: timelineQuery,
  answer: orderTimelineJson,
  refusals: orderRefusals,
  async handle({ params, query: { limit, mchid } }, { mock, language }) {
    const found = await withOrder(mock, params.out_trade_no, mchid, async (order, tx, now) => {
      const own = await tx.in(refunds).where('outTradeNo', order.outTradeNo, order.mchid)
      return { order, own, now }
    })
    const { order, own, now } = found
    return { order: showOrder(order, own, now), ...(await historyOf(mock, language, order, own, now, limit)) }
  },
})

/** What happened to an order, the newest first. */
export async function orderHistory(mock: Mock, language: Language, order: Order, now: number, limit?: number) {
  const own = await mock.store.transaction((tx) => tx.in(refunds).where('outTradeNo', order.outTradeNo, order.mchid))
  return historyOf(mock, language, order, own, now, limit)
}

async function historyOf(
  mock: Mock,
  language: Language,
  order: Order,
  own: readonly Refund[],
  now: number,
  limit: number | undefined,
) {
  const telling = await triesToTell(
    mock,
    [transactionSuccess, ...Object.values(refundEvents)],
    (content) => content.mchid === order.mchid && content.out_trade_no === order.outTradeNo,
  )
  const about = (await mock.exchanges.list()).filter((one) => telling.has(one) || isAbout(one, order, own))
  const steps = stepsOf(order, own, now).map(({ before, after, ...step }) => ({
    ...step,
    before: before && TRADE_STATE[before],
    after: TRADE_STATE[after],
    isTold: step.event === 'paid' || step.event === 'refunded',
    byCall: step.event === 'placed' || step.event === 'closed' || step.event === 'refunded',
  }))
  return timelineOf(mock, language, steps, about, limit)
}

/** Whether a call names an order, or one of its refunds, in any of its names. */
function isAbout(exchange: Exchange, { mchid, outTradeNo, transactionId }: Order, own: readonly Refund[]): boolean {
  if (exchange.callback || isOfAnother(exchange, orders, mchid)) return false
  return (
    mentions(exchange, 'out_trade_no', outTradeNo) ||
    (transactionId !== undefined && mentions(exchange, 'transaction_id', transactionId)) ||
    own.some(
      ({ outRefundNo, refundId }) =>
        mentions(exchange, 'out_refund_no', outRefundNo) || mentions(exchange, 'refund_id', refundId),
    )
  )
}
