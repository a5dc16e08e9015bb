import type { Life } from '../../../engine/state/life.ts'

/** The life of a coupon (busifavor.md 2.2): a link to an order changes nothing of it. */
export const couponLife = {
  stages: [
    [{ name: 'SENDED', title: { en: 'usable', zh: '可用' }, tone: 'good' }],
    [
      { name: 'USED', title: { en: 'redeemed', zh: '已核销' }, tone: 'calm' },
      { name: 'EXPIRED', title: { en: 'expired', zh: '已过期' }, tone: 'warn' },
      { name: 'DEACTIVATED', title: { en: 'void', zh: '已失效' }, tone: 'bad' },
      { name: 'DELETED', title: { en: 'deleted', zh: '已删除' }, tone: 'bad' },
    ],
  ],
  edges: [
    { event: 'used', title: { en: 'Redeem', zh: '核销' }, from: ['SENDED'], to: 'USED', by: 'call' },
    { event: 'returned', title: { en: 'Give back', zh: '退券' }, from: ['USED'], to: 'SENDED', by: 'call' },
    { event: 'returned', title: { en: 'Give back late', zh: '过期后退券' }, from: ['USED'], to: 'EXPIRED', by: 'call' },
    { event: 'expired', title: { en: 'Expire', zh: '过期' }, from: ['SENDED'], to: 'EXPIRED', by: 'time' },
    {
      event: 'deactivated',
      title: { en: 'Make void', zh: '设为失效' },
      from: ['SENDED'],
      to: 'DEACTIVATED',
      by: 'call',
    },
    { event: 'deleted', title: { en: 'Delete', zh: '删除' }, from: ['SENDED'], to: 'DELETED', by: 'user' },
    {
      event: 'set',
      title: { en: 'Make usable', zh: '恢复可用' },
      from: ['EXPIRED', 'DEACTIVATED', 'DELETED'],
      to: 'SENDED',
      by: 'hand',
    },
  ],
} as const satisfies Life
