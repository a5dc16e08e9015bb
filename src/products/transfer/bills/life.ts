import type { Life, Take } from '../../../engine/state/life.ts'
import { FAIL_REASON_MEANINGS, withMeaning } from '../meanings.ts'

/** The states in which nobody has confirmed. */
export const UNCONFIRMED = ['ACCEPTED', 'PROCESSING', 'WAIT_USER_CONFIRM'] as const

const FAIL: Take = {
  call: 'failTransfer',
  fields: [
    {
      member: 'fail_reason',
      title: { en: 'Reason', zh: '失败原因' },
      placeholder: withMeaning('TRANSFER_RISK', FAIL_REASON_MEANINGS),
      options: FAIL_REASON_MEANINGS,
    },
  ],
  done: { en: 'The transfer has failed.', zh: '转账已失败。' },
}

/** The life of a transfer (mch-transfer.md 2). ACCEPTED and PROCESSING are there with transferLocking=slow, TRANSFERING with transferTakes. */
export const transferLife = {
  stages: [
    [
      { name: 'ACCEPTED', title: { en: 'accepted', zh: '已受理' }, tone: 'warn' },
      { name: 'PROCESSING', title: { en: 'money being locked', zh: '锁定资金中' }, tone: 'warn' },
      { name: 'WAIT_USER_CONFIRM', title: { en: 'not confirmed', zh: '待用户确认' }, tone: 'warn' },
    ],
    [
      { name: 'CANCELING', title: { en: 'being cancelled', zh: '撤销中' }, tone: 'calm' },
      { name: 'TRANSFERING', title: { en: 'being transferred', zh: '转账中' }, tone: 'calm' },
    ],
    [
      { name: 'CANCELLED', title: { en: 'cancelled', zh: '已撤销' }, tone: 'bad' },
      { name: 'FAIL', title: { en: 'failed', zh: '转账失败' }, tone: 'bad' },
      { name: 'SUCCESS', title: { en: 'arrived', zh: '转账成功' }, tone: 'good' },
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
      take: {
        call: 'confirmTransfer',
        done: { en: 'The user has confirmed the transfer.', zh: '用户已确认收款。' },
      },
    },
    {
      event: 'arrived',
      title: { en: 'Money arrives', zh: '到账' },
      from: ['TRANSFERING'],
      to: 'SUCCESS',
      by: 'time',
      take: {
        call: 'confirmTransfer',
        body: { outcome: 'SUCCESS' },
        title: { en: 'Complete it', zh: '立即到账' },
        done: { en: 'The money has arrived.', zh: '已到账。' },
      },
    },
    { event: 'failed', title: { en: 'Fail', zh: '失败' }, from: UNCONFIRMED, to: 'FAIL', by: 'hand', take: FAIL },
    { event: 'timed_out', title: { en: '24 hours pass', zh: '满 24 小时' }, from: UNCONFIRMED, to: 'FAIL', by: 'time' },
    { event: 'failed', title: { en: 'Fail', zh: '失败' }, from: ['TRANSFERING'], to: 'FAIL', by: 'hand', take: FAIL },
    {
      event: 'cancelled',
      title: { en: 'Cancel', zh: '撤销' },
      from: UNCONFIRMED,
      to: 'CANCELING',
      by: 'call',
      take: {
        call: 'callOffTransfer',
        done: { en: 'The cancel was taken. The money comes back in a moment.', zh: '撤销已受理，资金稍后退回。' },
      },
    },
    {
      event: 'given_back',
      title: { en: 'Money comes back', zh: '资金退回' },
      from: ['CANCELING'],
      to: 'CANCELLED',
      by: 'time',
    },
  ],
} as const satisfies Life
