import { orLastInstant } from '../../shared/last-instant.ts'
import type { CallbackEffect } from '../faults/effects.ts'
import type { Faults } from '../faults/faults.ts'
import { type Notification, REPEAT_SCHEDULES } from './notification.ts'
import { isDue } from './pending.ts'
import type { CallbackSpoil } from './spoil-callback.ts'

/** What a planned fault does to a try. */
export interface TryFault {
  readonly effect: CallbackEffect
  readonly remark: string
  readonly spoil?: CallbackSpoil
}

/** What is to be done with a callback whose try could begin: put it off, or make the try as the plans say. */
export type Judgement =
  | { readonly putOffTo: number; readonly letsOneBy: boolean; readonly remark: string }
  | {
      readonly putOffTo?: never
      readonly fault?: TryFault | undefined
      /** It is sent once more when it was taken; the remark on that. */
      readonly duplicate?: string | undefined
    }

type Plans = Pick<Faults, 'takeTry' | 'putOff'>

/** Looks what is planned for a try, and counts it once, though a transaction that runs again after a conflict asks again. */
export function judgeOnce(plans: Plans): (notification: Notification, at: number) => Promise<Judgement> {
  let judgement: Promise<Judgement> | undefined
  return (notification, at) => {
    judgement ??= judge(plans, notification, at)
    return judgement
  }
}

async function judge(plans: Plans, notification: Notification, at: number): Promise<Judgement> {
  const { mchid, eventType, schedule, attempts } = notification
  const resumed = await plans.putOff.take(notification)
  if (resumed) return { fault: resumed }
  const isOvertaking = plans.putOff.holdsBackAt(notification)
  const fired = await plans.takeTry({ mchid, eventType, isDue: isDue(notification, at), isOvertaking })
  switch (fired?.effect) {
    case 'late':
      return { putOffTo: orLastInstant(at + fired.lateMs), letsOneBy: false, remark: fired.remark }
    case 'out_of_order': {
      const repeats = REPEAT_SCHEDULES[schedule]
      const longest = repeats[attempts.length] ?? repeats.at(-1) ?? 0
      return { putOffTo: orLastInstant(at + longest), letsOneBy: true, remark: fired.remark }
    }
    case 'duplicate':
      return { fault: fired, duplicate: fired.remark }
    default:
      return { fault: fired }
  }
}
