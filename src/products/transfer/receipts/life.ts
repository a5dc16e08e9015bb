import type { Life } from '../../../engine/state/life.ts'

const settled = { en: 'The receipt is settled.', zh: '电子回单的结果已设定。' } as const

/** The life of a receipt: it is made seconds after it was applied for. */
export const receiptLife = {
  stages: [
    [{ name: 'GENERATING', title: { en: 'being made', zh: '生成中' }, tone: 'warn' }],
    [
      { name: 'FINISHED', title: { en: 'made', zh: '已生成' }, tone: 'good' },
      { name: 'FAILED', title: { en: 'failed', zh: '生成失败' }, tone: 'bad' },
    ],
  ],
  edges: [
    {
      event: 'made',
      title: { en: 'Make it', zh: '生成' },
      from: ['GENERATING'],
      to: 'FINISHED',
      by: 'time',
      take: { call: 'settleTransferReceipt', done: settled },
    },
    {
      event: 'failed',
      title: { en: 'Fail', zh: '生成失败' },
      from: ['GENERATING'],
      to: 'FAILED',
      by: 'hand',
      take: {
        call: 'settleTransferReceipt',
        fields: [{ member: 'fail_reason', title: { en: 'Reason', zh: '失败原因' }, isNeeded: true }],
        done: settled,
      },
    },
  ],
} as const satisfies Life
