import type { PlannedFault } from './fault-plan.ts'
import { share } from './share.ts'

/** What a call or a try has come to among the plans. */
export interface CountedPlans {
  /** Those that happen, in the order they were planned in. */
  readonly fired: readonly PlannedFault[]
  /** Those that are still to come. */
  readonly left: readonly PlannedFault[]
}

/**
 * Counts a call or a try for the plans that fit it.
 *
 * @param exclude of two that could both happen, whether only the first one does
 */
export function countPlans(
  plans: readonly PlannedFault[],
  fitting: (fault: PlannedFault) => boolean,
  exclude: (one: PlannedFault, other: PlannedFault) => boolean,
): CountedPlans {
  const fired: PlannedFault[] = []
  const all = plans.map((fault) => {
    if (!fitting(fault)) return fault
    const counted = { ...fault, calls: fault.calls + 1 }
    if (fired.some((other) => exclude(other, fault)) || !isDue(counted)) return counted
    fired.push(counted)
    return {
      ...counted,
      fired: counted.fired + 1,
      ...(counted.left !== undefined && { left: counted.left - 1 }),
    }
  })
  return { fired, left: all.filter(({ left }) => left !== 0) }
}

/** Whether it happens to the call that was counted last. */
function isDue({ calls, nth = 1, percent, seed }: PlannedFault): boolean {
  return calls >= nth && (percent === undefined || share(seed, 'percent', calls) * 100 < percent)
}
