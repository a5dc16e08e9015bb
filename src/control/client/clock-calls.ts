import type { ClockJson } from '../answer-format.ts'
import { ControlConnection } from './control-connection.ts'

/** A time for the mock's clock: RFC 3339 with offset, or a Date. */
export type ClockTime = string | Date

/** What the mock's clock is set to: a time, or the machine's, with which it runs on. */
export type ClockTarget = ClockTime | 'machine'

/** The mock's clock. */
export class ClockCalls extends ControlConnection {
  clock(): Promise<ClockJson> {
    return this.call('GET', '/clock')
  }

  /**
   * Sets the clock, freezes it or lets it run; what is left out stays as it is. `{ now: 'machine' }` goes back to the machine's time and
   * runs with it. Callbacks that become due on the way to a later time are delivered in their order before this resolves.
   */
  setClock({ now, frozen }: { readonly now?: ClockTarget; readonly frozen?: boolean }): Promise<ClockJson> {
    return this.call('PUT', '/clock', { body: { now, frozen } })
  }

  /** Stops the clock, where it is or at a time. */
  freeze(now?: ClockTarget): Promise<ClockJson> {
    return this.call('PUT', '/clock', { body: { now, frozen: true } })
  }

  /** Lets the clock run on from where it stands. */
  run(): Promise<ClockJson> {
    return this.call('PUT', '/clock', { body: { frozen: false } })
  }

  /** Moves the clock by an ISO 8601 duration like `P31D`, `PT5M` or `-PT1H`, or by seconds; callbacks as with {@link setClock}. */
  advance(duration: string | number): Promise<ClockJson> {
    return this.call('POST', '/clock/advance', { body: { duration } })
  }
}
