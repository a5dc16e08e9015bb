import type { Life, Take } from '../../../engine/state/life.ts'

const set = (state: string): Take => ({
  call: 'patchStock',
  body: { state },
  done: { en: 'The batch was changed.', zh: '批次已修改。' },
})

/** The life of a batch (busifavor.md 2.1), as the merchant console leads it. */
export const stockLife = {
  stages: [
    [
      { name: 'RUNNING', title: { en: 'running', zh: '运行中' }, tone: 'good' },
      { name: 'PAUSED', title: { en: 'paused', zh: '已暂停' }, tone: 'warn' },
      { name: 'UNAUDIT', title: { en: 'in review', zh: '审核中' }, tone: 'warn' },
    ],
    [{ name: 'STOPED', title: { en: 'stopped', zh: '已停止' }, tone: 'bad' }],
  ],
  edges: [
    {
      event: 'changed',
      title: { en: 'Run', zh: '运行' },
      from: ['UNAUDIT', 'PAUSED'],
      to: 'RUNNING',
      by: 'hand',
      take: set('RUNNING'),
    },
    {
      event: 'changed',
      title: { en: 'Pause', zh: '暂停' },
      from: ['UNAUDIT', 'RUNNING'],
      to: 'PAUSED',
      by: 'hand',
      take: set('PAUSED'),
    },
    {
      event: 'changed',
      title: { en: 'Put in review', zh: '转为审核中' },
      from: ['RUNNING', 'PAUSED'],
      to: 'UNAUDIT',
      by: 'hand',
      take: set('UNAUDIT'),
    },
    {
      event: 'changed',
      title: { en: 'Stop', zh: '停止' },
      from: ['RUNNING', 'PAUSED', 'UNAUDIT'],
      to: 'STOPED',
      by: 'hand',
      take: set('STOPED'),
    },
    {
      event: 'changed',
      title: { en: 'Run again', zh: '恢复运行' },
      from: ['STOPED'],
      to: 'RUNNING',
      by: 'hand',
      take: set('RUNNING'),
    },
  ],
} as const satisfies Life
