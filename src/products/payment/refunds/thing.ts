import { belongsTo, defineThing } from '../../../control/things/thing.ts'
import { showRefund } from '../orders/shown.ts'
import { orders } from '../orders/table.ts'
import { refundStatus } from '../rules/refund.ts'
import { REFUND_STATUS } from '../spellings.ts'
import { refunds } from './table.ts'

/** Refunds as the dashboard shows them. */
export const refundThing = defineThing(refunds, {
  one: { en: 'Refund', zh: '退款单' },
  none: {
    en: 'No refunds yet. Refund an order here, or ask for one with a call.',
    zh: '还没有退款单。可以在订单中退款，或调用接口申请。',
  },
  show: showRefund,
  state: (refund, now) => REFUND_STATUS[refundStatus(refund, now)],
  since: ({ settlesAt }, now) => (now >= settlesAt ? settlesAt : undefined),
  search: {
    hint: { en: 'Refund number, order number, reason', zh: '退款单号、订单号、退款原因' },
    texts: ({ outRefundNo, refundId, outTradeNo, transactionId, reason }) => [
      outRefundNo,
      refundId,
      outTradeNo,
      transactionId,
      reason,
    ],
  },
  about: ({ reason }) => reason,
  facts: [
    { title: { en: 'Refunded', zh: '退款金额' }, of: ({ refund }) => refund, as: 'money', inList: 'beside' },
    {
      title: { en: 'Order', zh: '订单' },
      of: ({ out_trade_no }) => out_trade_no,
      to: ({ mchid, out_trade_no }) => ({ table: orders, name: [mchid, out_trade_no] }),
      as: 'code',
      inList: 'under',
    },
    { title: { en: 'Total of the order', zh: '订单金额' }, of: ({ total }) => total, as: 'money' },
    { title: { en: 'Merchant', zh: '商户号' }, of: ({ mchid }) => mchid, as: 'code' },
    { title: { en: 'Requested', zh: '申请时间' }, of: ({ create_time }) => create_time, as: 'time', inList: 'end' },
    { title: { en: 'Settled', zh: '到账时间' }, of: ({ settle_time }) => settle_time, as: 'time' },
    { title: { en: 'To', zh: '退款入账账户' }, of: ({ received_account }) => received_account },
    { title: { en: 'WeChat Pay refund number', zh: '微信支付退款单号' }, of: ({ refund_id }) => refund_id, as: 'code' },
  ],
  belongs: [
    belongsTo(orders, {
      title: { en: 'Refunds', zh: '退款' },
      rows: async (tx, { outTradeNo, mchid }) =>
        (await tx.in(refunds).where('outTradeNo', outTradeNo, mchid)).toSorted((a, b) => b.createdAt - a.createdAt),
    }),
  ],
})
