import type { FaultJson, PlannedFaultJson } from '../answer-format.ts'
import { ControlConnection } from './control-connection.ts'

/** What is to go wrong on purpose. */
export class FaultCalls extends ControlConnection {
  /** The faults that are still to come, in the order they were planned in; with `unused` only those that happened to no call so far. */
  faults({ unused }: { readonly unused?: boolean } = {}): Promise<PlannedFaultJson[]> {
    return this.call('GET', '/faults', { query: { unused: unused === undefined ? undefined : String(unused) } })
  }

  /**
   * Lets authenticated calls to come go wrong: be answered with one of their documented errors, signed, without a change
   * (`{ operation: 'associateTradeInfo', error: 'rate_limited', times: 2 }`), or be done and the answer lost
   * (`{ effect: 'answer_lost', coupon_code: 'sxxe34343434' }`).
   */
  planFault(fault: FaultJson): Promise<PlannedFaultJson> {
    return this.call('POST', '/faults', { body: fault })
  }

  /** Forgets the faults that are still to come, and ends delays that are under way. */
  clearFaults(): Promise<void> {
    return this.call('DELETE', '/faults')
  }
}
