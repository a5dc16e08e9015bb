import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { pageOf, pageQuery, takePage } from '../../../control/formats/page.ts'
import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import { mchid } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { keyOf } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { fromWire } from '../../common/spelling.ts'
import { keepRefund } from '../refunds/keep-refund.ts'
import { refundOutcome, refunds } from '../refunds/table.ts'
import { expire, type Order, orderState, type PayRefusal, pay } from '../rules/order.ts'
import { REFUND_TAKES_MS, type RefundRefusal, refundOrder as refunded, refundedFen } from '../rules/refund.ts'
import { REFUND_OUTCOME, TRADE_STATE } from '../spellings.ts'
import { orderParams, orderRefusals, withOrder } from './named-order.ts'
import { refundIdOf, transactionIdOf } from './numbers.ts'
import { shownOrder, shownRefund, showOrder, showRefund } from './shown.ts'
import {
  type CompletedOrder,
  completedOrder,
  completeOrder,
  describeOrder,
  type OrderJson,
  orderJson,
  orders,
} from './table.ts'
import { paymentNotification } from './transaction-success.ts'

export const listedOrders = defineCall({
  summary: 'Look for orders: the newest first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().meta({ description: 'whose; any if left out' }),
    state: z.enum(Object.values(TRADE_STATE)).optional(),
  }),
  answer: pageOf(completedOrder).meta({ id: 'OrderPage' }),
  async handle({ query: { mchid, state, text, ...page } }, { mock }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const all = await mock.store.transaction((tx) => tx.in(orders).list(mchid))
    const found = all.filter(
      (one) =>
        (state === undefined || TRADE_STATE[orderState(one, now)] === state) &&
        (wanted === undefined || orderHasText(one, wanted)),
    )
    const { items, ...rest } = takePage(found, (one) => [one.createdAt, keyOf([one.mchid, one.outTradeNo])], page)
    return { ...rest, items: items.map((one) => describeOrder(one, now)) }
  },
})

function orderHasText({ outTradeNo, transactionId, openid, description }: Order, wanted: string): boolean {
  return [outTradeNo, transactionId ?? '', openid ?? '', description].some((one) => one.toLowerCase().includes(wanted))
}

export const order = defineCall({
  summary: 'Look at an order with its refunds',
  params: orderParams,
  query: mchidQuery,
  answer: shownOrder,
  refusals: orderRefusals,
  handle: ({ params, query }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => show(tx, found, now)),
})

export const payOrder = defineCall({
  summary: "Pay an order, as the user's phone does; the merchant is told at its notify_url",
  params: orderParams,
  query: mchidQuery,
  body: z.strictObject({
    openid: z.string().min(1).max(128).optional().meta({ description: 'who pays; made up if left out and not known' }),
    transaction_id: z.string().min(1).max(32).optional().meta({ description: 'made up if left out' }),
    prepay_id: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta({ description: 'what it is paid with; the one of the order if left out' }),
  }),
  bodyOptional: true,
  answer: shownOrder,
  refusals: {
    ...orderRefusals,
    MOCK_ORDER_STATE: { status: 409, when: 'the order is paid or closed already' },
    MOCK_PREPAY_ID: 'the prepay_id is not the one of the order, or is older than two hours',
    MOCK_PAYER: 'the order was placed for another openid',
    MOCK_TRANSACTION_EXISTS: { status: 409, when: 'another order has this transaction_id' },
  },
  handle: ({ params, query, body }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => {
      const { ids } = mock
      const transactionId = body.transaction_id ?? transactionIdOf(ids)
      const openid = body.openid ?? found.openid ?? `o${ids.letters(27)}`
      const decision = pay(found, { openid, transactionId, at: now, prepayId: body.prepay_id })
      if (!decision.ok) throw payRefusal(found, decision.reason)
      if ((await tx.in(orders).where('transactionId', transactionId)).length > 0) {
        throw new UsageError(
          'MOCK_TRANSACTION_EXISTS',
          `Another order was paid as ${transactionId}: leave transaction_id out to get a fresh one.`,
          { path: '/transaction_id' },
        )
      }
      await tx.in(orders).save(decision.value)
      const { notifyUrl } = decision.value
      if (notifyUrl !== undefined) {
        await putIntoOutbox(tx, paymentNotification(decision.value, notifyUrl, now), { now, ids })
      }
      return show(tx, decision.value, now)
    }),
})

export const expireOrder = defineCall({
  summary: 'Let the time of an unpaid order run out now, which closes it',
  params: orderParams,
  query: mchidQuery,
  bodyOptional: true,
  body: z.strictObject({}),
  answer: shownOrder,
  refusals: { ...orderRefusals, MOCK_ORDER_STATE: { status: 409, when: 'the order is paid or closed already' } },
  handle: ({ params, query }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => {
      const decision = expire(found, now)
      if (!decision.ok) throw payRefusal(found, decision.reason)
      await tx.in(orders).save(decision.value)
      return show(tx, decision.value, now)
    }),
})

export const refundOrder = defineCall({
  summary: 'Refund an order, as in the merchant console; it is settled five seconds later',
  params: orderParams,
  query: mchidQuery,
  body: z.strictObject({
    amount: z.int().min(1).optional().meta({ description: 'fen; what is left if left out' }),
    outcome: refundOutcome.optional().meta({ description: 'how it ends; SUCCESS if left out' }),
    notify_url: z
      .url({ protocol: /^https?$/ })
      .max(256)
      .optional()
      .meta({ description: 'where the merchant is told; the notify_url of the order if left out' }),
  }),
  bodyOptional: true,
  status: 201,
  answer: shownRefund,
  refusals: {
    ...orderRefusals,
    MOCK_ORDER_STATE: {
      status: 409,
      when: 'the order was not paid, or too long ago, or has 50 refunds already',
    },
    MOCK_REFUND_AMOUNT: 'all refunds together would be more than was paid',
  },
  handle: ({ params, query, body }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => {
      const { ids } = mock
      const before = await tx.in(refunds).where('outTradeNo', found.outTradeNo, found.mchid)
      const refundFen = body.amount ?? Math.max(1, found.totalFen - refundedFen(before, now))
      const decision = refunded(found, before, { refundFen, totalFen: found.totalFen, at: now })
      if (!decision.ok) throw refundRefusal(found, decision.reason, found.totalFen - refundedFen(before, now))
      const notifyUrl = body.notify_url ?? found.notifyUrl
      const refund = await keepRefund(
        tx,
        decision.value,
        {
          mchid: found.mchid,
          outRefundNo: ids.digits(28),
          refundId: refundIdOf(ids),
          outTradeNo: found.outTradeNo,
          transactionId: decision.value.transactionId,
          refundFen,
          totalFen: found.totalFen,
          currency: found.currency,
          ...(notifyUrl !== undefined && { notifyUrl }),
          createdAt: now,
          settlesAt: orLastInstant(now + REFUND_TAKES_MS),
          outcome: fromWire(REFUND_OUTCOME, body.outcome ?? 'SUCCESS'),
          request: [],
        },
        (notification) => putIntoOutbox(tx, notification, { now, ids }),
      )
      return showRefund(refund, now)
    }),
})

async function show(tx: Transaction, found: Order, now: number) {
  return showOrder(found, await tx.in(refunds).where('outTradeNo', found.outTradeNo, found.mchid), now)
}

function payRefusal({ outTradeNo, openid, prepayId }: Order, reason: PayRefusal): UsageError {
  switch (reason) {
    case 'already_paid':
      return new UsageError('MOCK_ORDER_STATE', `Order ${outTradeNo} is paid already: place another one.`)
    case 'closed':
      return new UsageError('MOCK_ORDER_STATE', `Order ${outTradeNo} is closed: place another one.`)
    case 'prepay_id_unknown':
      return new UsageError(
        'MOCK_PREPAY_ID',
        `Order ${outTradeNo} has ${prepayId === undefined ? 'no prepay_id' : `the prepay_id ${prepayId}`}: leave prepay_id out to pay with what it has.`,
        { path: '/prepay_id' },
      )
    case 'prepay_id_expired':
      return new UsageError(
        'MOCK_PREPAY_ID',
        `The prepay_id ${prepayId} is older than two hours: place order ${outTradeNo} again to get a new one.`,
        { path: '/prepay_id' },
      )
    case 'another_payer':
      return new UsageError('MOCK_PAYER', `Order ${outTradeNo} was placed for ${openid}: leave openid out.`, {
        path: '/openid',
      })
  }
}

function refundRefusal({ outTradeNo }: Order, reason: RefundRefusal, leftFen: number): UsageError {
  switch (reason) {
    case 'not_paid':
      return new UsageError(
        'MOCK_ORDER_STATE',
        `Order ${outTradeNo} was not paid: pay it first with POST /_mock/orders/${outTradeNo}/pay.`,
      )
    case 'too_late':
      return new UsageError(
        'MOCK_ORDER_STATE',
        `Order ${outTradeNo} was paid more than 365 days ago: set the clock back.`,
      )
    case 'too_many_refunds':
      return new UsageError('MOCK_ORDER_STATE', `Order ${outTradeNo} has 50 refunds already: take another order.`)
    case 'more_than_paid':
    case 'total_differs':
      return new UsageError(
        'MOCK_REFUND_AMOUNT',
        leftFen > 0
          ? `Of order ${outTradeNo} only ${leftFen} fen are left: refund that much at most.`
          : `All of order ${outTradeNo} is refunded already: take another order.`,
        { path: '/amount' },
      )
  }
}

export const { one: addOrder, many: addOrders } = defineAddCalls({
  summary: 'Add an order or a list of them; one with the same number is replaced',
  json: orderJson,
  made: completedOrder,
  add,
})

async function add(tx: Transaction, json: OrderJson, defaults: RowDefaults): Promise<CompletedOrder> {
  const order = completeOrder(json, defaults)
  await tx.in(orders).save(order)
  return describeOrder(order, defaults.now)
}
