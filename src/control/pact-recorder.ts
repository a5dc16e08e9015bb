import type { Language, Texts } from '../shared/texts.ts'
import type { AnyExchangeJson, CredentialsJson } from './answer-format.ts'

/**
 * Makes a contract of exchanges of the journal, after trying each out on a mock. It is passed in by whoever assembles the mock, since the
 * control API cannot make mocks.
 */
export type PactRecorder = (
  exchanges: readonly AnyExchangeJson[],
  options: {
    /** Credentials of a merchant; `undefined` where the mock does not know it. */
    credentialsOf(mchid: string): Promise<CredentialsJson | undefined>
    /** Of its description. */
    readonly language: Language
    /** Default: `wechatpay-client`. */
    readonly consumer?: string | undefined
    /** Default: `wechatpay`. */
    readonly provider?: string | undefined
  },
) => Promise<RecordedContract>

/** What exchanges have become. */
export interface RecordedContract {
  /** A pact of specification 4; each kind of call is in it once. */
  readonly pact: RecordedPact
  /** Those that no contract can be made of, those of one kind and for one reason together. */
  readonly leftOut: readonly LeftOutCalls[]
}

/** Calls or callbacks that are not in the contract, for one reason. */
export interface LeftOutCalls {
  /** Id of the first: its `Request-ID`. */
  readonly id: string
  /** Method and path, with the names of variables where the mock serves it; or the event of a callback. */
  readonly call: string
  readonly status?: number
  /** In both languages. */
  readonly texts: Texts
  /** How many there are. */
  readonly times: number
}

/** The part of a pact that the control API reads. */
interface RecordedPact {
  readonly interactions: readonly { readonly description: string }[]
}
