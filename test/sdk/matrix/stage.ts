import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import type { Receiver } from '../../helpers/receiver.ts'
import type { Outcome, Program } from './program.ts'
import type { Keys, Sdk } from './sdk.ts'

/** Setting of a step: a merchant of its own, and the program that acts for it. */
export interface Stage {
  readonly sdk: Sdk
  readonly control: MockControl
  readonly credentials: CredentialsJson
  readonly keys: Keys
  readonly program: Program
  readonly receiver: Receiver
}

export interface Play {
  /** Action of the SDK in the step. */
  readonly title: string
  /** Puts the world into the required state, and has the program act. */
  readonly play: (stage: Stage) => Promise<Outcome>
  /** Checks the program's outcome and the resulting state of the mock. */
  readonly check: (outcome: Outcome, stage: Stage) => Promise<void>
}

/** The status of an error, if the SDK reveals it. */
export function statusIn({ sdk }: Stage, status: number) {
  return sdk.hidesStatus ? {} : { status }
}

/** The latest callback to an address of the receiver. */
export function lastCallback(receiver: Receiver, url: string) {
  const received = receiver.received.findLast(({ target }) => url.endsWith(target))
  if (!received) throw new Error('No callback came')
  return { headers: Object.fromEntries(received.headers), body: received.body }
}
