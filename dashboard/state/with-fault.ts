import type { FaultJson } from '../../src/control/answer-format.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { control } from './control.ts'

/**
 * Does something while a fault is planned for it, and removes the fault if it did not happen: because an earlier one came first, or nothing was sent
 * at all.
 */
export async function withFault<Value>(fault: FaultJson | undefined, work: () => Promise<Value>): Promise<Value> {
  if (!fault) return work()
  const { id } = await control.value.planFault(fault)
  try {
    return await work()
  } finally {
    await control.value.removeFault(id).catch((error: unknown) => {
      // It has happened, as intended.
      if (!(error instanceof UsageError && error.code === 'MOCK_FAULT_GONE')) throw error
    })
  }
}
