import type { Exchange } from '../journal/journal.ts'
import { afterwards } from './count-plans.ts'
import type { PlannedFault } from './fault-plan.ts'

/** A fault that has hit exchanges which the journal still has. */
export interface FaultInJournal {
  /** Its current state, or that after it last happened. */
  readonly fault: PlannedFault
  /** Whether it is still planned; neither spent nor removed. */
  readonly active: boolean
  /** Exchanges that it hit, the newest first. */
  readonly hits: readonly Exchange[]
}

/**
 * The faults that have hit exchanges, the one that did so last first.
 *
 * @param exchanges of the journal, oldest first
 * @param planned the faults still to come
 */
export function faultsIn(exchanges: readonly Exchange[], planned: readonly PlannedFault[]): readonly FaultInJournal[] {
  const found = new Map<string, { fault: PlannedFault; readonly hits: Exchange[] }>()
  for (const exchange of exchanges.toReversed()) {
    for (const fault of exchange.remarks.flatMap(({ plans = [] }) => plans)) {
      const known = found.get(fault.id)
      if (!known) {
        found.set(fault.id, { fault, hits: [exchange] })
        continue
      }
      // One exchange may take longer than the next, and so come later in the journal.
      if (fault.calls > known.fault.calls) known.fault = fault
      known.hits.push(exchange)
    }
  }
  return [...found.values()].map(({ fault, hits }) => {
    const current = planned.find(({ id }) => id === fault.id)
    return { fault: current ?? afterwards(fault), active: current !== undefined, hits }
  })
}
