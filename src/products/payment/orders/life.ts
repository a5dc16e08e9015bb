import type { Life, Take } from '../../../engine/state/life.ts'

/** States that an order may be paid in. */
export const OPEN = ['NOTPAY', 'USERPAYING', 'PAYERROR'] as const

/** What is said once a refund was asked for. */
export const REFUND_UNDER_WAY = { en: 'The refund is under way.', zh: '退款处理中。' } as const

const mark = (state: string): Take => ({
  call: 'markOrder',
  body: { state },
  done: { en: 'The order was changed.', zh: '订单已修改。' },
})

/** States that an order was paid in. */
export const PAID = ['SUCCESS', 'REFUND'] as const

/** The life of an order (pay-family.md 2.4): all but NOTPAY of the open states are those of payments by code (付款码支付). */
export const orderLife = {
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
  edges: [
    {
      event: 'paid',
      title: { en: 'Pay', zh: '支付' },
      from: OPEN,
      to: 'SUCCESS',
      by: 'user',
      take: {
        call: 'payOrder',
        done: { en: 'The order is paid, and the callback is on its way.', zh: '订单已支付，随后会发送回调。' },
      },
    },
    { event: 'closed', title: { en: 'Close', zh: '关闭' }, from: OPEN, to: 'CLOSED', by: 'call' },
    { event: 'timed_out', title: { en: '7 days pass', zh: '满 7 天' }, from: OPEN, to: 'CLOSED', by: 'time' },
    {
      event: 'marked',
      title: { en: 'Not paid', zh: '未支付' },
      from: ['USERPAYING', 'PAYERROR'],
      to: 'NOTPAY',
      by: 'hand',
      take: mark('NOTPAY'),
    },
    {
      event: 'marked',
      title: { en: 'User is paying', zh: '支付中' },
      from: ['NOTPAY', 'PAYERROR'],
      to: 'USERPAYING',
      by: 'hand',
      take: mark('USERPAYING'),
    },
    {
      event: 'marked',
      title: { en: 'Payment fails', zh: '支付失败' },
      from: ['NOTPAY', 'USERPAYING'],
      to: 'PAYERROR',
      by: 'hand',
      take: mark('PAYERROR'),
    },
    {
      event: 'marked',
      title: { en: 'Revoke', zh: '撤销' },
      from: OPEN,
      to: 'REVOKED',
      by: 'hand',
      take: mark('REVOKED'),
    },
    {
      event: 'refunded',
      title: { en: 'Refund', zh: '退款' },
      from: PAID,
      to: 'REFUND',
      by: 'call',
      take: {
        call: 'refundOrder',
        title: { en: 'Refund the rest', zh: '退回剩余金额' },
        done: REFUND_UNDER_WAY,
      },
    },
  ],
} as const satisfies Life
