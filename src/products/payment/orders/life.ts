import type { Life } from '../../../engine/state/life.ts'

/** States that an order may be paid in. */
const OPEN = ['NOTPAY', 'USERPAYING', 'PAYERROR'] as const

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
    { event: 'paid', title: { en: 'Pay', zh: '支付' }, from: OPEN, to: 'SUCCESS', by: 'user' },
    { event: 'closed', title: { en: 'Close', zh: '关闭' }, from: OPEN, to: 'CLOSED', by: 'call' },
    { event: 'timed_out', title: { en: '7 days pass', zh: '满 7 天' }, from: OPEN, to: 'CLOSED', by: 'time' },
    {
      event: 'marked',
      title: { en: 'Not paid', zh: '未支付' },
      from: ['USERPAYING', 'PAYERROR'],
      to: 'NOTPAY',
      by: 'hand',
    },
    {
      event: 'marked',
      title: { en: 'User is paying', zh: '支付中' },
      from: ['NOTPAY', 'PAYERROR'],
      to: 'USERPAYING',
      by: 'hand',
    },
    {
      event: 'marked',
      title: { en: 'Payment fails', zh: '支付失败' },
      from: ['NOTPAY', 'USERPAYING'],
      to: 'PAYERROR',
      by: 'hand',
    },
    { event: 'marked', title: { en: 'Revoke', zh: '撤销' }, from: OPEN, to: 'REVOKED', by: 'hand' },
    { event: 'refunded', title: { en: 'Refund', zh: '退款' }, from: ['SUCCESS', 'REFUND'], to: 'REFUND', by: 'call' },
  ],
} as const satisfies Life
