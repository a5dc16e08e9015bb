import type { PlannedFault } from './fault-plan.ts'
import { share } from './share.ts'

/** The plans after a call or an attempt was counted. */
export interface CountedPlans {
  /** Those that happen, in the order in which they were planned. */
  readonly fired: readonly PlannedFault[]
  /** Those still to come. */
  readonly left: readonly PlannedFault[]
}

/**
 * Counts a call or an attempt for all plans that fit it.
 *
 * @param exclude whether of two plans that could both happen only the first does
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
    return afterwards(counted)
  })
  return { fired, left: all.filter(({ left }) => left !== 0) }
}

/** A plan after it has happened once more. */
export function afterwards(fault: PlannedFault): PlannedFault {
  return { ...fault, fired: fault.fired + 1, ...(fault.left !== undefined && { left: fault.left - 1 }) }
}

/** Whether the fault happens to the call just counted. */
function isDue({ calls, nth = 1, percent, seed }: PlannedFault): boolean {
  return calls >= nth && (percent === undefined || share(seed, 'percent', calls) * 100 < percent)
}
