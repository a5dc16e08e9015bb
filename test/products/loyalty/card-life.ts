import type { Life, Take } from 'wechatpay-mock'

/** The control call that puts a card into a state; its path takes the `card_id` of the row. */
const set = (state: string): Take => ({
  call: 'changeCard',
  body: { state },
  done: { en: 'The card was changed.', zh: '会员卡已修改。' },
})

/** States of a card and its transitions: the dashboard draws them, and makes a button of each transition that has a call. */
export const cardLife = {
  stages: [
    [{ name: 'OPEN', title: { en: 'in use', zh: '使用中' }, tone: 'good' }],
    [{ name: 'BLOCKED', title: { en: 'blocked', zh: '已停用' }, tone: 'bad' }],
  ],
  edges: [
    {
      event: 'changed',
      title: { en: 'Block', zh: '停用' },
      from: ['OPEN'],
      to: 'BLOCKED',
      by: 'hand',
      take: set('BLOCKED'),
    },
    {
      event: 'changed',
      title: { en: 'Unblock', zh: '恢复' },
      from: ['BLOCKED'],
      to: 'OPEN',
      by: 'hand',
      take: set('OPEN'),
    },
  ],
} as const satisfies Life
