import type { CredentialsJson } from '../../../src/control/answer-format.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import type { Receiver } from '../../helpers/receiver.ts'
import type { Outcome, Program } from './program.ts'
import type { Keys, Sdk } from './sdk.ts'

/** What a step is played on: a merchant of its own, and the program that speaks for it. */
export interface Stage {
  readonly sdk: Sdk
  readonly control: MockControl
  readonly credentials: CredentialsJson
  readonly keys: Keys
  readonly program: Program
  readonly receiver: Receiver
}

export interface Play {
  /** What the SDK does in it. */
  readonly title: string
  /** Puts the world in the state that it needs, and has the program do it. */
  readonly play: (stage: Stage) => Promise<Outcome>
  /** Holds what the program says, and what the mock's state has become, against what should be. */
  readonly check: (outcome: Outcome, stage: Stage) => Promise<void>
}

/** The status of an error, where the SDK tells it. */
export function statusIn({ sdk }: Stage, status: number) {
  return sdk.hidesStatus ? {} : { status }
}

/** What came last to an address of the receiver. */
export function lastCallback(receiver: Receiver, url: string) {
  const received = receiver.received.findLast(({ target }) => url.endsWith(target))
  if (!received) throw new Error('No callback came')
  return { headers: Object.fromEntries(received.headers), body: received.body }
}
