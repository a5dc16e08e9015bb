import type { Life, Take } from '../../../engine/state/life.ts'

const settle = (outcome: string): Take => ({
  call: 'settleRefund',
  body: { outcome },
  done: { en: 'The refund is settled.', zh: '退款结果已设定。' },
})

/** The life of a refund: it is settled seconds after it was made, and one that could not arrive can be sent another way. */
export const refundLife = {
  stages: [
    [{ name: 'PROCESSING', title: { en: 'under way', zh: '处理中' }, tone: 'warn' }],
    [
      { name: 'SUCCESS', title: { en: 'done', zh: '已成功' }, tone: 'good' },
      { name: 'ABNORMAL', title: { en: 'failed', zh: '异常' }, tone: 'bad' },
      { name: 'CLOSED', title: { en: 'closed', zh: '已关闭' }, tone: 'bad' },
    ],
  ],
  edges: [
    {
      event: 'settled',
      title: { en: 'Succeed', zh: '成功' },
      from: ['PROCESSING'],
      to: 'SUCCESS',
      by: 'time',
      take: settle('SUCCESS'),
    },
    {
      event: 'settled',
      title: { en: 'Fail', zh: '异常' },
      from: ['PROCESSING'],
      to: 'ABNORMAL',
      by: 'time',
      take: settle('ABNORMAL'),
    },
    {
      event: 'settled',
      title: { en: 'Close', zh: '关闭' },
      from: ['PROCESSING'],
      to: 'CLOSED',
      by: 'time',
      take: settle('CLOSED'),
    },
    {
      event: 'sent_another_way',
      title: { en: 'Send another way', zh: '发起异常退款' },
      from: ['ABNORMAL'],
      to: 'PROCESSING',
      by: 'call',
    },
  ],
} as const satisfies Life
