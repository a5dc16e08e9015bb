import { defineThing } from '../../../control/things/thing.ts'
import { orderState } from '../rules/order.ts'
import { TRADE_STATE } from '../spellings.ts'
import { OPEN, PAID, REFUND_UNDER_WAY } from './life.ts'
import { orderHistory } from './order-timeline.ts'
import { describeOrder, orders } from './table.ts'

/** Orders as the dashboard shows them. */
export const orderThing = defineThing(orders, {
  one: { en: 'Order', zh: '订单' },
  none: { en: 'No orders yet. Place one with a call.', zh: '还没有订单。可以调用接口下单。' },
  show: describeOrder,
  state: (order, now) => TRADE_STATE[orderState(order, now)],
  search: {
    hint: {
      en: 'Order number, WeChat Pay’s number, openid, description',
      zh: '订单号、微信支付订单号、openid、商品描述',
    },
    texts: ({ outTradeNo, transactionId, openid, description }) => [outTradeNo, transactionId, openid, description],
  },
  about: ({ description }) => description,
  facts: [
    { title: { en: 'Total', zh: '金额' }, of: ({ total }) => total, as: 'money', inList: 'beside' },
    { title: { en: 'Merchant', zh: '商户号' }, of: ({ mchid }) => mchid, as: 'code' },
    { title: { en: 'Placed', zh: '下单时间' }, of: ({ create_time }) => create_time, as: 'time', inList: 'end' },
    { title: { en: 'Can be paid until', zh: '支付截止时间' }, of: ({ time_expire }) => time_expire, as: 'time' },
    { title: { en: 'Closes', zh: '关闭时间' }, of: ({ close_time }) => close_time, as: 'time' },
    { title: { en: 'Paid', zh: '支付时间' }, of: ({ success_time }) => success_time, as: 'time' },
    { title: { en: 'Payer (openid)', zh: '支付者（openid）' }, of: ({ openid }) => openid, as: 'code' },
    { title: { en: 'Trade type', zh: '交易类型' }, of: ({ trade_type }) => trade_type, as: 'code' },
    {
      title: { en: 'WeChat Pay order number', zh: '微信支付订单号' },
      of: ({ transaction_id }) => transaction_id,
      as: 'code',
    },
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
        {
          member: 'amount',
          title: { en: 'Amount (yuan)', zh: '金额（元）' },
          as: 'money',
          placeholder: { en: 'what is left', zh: '剩余金额' },
        },
        {
          member: 'outcome',
          title: { en: 'Outcome', zh: '退款结果' },
          placeholder: { en: 'it succeeds', zh: '退款成功' },
        },
      ],
      done: REFUND_UNDER_WAY,
    },
  ],
  history: {
    events: {
      placed: { en: 'Placed', zh: '已下单' },
      marked: { en: 'Set by hand', zh: '手动设置' },
      paid: { en: 'Paid by the user', zh: '用户已支付' },
      closed: { en: 'Closed', zh: '已关闭' },
      timed_out: { en: 'Closed: nobody paid it in time', zh: '超时未支付，已关闭' },
      refunded: { en: 'Refunded', zh: '已退款' },
    },
    of: (order, { mock, language, now, limit }) => orderHistory(mock, language, order, now, limit),
  },
})
