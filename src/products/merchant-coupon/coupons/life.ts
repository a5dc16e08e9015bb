import type { Life, Take } from '../../../engine/state/life.ts'

/** What is said once a coupon was changed by hand. */
export const COUPON_CHANGED = { en: 'The coupon was changed.', zh: '券已修改。' } as const

const set = (state: string): Take => ({ call: 'patchCoupon', body: { state }, done: COUPON_CHANGED })

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
    { event: 'used', title: { en: 'Redeem', zh: '核销' }, from: ['SENDED'], to: 'USED', by: 'call', take: set('USED') },
    {
      event: 'returned',
      title: { en: 'Give back', zh: '退券' },
      from: ['USED'],
      to: 'SENDED',
      by: 'call',
      take: set('SENDED'),
    },
    {
      event: 'returned',
      title: { en: 'Give back late', zh: '过期后退券' },
      from: ['USED'],
      to: 'EXPIRED',
      by: 'call',
      take: set('EXPIRED'),
    },
    {
      event: 'expired',
      title: { en: 'Expire', zh: '过期' },
      from: ['SENDED'],
      to: 'EXPIRED',
      by: 'time',
      take: set('EXPIRED'),
    },
    {
      event: 'deactivated',
      title: { en: 'Make void', zh: '设为失效' },
      from: ['SENDED'],
      to: 'DEACTIVATED',
      by: 'call',
      take: set('DEACTIVATED'),
    },
    {
      event: 'deleted',
      title: { en: 'Delete', zh: '删除' },
      from: ['SENDED'],
      to: 'DELETED',
      by: 'user',
      take: set('DELETED'),
    },
    {
      event: 'set',
      title: { en: 'Make usable', zh: '恢复可用' },
      from: ['EXPIRED', 'DEACTIVATED', 'DELETED'],
      to: 'SENDED',
      by: 'hand',
      take: set('SENDED'),
    },
  ],
} as const satisfies Life
