import { z } from 'zod'
import { defineCall } from '../../control/call.ts'
import { pageOf, pageQuery } from '../../control/formats/page.ts'
import { field, type Life, transition } from '../../control/life.ts'
import { readPage } from '../../control/read-page.ts'
import type { Turn } from '../../control/row-calls.ts'
import { defineThing, fact } from '../../control/things/thing.ts'
import { historyOf, timelineJson, timelineQuery } from '../../control/timeline.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { compareTexts, type Texts } from '../../wire/shared/texts.ts'
import { cashierPage, cashierQuery } from './cashier.ts'
import { paymentEvents } from './order-events.ts'
import { payAsUser, payRefusal } from './order-payment.ts'
import { byAge, expire, mark, stepsOf } from './order-rules.ts'
import {
  aboutOrder,
  combinedWith,
  completedOrder,
  firstOfCombined,
  markedState,
  OPEN,
  type Order,
  type OrderState,
  orderState,
  orders,
  PAID,
  promotionsJson,
  tradeState,
} from './orders.ts'
import { REFUND_UNDER_WAY, refundOrder, shownRefund, showRefund } from './refund-control-calls.ts'
import { refundEvents } from './refund-events.ts'
import { type Refund, refunds } from './refunds.ts'

const shownOrder = completedOrder
  .extend({ refunds: z.array(shownRefund).describe('the first one first') })
  .meta({ id: 'ShownOrder', description: 'an order as it stands now, with its refunds' })

export type ShownOrder = z.input<typeof shownOrder>

async function show(tx: Transaction, order: Order, now: number): Promise<ShownOrder> {
  const byNumber = (await refundsOf(tx, order)).toSorted((a, b) => compareTexts(a.out_refund_no, b.out_refund_no))
  return { ...orders.toJson(order, now), refunds: byAge(byNumber).map((refund) => showRefund(refund, now)) }
}

async function refundsOf(tx: Transaction, { out_trade_no, mchid }: Order): Promise<readonly Refund[]> {
  return tx.in(refunds).where('out_trade_no', out_trade_no, mchid)
}

const listedOrders = defineCall({
  summary: 'Look for orders: the newest first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().describe('whose; any if left out'),
    state: tradeState.optional(),
  }),
  answer: pageOf(completedOrder).meta({ id: 'OrderPage' }),
  async handle({ query: { mchid, state, text, ...page } }, { mock, left }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = state !== undefined || wanted !== undefined
    const fits = (one: Order) =>
      (state === undefined || orderState(one, now) === state) &&
      (wanted === undefined || textsOf(one).some((known) => known?.toLowerCase().includes(wanted)))
    const { items, ...rest } = await readPage(mock, orders, {
      owner: mchid,
      ...(isFiltered && { fits }),
      ...page,
      left,
    })
    return { ...rest, items: items.map((one) => orders.toJson(one, now)) }
  },
})

export { listedOrders as orders }

function textsOf(order: Order): readonly (string | undefined)[] {
  const { out_trade_no, combine_out_trade_no, transaction_id, openid, sub_mchid, description } = order
  return [out_trade_no, combine_out_trade_no, transaction_id, openid, sub_mchid, description]
}

export const order = aboutOrder.about({
  summary: 'Look at an order with its refunds',
  answer: shownOrder,
  handle: (found, { tx, now }) => show(tx, found, now),
})

const changeRefusals = { MOCK_ORDER_STATE: { status: 409, when: 'the order is paid or closed already' } } as const

export const payOrder = aboutOrder.about({
  summary:
    "Pay an order, as the user's phone does; the merchant is told at its notify_url. A combined order (合单) is named by its own number, or by that of any sub order",
  also: firstOfCombined,
  transitions: [
    transition('paid', 'user', OPEN, 'SUCCESS', {
      title: { en: 'Pay', zh: '支付' },
      happened: { en: 'Paid by the user', zh: '用户已支付' },
      done: { en: 'The order is paid, and the callback is on its way.', zh: '订单已支付，随后会发送回调。' },
    }),
  ],
  body: z.strictObject({
    openid: z.string().min(1).max(128).optional().describe('who pays; made up if left out and not known'),
    transaction_id: z.string().min(1).max(32).optional().describe('made up if left out'),
    prepay_id: z.string().min(1).max(64).optional().describe('what it is paid with; the one of the order if left out'),
    promotions: promotionsJson
      .optional()
      .describe('coupons of WeChat Pay (代金券) that it is paid with, which lower what the user pays'),
  }),
  bodyOptional: true,
  answer: shownOrder,
  refusals: {
    ...changeRefusals,
    MOCK_PREPAY_ID: 'the prepay_id is not the one of the order, or is older than two hours, five minutes for H5',
    MOCK_TIME_TO_PAY: { status: 409, when: 'its payment deadline (time_expire) has passed, though it is NOTPAY' },
    MOCK_PAYER: 'the order was placed for another openid',
    MOCK_PROMOTIONS: 'the coupons take off more than the total',
    MOCK_TRANSACTION_EXISTS: { status: 409, when: 'another order has this transaction_id' },
  },
  handle: async (found, { tx, body, ...turn }) => show(tx, await payAsUser(tx, found, body, turn), turn.now),
})

export const expireOrder = aboutOrder.about({
  summary:
    'Let the payment deadline of an unpaid order (time_expire) pass now: nobody can pay it any more, and it stays NOTPAY until it is closed, by a call or after seven days',
  bodyOptional: true,
  body: z.strictObject({}),
  answer: shownOrder,
  refusals: changeRefusals,
  handle: (found, turn) => changed(found, (one) => expire(one, turn.now), turn),
})

const marked = (title: Texts, from: readonly OrderState[], to: OrderState) =>
  transition('marked', 'hand', from, to, {
    title,
    happened: { en: 'Set by hand', zh: '手动设置' },
    body: { state: to },
    done: { en: 'The order was changed.', zh: '订单已修改。' },
  })

export const markOrder = aboutOrder.about({
  summary: 'Put an unpaid order into a state that payments by code (付款码支付) come to, or back to NOTPAY',
  transitions: [
    marked({ en: 'Not paid', zh: '未支付' }, ['USERPAYING', 'PAYERROR'], 'NOTPAY'),
    marked({ en: 'User is paying', zh: '支付中' }, ['NOTPAY', 'PAYERROR'], 'USERPAYING'),
    marked({ en: 'Payment fails', zh: '支付失败' }, ['NOTPAY', 'USERPAYING'], 'PAYERROR'),
    marked({ en: 'Revoke', zh: '撤销' }, OPEN, 'REVOKED'),
  ],
  body: z.strictObject({
    state: markedState.describe('USERPAYING and PAYERROR may still be paid or closed; REVOKED is the end of the order'),
  }),
  answer: shownOrder,
  refusals: changeRefusals,
  handle: (found, turn) => changed(found, (one) => mark(one, turn.body.state, turn.now), turn),
})

/** Changes an order, and those that are combined with it, and shows it. */
async function changed(
  found: Order,
  change: (order: Order) => ReturnType<typeof expire>,
  { tx, now }: Turn,
): Promise<ShownOrder> {
  for (const one of await combinedWith(tx, found)) {
    const decision = change(one)
    if (!decision.ok) throw payRefusal(one, decision.reason)
    await tx.in(orders).save(decision.value)
  }
  return show(tx, (await tx.in(orders).find(found.mchid, found.out_trade_no)) ?? found, now)
}

export const { one: addOrder, many: addOrders } = aboutOrder.add

export const orderTimeline = defineCall({
  summary:
    'An order with what happened to it, which exchange did it, and the calls and callbacks about it that changed nothing',
  params: aboutOrder.params,
  query: timelineQuery,
  answer: z.strictObject({ order: shownOrder, ...timelineJson }).meta({ id: 'OrderTimeline' }),
  refusals: aboutOrder.refusals,
  async handle({ params, query: { limit, mchid } }, { mock, language, left }) {
    const { order, shown, now } = await aboutOrder.withRow(mock, params.out_trade_no, mchid, async (order, tx, now) => {
      return { order, shown: await show(tx, order, now), now }
    })
    return { order: shown, ...(await orderHistory(order, { mock, language, now, limit, left })) }
  },
})

const orderHistory = historyOf({
  table: orders,
  others: refundsOf,
  events: [...Object.values(paymentEvents), ...Object.values(refundEvents)],
  reports: (content, { mchid, out_trade_no, combine_mchid, combine_out_trade_no }) =>
    (content.out_trade_no === out_trade_no && (content.mchid ?? content.sp_mchid) === mchid) ||
    (combine_mchid !== undefined &&
      content.combine_mchid === combine_mchid &&
      content.combine_out_trade_no === combine_out_trade_no),
  names: ({ out_trade_no, transaction_id }, own) => [
    ['out_trade_no', out_trade_no],
    ['transaction_id', transaction_id],
    ...own.flatMap(({ out_refund_no, refund_id }) => [
      ['out_refund_no', out_refund_no] as const,
      ['refund_id', refund_id] as const,
    ]),
  ],
  steps: (order: Order, now, own) =>
    stepsOf(order, own, now).map((step) => ({
      ...step,
      isTold: step.event === 'paid' || step.event === 'refunded',
      byCall: step.event !== 'marked' && step.event !== 'paid' && step.event !== 'timed_out',
    })),
})

/** The life of an order (pay-family.md 2.4): all but NOTPAY of the open states are those of payments by code (付款码支付). */
const orderLife: Life = {
  stages: [
    [
      { name: 'NOTPAY', title: { en: 'not paid', zh: '未支付' }, tone: 'warn' },
      { name: 'USERPAYING', title: { en: 'being paid', zh: '支付中' }, tone: 'warn' },
      { name: 'PAYERROR', title: { en: 'payment failed', zh: '支付失败' }, tone: 'warn' },
    ],
    [
      { name: 'SUCCESS', title: { en: 'paid', zh: '已支付' }, tone: 'good' },
      { name: 'CLOSED', title: { en: 'closed', zh: '已关闭' }, tone: 'bad' },
      { name: 'REVOKED', title: { en: 'revoked', zh: '已撤销' }, tone: 'bad' },
    ],
    [{ name: 'REFUND', title: { en: 'refunded', zh: '转入退款' }, tone: 'calm' }],
  ],
  transitions: [
    payOrder,
    transition('closed', 'call', OPEN, 'CLOSED', {
      title: { en: 'Close', zh: '关闭' },
      happened: { en: 'Closed', zh: '已关闭' },
    }),
    transition('reversed', 'call', [...OPEN, 'SUCCESS'], 'REVOKED', {
      title: { en: 'Reverse', zh: '撤销' },
      happened: { en: 'Reversed', zh: '已撤销' },
    }),
    transition('timed_out', 'time', OPEN, 'CLOSED', {
      title: { en: '7 days pass', zh: '满 7 天' },
      happened: { en: 'Closed: nobody paid it in time', zh: '超时未支付，已关闭' },
    }),
    markOrder,
    refundOrder,
  ],
}

/** Orders as the dashboard shows them. */
export const orderThing = defineThing(orders, {
  one: { en: 'Order', zh: '订单' },
  none: { en: 'No orders yet. Place one with a call.', zh: '还没有订单。可以调用接口下单。' },
  show: orders.toJson,
  life: orderLife,
  search: {
    hint: {
      en: 'Order number, WeChat Pay’s number, openid, description',
      zh: '订单号、微信支付订单号、openid、商品描述',
    },
    texts: textsOf,
  },
  about: ({ description }) => description,
  facts: [
    {
      title: { en: 'Cashier', zh: '收银台' },
      of: ({ state, prepay_id }) => (state === 'NOTPAY' && prepay_id ? { en: 'Open it', zh: '打开收银台' } : undefined),
      opens: { page: cashierPage, query: cashierQuery },
    },
    fact('total', 'Total', '金额', { as: 'money', inList: 'beside' }),
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    fact('sub_mchid', 'Sub-merchant', '子商户号', { as: 'code' }),
    fact('combine_out_trade_no', 'Combined order', '合单商户订单号', { as: 'code' }),
    fact('create_time', 'Placed', '下单时间', { as: 'time', inList: 'end' }),
    fact('time_expire', 'Can be paid until', '支付截止时间', { as: 'time' }),
    fact('close_time', 'Closes', '关闭时间', { as: 'time' }),
    fact('success_time', 'Paid', '支付时间', { as: 'time' }),
    fact('openid', 'Payer (openid)', '支付者（openid）', { as: 'code' }),
    fact('trade_type', 'Trade type', '交易类型', { as: 'code' }),
    fact('transaction_id', 'WeChat Pay order number', '微信支付订单号', { as: 'code' }),
  ],
  actions: [
    {
      title: { en: 'Expire now', zh: '立即截止支付' },
      call: 'expireOrder',
      states: OPEN,
      done: {
        en: 'The order can no longer be paid. It stays open until it is closed.',
        zh: '订单已无法支付，关单前仍为未支付状态。',
      },
    },
    {
      title: { en: 'Refund part of it', zh: '部分退款' },
      call: 'refundOrder',
      states: PAID,
      fields: [
        field('amount', 'Amount (yuan)', '金额（元）', {
          as: 'money',
          placeholder: { en: 'what is left', zh: '剩余金额' },
        }),
        field('outcome', 'Outcome', '退款结果', { placeholder: { en: 'it succeeds', zh: '退款成功' } }),
      ],
      done: REFUND_UNDER_WAY,
    },
  ],
  history: {
    events: { placed: { en: 'Placed', zh: '已下单' } },
    of: orderHistory,
  },
})
