import { z } from 'zod'
import { transition } from '../../control/life.ts'
import { rowCalls } from '../../control/row-calls.ts'
import { belongsTo, defineThing, fact } from '../../control/things/thing.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { aboutOrder, type Order, orders, PAID, refundIdOf } from './orders.ts'
import { keepRefund, keepSettledRefund } from './refund-events.ts'
import { type RefundRefusal, refundOrder as refunded, refundedTotal, refundStatus, settle } from './refund-rules.ts'
import { apiV2Key, completedRefund, type Refund, type RefundOutcome, refundOutcome, refunds } from './refunds.ts'

export const shownRefund = completedRefund
  // A secret, which only snapshots bring back.
  .omit({ api_v2_key: true })
  .extend({ status: z.enum([...refundOutcome.options, 'PROCESSING']) })
  .meta({ id: 'ShownRefund', description: 'a refund as it stands now' })

export type ShownRefund = z.input<typeof shownRefund>

export function showRefund(refund: Refund, now: number): ShownRefund {
  const { api_v2_key: _, ...shown } = refunds.toJson(refund, now)
  return { ...shown, status: refundStatus(refund, now) }
}

const settled = (title: Texts, to: RefundOutcome) =>
  transition('settled', 'time', ['PROCESSING'], to, {
    title,
    body: { outcome: to },
    done: { en: 'The refund is settled.', zh: '退款结果已设定。' },
  })

const aboutRefund = rowCalls(refunds, {
  one: { en: 'refund', zh: '退款单' },
  key: 'out_refund_no',
  shown: shownRefund,
  show: showRefund,
  advice: {
    en: 'make it with a call, or with POST /_mock/orders/{out_trade_no}/refund',
    zh: '请先调用接口申请退款，或使用 POST /_mock/orders/{out_trade_no}/refund',
  },
})

export const settleRefund = aboutRefund.about({
  summary: 'Settle a refund that is PROCESSING now, in one way or another; the merchant is told at its notify_url',
  transitions: [
    settled({ en: 'Succeed', zh: '成功' }, 'SUCCESS'),
    settled({ en: 'Fail', zh: '异常' }, 'ABNORMAL'),
    settled({ en: 'Close', zh: '关闭' }, 'CLOSED'),
  ],
  body: z.strictObject({
    outcome: refundOutcome.optional().describe('how it ends; as it would have ended if left out'),
  }),
  bodyOptional: true,
  answer: shownRefund,
  refusals: { MOCK_REFUND_STATE: { status: 409, when: 'the refund is settled already' } },
  async handle(found, { tx, now, ids, body: { outcome } }) {
    const { out_refund_no } = found
    const decision = settle(found, { at: now, outcome })
    if (!decision.ok) {
      throw new UsageError('MOCK_REFUND_STATE', {
        en: `Refund ${out_refund_no} is ${found.outcome} already: make another one, and settle it within five seconds or with the clock frozen.`,
        zh: `退款单 ${out_refund_no} 已是 ${found.outcome}：请另申请一笔，并在五秒之内或时钟冻结时设定结果。`,
      })
    }
    return showRefund(await keepSettledRefund(tx, decision.value, { now, ids }), now)
  },
})

/** Tells people that a refund was asked for. */
export const REFUND_UNDER_WAY = { en: 'The refund is under way.', zh: '退款处理中。' } as const

export const refundOrder = aboutOrder.about({
  summary: 'Refund an order, as in the merchant console; it is settled five seconds later',
  transitions: [
    transition('refunded', 'call', PAID, 'REFUND', {
      title: { en: 'Refund', zh: '退款' },
      happened: { en: 'Refunded', zh: '已退款' },
      button: { en: 'Refund the rest', zh: '退回剩余金额' },
      done: REFUND_UNDER_WAY,
    }),
  ],
  body: z.strictObject({
    amount: z.int().min(1).optional().describe('fen; what is left if left out'),
    outcome: refundOutcome.optional().describe('how it ends; SUCCESS if left out'),
    notify_url: z
      .url({ protocol: /^https?$/ })
      .max(256)
      .optional()
      .describe('where the merchant is told; the notify_url of the order if left out'),
    notification: z
      .enum(['v3', 'v2_xml'])
      .optional()
      .describe(
        'how the merchant is notified; v3 if left out. v2_xml: in the XML of API v2, as WeChat Pay does for refunds made in the merchant console',
      ),
    api_v2_key: apiV2Key
      .optional()
      .describe('with v2_xml: the APIv2 key of the merchant, which snapshots have, and no other answer'),
  }),
  bodyOptional: true,
  status: 201,
  answer: shownRefund,
  refusals: {
    MOCK_ORDER_STATE: { status: 409, when: 'the order was not paid, or too long ago, or has 50 refunds already' },
    MOCK_REFUND_AMOUNT:
      'all refunds together would be more than was paid, or more than is left of the money of a shared order',
    MOCK_API_V2_KEY: 'a notice of API v2 is wanted, and api_v2_key is left out; or the other way round',
  },
  async handle(found, { tx, now, ids, body }) {
    const api_v2_key = apiV2KeyOf(body)
    const { total, out_trade_no, mchid } = found
    const before = await tx.in(refunds).where('out_trade_no', out_trade_no, mchid)
    const left = total - refundedTotal(before, now)
    const decision = refunded(found, before, { refund: body.amount ?? Math.max(1, left), total, at: now })
    if (!decision.ok) throw refundRefusal(found, decision.reason, left)
    const made: Refund = {
      ...decision.value.refund,
      out_refund_no: ids.digits(28),
      refund_id: refundIdOf(ids, now),
      notify_url: body.notify_url ?? found.notify_url,
      api_v2_key,
      outcome: body.outcome ?? 'SUCCESS',
      request: [],
    }
    return showRefund(await keepRefund(tx, decision.value.order, made, { now, ids }), now)
  },
})

/** The APIv2 key that the notice is sealed with; `undefined` for one of API v3. */
function apiV2KeyOf({
  notification,
  api_v2_key,
}: {
  readonly notification?: 'v3' | 'v2_xml' | undefined
  readonly api_v2_key?: string | undefined
}): string | undefined {
  if ((notification === 'v2_xml') === (api_v2_key !== undefined)) return api_v2_key
  throw new UsageError(
    'MOCK_API_V2_KEY',
    api_v2_key === undefined
      ? {
          en: 'A notice of API v2 is sealed with the APIv2 key of the merchant, which the mock does not know: give api_v2_key, 32 letters and digits.',
          zh: 'APIv2 的退款通知用商户的 APIv2密钥加密，而模拟服务不知道它：请给出 api_v2_key，32 位字母和数字。',
        }
      : {
          en: 'api_v2_key is for a notice of API v2: give notification v2_xml too, or leave api_v2_key out.',
          zh: 'api_v2_key 只用于 APIv2 的退款通知：请同时给出 "notification": "v2_xml"，或去掉 api_v2_key。',
        },
    { path: '/api_v2_key' },
  )
}

function refundRefusal({ out_trade_no: number }: Order, reason: RefundRefusal, left: number): UsageError {
  switch (reason) {
    case 'not_paid':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${number} was not paid: pay it first with POST /_mock/orders/${number}/pay.`,
        zh: `订单 ${number} 尚未支付：请先用 POST /_mock/orders/${number}/pay 支付。`,
      })
    case 'too_late':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${number} was paid more than 365 days ago: set the clock back.`,
        zh: `订单 ${number} 支付已超过 365 天，不能退款：请把时钟调回。`,
      })
    case 'too_many_refunds':
      return new UsageError('MOCK_ORDER_STATE', {
        en: `Order ${number} has 50 refunds already: take another order.`,
        zh: `订单 ${number} 已有 50 笔退款，请换一个订单。`,
      })
    case 'more_than_paid':
      return refusalAt('/amount', 'MOCK_REFUND_AMOUNT', {
        en: `Of order ${number} only ${left} fen are left: refund that much at most.`,
        zh: `订单 ${number} 只剩 ${left} 分可退，请减小退款金额。`,
      })
    case 'all_refunded':
      return refusalAt('/amount', 'MOCK_REFUND_AMOUNT', {
        en: `All of order ${number} is refunded already: take another order.`,
        zh: `订单 ${number} 已全额退款，请换一个订单。`,
      })
    case 'shared_in_part':
      return refusalAt('/amount', 'MOCK_REFUND_AMOUNT', {
        en: `Order ${number} was shared (分账), and less than that is left of its frozen money: unfreeze it first.`,
        zh: `订单 ${number} 已部分分账，剩余未分账金额不足：请先解冻剩余资金。`,
      })
    case 'total_differs':
    case 'sources_unshared':
    case 'sources_unfit':
      throw new Error(`The call names no total and no accounts, and was refused for them (${reason}).`)
  }
}

/** Refunds as the dashboard shows them. */
export const refundThing = defineThing(refunds, {
  one: { en: 'Refund', zh: '退款单' },
  none: {
    en: 'No refunds yet. Refund an order here, or ask for one with a call.',
    zh: '还没有退款单。可以在订单中退款，或调用接口申请。',
  },
  show: showRefund,
  state: refundStatus,
  life: {
    stages: [
      [{ name: 'PROCESSING', title: { en: 'under way', zh: '处理中' }, tone: 'warn' }],
      [
        { name: 'SUCCESS', title: { en: 'done', zh: '已成功' }, tone: 'good' },
        { name: 'ABNORMAL', title: { en: 'failed', zh: '异常' }, tone: 'bad' },
        { name: 'CLOSED', title: { en: 'closed', zh: '已关闭' }, tone: 'bad' },
      ],
    ],
    transitions: [
      settleRefund,
      transition('sent_another_way', 'call', ['ABNORMAL'], 'PROCESSING', {
        title: { en: 'Send another way', zh: '发起异常退款' },
      }),
    ],
  },
  since: ({ settle_time }, now) => (now >= settle_time ? settle_time : undefined),
  search: {
    hint: { en: 'Refund number, order number, reason', zh: '退款单号、订单号、退款原因' },
    texts: ({ out_refund_no, refund_id, out_trade_no, transaction_id, reason }) => [
      out_refund_no,
      refund_id,
      out_trade_no,
      transaction_id,
      reason,
    ],
  },
  about: ({ reason }) => reason,
  facts: [
    fact('refund', 'Refunded', '退款金额', { as: 'money', inList: 'beside' }),
    {
      ...fact('out_trade_no', 'Order', '订单', { as: 'code', inList: 'under' }),
      to: ({ mchid, out_trade_no }) => ({ table: orders, name: [mchid, out_trade_no] }),
    },
    fact('total', 'Total of the order', '订单金额', { as: 'money' }),
    fact('mchid', 'Merchant', '商户号', { as: 'code' }),
    fact('create_time', 'Requested', '申请时间', { as: 'time', inList: 'end' }),
    fact('settle_time', 'Settled', '到账时间', { as: 'time' }),
    fact('received_account', 'To', '退款入账账户'),
    fact('refund_id', 'WeChat Pay refund number', '微信支付退款单号', { as: 'code' }),
  ],
  belongs: [
    belongsTo(orders, {
      title: { en: 'Refunds', zh: '退款' },
      rows: async (tx, { out_trade_no, mchid }) =>
        (await tx.in(refunds).where('out_trade_no', out_trade_no, mchid)).toSorted(
          (a, b) => b.create_time - a.create_time,
        ),
    }),
  ],
})
