import type { Life } from '../../../engine/state/life.ts'

/** The states in which nobody has confirmed. */
const UNCONFIRMED = ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM'] as const

/** The life of a transfer (mch-transfer.md 2). ACCEPTED and PROCESSING are there with transferLocking=slow, TRANSFERING with transferTakes. */
export const transferLife = {
  stages: [
    [
      { name: 'ACCEPTED', title: { en: 'accepted', zh: '已受理' }, tone: 'warn' },
      { name: 'PROCESSING', title: { en: 'money being locked', zh: '锁定资金中' }, tone: 'warn' },
      { name: 'WAIT_USER_CONFIRM', title: { en: 'waits for the user', zh: '待用户确认' }, tone: 'warn' },
    ],
    [
      { name: 'TRANSFERING', title: { en: 'being transferred', zh: '转账中' }, tone: 'calm' },
      { name: 'CANCELING', title: { en: 'being cancelled', zh: '撤销中' }, tone: 'calm' },
    ],
    [
      { name: 'SUCCESS', title: { en: 'arrived', zh: '转账成功' }, tone: 'good' },
      { name: 'FAIL', title: { en: 'failed', zh: '转账失败' }, tone: 'bad' },
      { name: 'CANCELLED', title: { en: 'cancelled', zh: '已撤销' }, tone: 'bad' },
    ],
  ],
  edges: [
    {
      event: 'accepted',
      title: { en: 'a second passes', zh: '满 1 秒' },
      from: ['ACCEPTED'],
      to: 'PROCESSING',
      by: 'time',
    },
    {
      event: 'locked',
      title: { en: 'Money is locked', zh: '资金锁定' },
      from: ['PROCESSING'],
      to: 'WAIT_USER_CONFIRM',
      by: 'time',
    },
    {
      event: 'confirmed',
      title: { en: 'Confirm', zh: '确认收款' },
      from: ['WAIT_USER_CONFIRM'],
      to: 'TRANSFERING',
      by: 'user',
    },
    { event: 'arrived', title: { en: 'Money arrives', zh: '到账' }, from: ['TRANSFERING'], to: 'SUCCESS', by: 'time' },
    {
      event: 'failed',
      title: { en: 'Fails', zh: '失败' },
      from: [...UNCONFIRMED, 'TRANSFERING'],
      to: 'FAIL',
      by: 'hand',
    },
    { event: 'timed_out', title: { en: '24 hours pass', zh: '满 24 小时' }, from: UNCONFIRMED, to: 'FAIL', by: 'time' },
    { event: 'cancelled', title: { en: 'Cancel', zh: '撤销' }, from: UNCONFIRMED, to: 'CANCELING', by: 'call' },
    {
      event: 'given_back',
      title: { en: 'Money comes back', zh: '资金退回' },
      from: ['CANCELING'],
      to: 'CANCELLED',
      by: 'time',
    },
  ],
} as const satisfies Life
