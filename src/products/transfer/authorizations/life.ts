import type { Life } from '../../../engine/state/life.ts'
import { CLOSE_REASON_MEANINGS, withMeaning } from '../meanings.ts'

/** The life of an authorization (mch-transfer.md 9). */
export const authorizationLife = {
  stages: [
    [{ name: 'WAIT_USER_CONFIRM', title: { en: 'awaiting consent', zh: '待用户确认' }, tone: 'warn' }],
    [
      { name: 'TAKING_EFFECT', title: { en: 'in effect', zh: '生效中' }, tone: 'good' },
      { name: 'CLOSED', title: { en: 'closed', zh: '已关闭' }, tone: 'bad' },
    ],
  ],
  edges: [
    {
      event: 'agreed',
      title: { en: 'Agree', zh: '同意授权' },
      from: ['WAIT_USER_CONFIRM'],
      to: 'TAKING_EFFECT',
      by: 'user',
      take: {
        call: 'confirmTransferAuthorization',
        done: {
          en: 'The user has agreed, and the callback is on its way.',
          zh: '用户已同意授权，随后会发送回调。',
        },
      },
    },
    {
      event: 'closed',
      title: { en: 'Close', zh: '关闭授权' },
      from: ['WAIT_USER_CONFIRM', 'TAKING_EFFECT'],
      to: 'CLOSED',
      by: 'user',
      take: {
        call: 'closeTransferAuthorization',
        fields: [
          {
            member: 'close_reason',
            title: { en: 'Reason', zh: '关闭原因' },
            placeholder: withMeaning('USER_CLOSE', CLOSE_REASON_MEANINGS),
            options: CLOSE_REASON_MEANINGS,
          },
        ],
        done: {
          en: 'The authorization is closed, and the callback is on its way.',
          zh: '授权已关闭，随后会发送回调。',
        },
      },
    },
    {
      event: 'lapsed',
      title: { en: '24 hours pass', zh: '满 24 小时' },
      from: ['WAIT_USER_CONFIRM'],
      to: 'CLOSED',
      by: 'time',
    },
  ],
} as const satisfies Life
