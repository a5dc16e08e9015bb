import { orLastInstant } from '../../shared/last-instant.ts'
import type { Texts } from '../../shared/texts.ts'
import type { CallbackEffect } from '../faults/effects.ts'
import type { PlannedFault } from '../faults/fault-plan.ts'
import type { Faults } from '../faults/faults.ts'
import { type Notification, pausesOf } from './notification.ts'
import { isDue } from './pending.ts'
import type { CallbackSpoil } from './spoil-callback.ts'

/** The effect of a planned fault on an attempt. */
export interface AttemptFault {
  readonly effect: CallbackEffect
  readonly remark: Texts
  /** Left out if an earlier version of the mock arranged the attempt. */
  readonly plan?: PlannedFault
  readonly spoil?: CallbackSpoil
}

/** How to go on with a due callback: postpone the attempt, or make it as the plans say. */
export type Judgement =
  | { readonly postponedTo: number; readonly letsOneBy: boolean; readonly fault: AttemptFault }
  | {
      readonly postponedTo?: never
      readonly fault?: AttemptFault | undefined
      /** Whether it is to be sent once more after it was taken. */
      readonly isDoubled?: boolean
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
      return { postponedTo: orLastInstant(at + fired.lateMs), letsOneBy: false, fault: fired }
    case 'out_of_order': {
      const repeats = pausesOf(schedule)
      const longest = repeats[attempts.length] ?? repeats.at(-1) ?? 0
      return { postponedTo: orLastInstant(at + longest), letsOneBy: true, fault: fired }
    }
    case 'duplicate':
      return { fault: fired, isDoubled: true }
    default:
      return { fault: fired }
  }
}
