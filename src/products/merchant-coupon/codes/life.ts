import type { Life } from '../../../engine/state/life.ts'

/** The life of a code that was uploaded for a batch. */
export const codeLife = {
  stages: [
    [{ name: 'AVAILABLE', title: { en: 'to be handed out', zh: '待发放' }, tone: 'good' }],
    [{ name: 'DISPATCHED', title: { en: 'handed out', zh: '已发放' }, tone: 'calm' }],
  ],
  edges: [
    {
      event: 'handed_out',
      title: { en: 'Handed out', zh: '发放' },
      from: ['AVAILABLE'],
      to: 'DISPATCHED',
      by: 'call',
    },
  ],
} as const satisfies Life
