import { StoreUnavailable } from '../engine/state/store-unavailable.ts'

/**
 * Reads JSON that a store has kept.
 *
 * @throws StoreUnavailable where it is none: the disk has failed, or something else has written there
 */
export function parseKept(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new StoreUnavailable(`The store holds something that no mock has written: ${reason}.`, { cause })
  }
}
