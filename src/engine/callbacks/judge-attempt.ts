import { orLastInstant } from '../../shared/last-instant.ts'
import type { Texts } from '../../shared/texts.ts'
import type { CallbackEffect } from '../faults/effects.ts'
import type { Faults } from '../faults/faults.ts'
import { type Notification, REPEAT_SCHEDULES } from './notification.ts'
import { isDue } from './pending.ts'
import type { CallbackSpoil } from './spoil-callback.ts'

/** The effect of a planned fault on an attempt. */
export interface AttemptFault {
  readonly effect: CallbackEffect
  readonly remark: Texts
  readonly spoil?: CallbackSpoil
}

/** How to go on with a due callback: postpone the attempt, or make it as the plans say. */
export type Judgement =
  | { readonly postponedTo: number; readonly letsOneBy: boolean; readonly remark: Texts }
  | {
      readonly postponedTo?: never
      readonly fault?: AttemptFault | undefined
      /** Set if it is to be sent once more after it was taken: the remark on that. */
      readonly duplicate?: Texts | undefined
    }

type Plans = Pick<Faults, 'takeAttempt' | 'postponed'>

/** Looks up what is planned for an attempt, and counts it once even if a transaction runs again after a conflict. */
export function judgeOnce(plans: Plans): (notification: Notification, at: number) => Promise<Judgement> {
  let judgement: Promise<Judgement> | undefined
  return (notification, at) => {
    judgement ??= judge(plans, notification, at)
    return judgement
  }
}

async function judge(plans: Plans, notification: Notification, at: number): Promise<Judgement> {
  const { mchid, eventType, schedule, attempts, xml } = notification
  const resumed = await plans.postponed.take(notification)
  if (resumed) return { fault: resumed }
  const isOvertaking = plans.postponed.holdsBackAt(notification)
  const fired = await plans.takeAttempt({
    mchid,
    eventType,
    isDue: isDue(notification, at),
    isOvertaking,
    isSigned: xml === undefined,
  })
  switch (fired?.effect) {
    case 'late':
      return { postponedTo: orLastInstant(at + fired.lateMs), letsOneBy: false, remark: fired.remark }
    case 'out_of_order': {
      const repeats = REPEAT_SCHEDULES[schedule]
      const longest = repeats[attempts.length] ?? repeats.at(-1) ?? 0
      return { postponedTo: orLastInstant(at + longest), letsOneBy: true, remark: fired.remark }
    }
    case 'duplicate':
      return { fault: fired, duplicate: fired.remark }
    default:
      return { fault: fired }
  }
}
