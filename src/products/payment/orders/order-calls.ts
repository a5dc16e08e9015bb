import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { pageOf, pageQuery } from '../../../control/formats/page.ts'
import { readPage } from '../../../control/read-page.ts'
import { mchid } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { fromWire } from '../../common/spelling.ts'
import { refunds } from '../refunds/table.ts'
import { expire, mark, type Order, orderState } from '../rules/order.ts'
import { MARKS, TRADE_STATE } from '../spellings.ts'
import { orderParams, orderRefusals, withOrder } from './named-order.ts'
import { payAsUser, payRefusal } from './pay-as-user.ts'
import { promotionsJson } from './promotions.ts'
import { shownOrder, showOrder } from './shown.ts'
import {
  type CompletedOrder,
  completedOrder,
  completeOrder,
  describeOrder,
  type OrderJson,
  orderJson,
  orders,
} from './table.ts'

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
    const isFiltered = state !== undefined || wanted !== undefined
    const fits = (one: Order) =>
      (state === undefined || TRADE_STATE[orderState(one, now)] === state) &&
      (wanted === undefined || orderHasText(one, wanted))
    const { items, ...rest } = await readPage(mock, orders, { owner: mchid, ...(isFiltered && { fits }), ...page })
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
    promotions: promotionsJson
      .optional()
      .meta({ description: 'coupons of WeChat Pay (代金券) that it is paid with, which lower what the user pays' }),
  }),
  bodyOptional: true,
  answer: shownOrder,
  refusals: {
    ...orderRefusals,
    MOCK_ORDER_STATE: { status: 409, when: 'the order is paid or closed already' },
    MOCK_PREPAY_ID: 'the prepay_id is not the one of the order, or is older than two hours, five minutes for H5',
    MOCK_TIME_TO_PAY: { status: 409, when: 'its payment deadline (time_expire) has passed, though it is NOTPAY' },
    MOCK_PAYER: 'the order was placed for another openid',
    MOCK_PROMOTIONS: 'the coupons take off more than the total',
    MOCK_TRANSACTION_EXISTS: { status: 409, when: 'another order has this transaction_id' },
  },
  handle: ({ params, query, body }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => {
      const paid = await payAsUser(tx, found, body, { now, ids: mock.ids })
      return show(tx, paid, now)
    }),
})

export const expireOrder = defineCall({
  summary:
    'Let the payment deadline of an unpaid order (time_expire) pass now: nobody can pay it any more, and it stays NOTPAY until it is closed, by a call or after seven days',
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

export const markOrder = defineCall({
  summary: 'Put an unpaid order into a state that payments by code (付款码支付) come to, or back to NOTPAY',
  params: orderParams,
  query: mchidQuery,
  body: z.strictObject({
    state: z
      .enum(Object.values(MARKS))
      .meta({ description: 'USERPAYING and PAYERROR may still be paid or closed; REVOKED is the end of the order' }),
  }),
  answer: shownOrder,
  refusals: { ...orderRefusals, MOCK_ORDER_STATE: { status: 409, when: 'the order is paid or closed already' } },
  handle: ({ params, query, body }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async (found, tx, now) => {
      const decision = mark(found, fromWire(MARKS, body.state), now)
      if (!decision.ok) throw payRefusal(found, decision.reason)
      await tx.in(orders).save(decision.value)
      return show(tx, decision.value, now)
    }),
})

async function show(tx: Transaction, found: Order, now: number) {
  return showOrder(found, await tx.in(refunds).where('outTradeNo', found.outTradeNo, found.mchid), now)
}

export const { one: addOrder, many: addOrders } = defineAddCalls({
  summary: 'Add an order or a list of them; one with the same number is replaced',
  json: orderJson,
  made: completedOrder,
  refusals: {
    MOCK_PROMOTIONS: 'the coupons of WeChat Pay (代金券) take off more than the total, or the order was not paid',
  },
  add,
})

async function add(tx: Transaction, json: OrderJson, defaults: RowDefaults): Promise<CompletedOrder> {
  const order = completeOrder(json, defaults)
  await tx.in(orders).save(order)
  return describeOrder(order, defaults.now)
}
