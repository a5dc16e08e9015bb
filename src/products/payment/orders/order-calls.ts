import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { pageOf, pageQuery } from '../../../control/formats/page.ts'
import { readPage } from '../../../control/read-page.ts'
import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import { mchid } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { fromWire } from '../../common/spelling.ts'
import { refunds } from '../refunds/table.ts'
import { expire, mark, type Order, orderState, type PayRefusal, pay } from '../rules/order.ts'
import { MARKS, TRADE_STATE } from '../spellings.ts'
import { orderParams, orderRefusals, withOrder } from './named-order.ts'
import { transactionIdOf } from './numbers.ts'
import { promotionFrom, promotionsJson } from './promotions.ts'
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
      const { ids } = mock
      const transactionId = body.transaction_id ?? transactionIdOf(ids, now)
      const openid = body.openid ?? found.openid ?? `o${ids.letters(27)}`
      const promotions = (body.promotions ?? []).map((one) => promotionFrom(one, ids))
      const decision = pay(found, { openid, transactionId, at: now, prepayId: body.prepay_id, promotions })
      if (!decision.ok) throw payRefusal(found, decision.reason)
      if ((await tx.in(orders).where('transactionId', transactionId)).length > 0) {
        throw new UsageError(
          'MOCK_TRANSACTION_EXISTS',
          {
            en: `Another order was paid as ${transactionId}: leave transaction_id out to get a fresh one.`,
            zh: `微信支付订单号 ${transactionId} 已属于另一个订单：请去掉 transaction_id，由模拟服务生成。`,
          },
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

function payRefusal(order: Order, reason: PayRefusal): UsageError {
  const { outTradeNo, openid, prepayId, payableUntil = order.closesAt, tradeType } = order
  switch (reason) {
    case 'already_paid':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} is paid already: place another one.`,
        zh: `订单 ${outTradeNo} 已支付，请另下一单。`,
      })
    case 'closed':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${outTradeNo} is closed: place another one.`,
        zh: `订单 ${outTradeNo} 已关闭，请另下一单。`,
      })
    case 'prepay_id_unknown':
      return new UsageError(
        'MOCK_PREPAY_ID',
        {
          en: `Order ${outTradeNo} has ${prepayId === undefined ? 'no prepay_id' : `the prepay_id ${prepayId}`}: leave prepay_id out to pay with what it has.`,
          zh: `订单 ${outTradeNo} ${prepayId === undefined ? '没有 prepay_id' : `的 prepay_id 是 ${prepayId}`}：请去掉 prepay_id，直接支付。`,
        },
        { path: '/prepay_id' },
      )
    case 'prepay_id_expired':
      return new UsageError(
        'MOCK_PREPAY_ID',
        {
          en: `The prepay_id ${prepayId} is older than ${tradeType === 'mweb' ? 'the five minutes of an h5_url' : 'two hours'}: place order ${outTradeNo} again to get a new one.`,
          zh: `prepay_id ${prepayId} 已失效（${tradeType === 'mweb' ? 'h5_url 的有效期为五分钟' : '有效期为两小时'}）：请用订单号 ${outTradeNo} 重新下单，以取得新的。`,
        },
        { path: '/prepay_id' },
      )
    case 'time_is_over':
      return new UsageError('MOCK_TIME_TO_PAY', {
        en: `订单已超过商户设置的最晚支付成功时间，请重新发起支付: the payment deadline of order ${outTradeNo} was ${formatInstant(payableUntil)}. Close it and place another one.`,
        zh: `订单已超过商户设置的最晚支付成功时间，请重新发起支付：订单 ${outTradeNo} 的支付截止时间是 ${formatInstant(payableUntil)}。请关闭该订单，换商户订单号重新下单。`,
      })
    case 'another_payer':
      return new UsageError(
        'MOCK_PAYER',
        {
          en: `Order ${outTradeNo} was placed for ${openid}: leave openid out.`,
          zh: `订单 ${outTradeNo} 是为用户 ${openid} 下的：请去掉 openid。`,
        },
        { path: '/openid' },
      )
    case 'promotions_exceed_total':
      return new UsageError(
        'MOCK_PROMOTIONS',
        {
          en: `The coupons take off more than the ${order.totalFen} fen of order ${outTradeNo}: give lower amounts.`,
          zh: `优惠金额合计超过订单 ${outTradeNo} 的 ${order.totalFen} 分，请减小 amount。`,
        },
        { path: '/promotions' },
      )
  }
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
