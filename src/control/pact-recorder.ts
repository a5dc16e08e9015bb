import type { Language, Texts } from '../shared/texts.ts'
import type { AnyExchangeJson, CredentialsJson } from './answer-format.ts'

/**
 * Records a contract from exchanges of the journal, after trying each out on a mock. Passed in by whoever assembles the mock, since the control API
 * cannot create mocks.
 */
export type PactRecorder = (
  exchanges: readonly AnyExchangeJson[],
  options: {
    /** Credentials of a merchant; `undefined` if the mock does not know it. */
    credentialsOf(mchid: string): Promise<CredentialsJson | undefined>
    /** Language of the descriptions. */
    readonly language: Language
    /** Default: `wechatpay-client`. */
    readonly consumer?: string | undefined
    /** Default: `wechatpay`. */
    readonly provider?: string | undefined
  },
) => Promise<RecordedContract>

/** Result of recording exchanges. */
export interface RecordedContract {
  /** A pact of specification 4, which has each kind of call once. */
  readonly pact: RecordedPact
  /** Calls that cannot become part of a contract, grouped by kind and reason. */
  readonly leftOut: readonly LeftOutCalls[]
}

/** Calls or callbacks left out of the contract for one reason. */
export interface LeftOutCalls {
  /** `Request-ID` of the first one. */
  readonly id: string
  /** Method and path, with the names of variables if the mock serves it; or the event of a callback. */
  readonly call: string
  readonly status?: number
  /** The reason, in both languages. */
  readonly texts: Texts
  /** Number of calls or callbacks. */
  readonly times: number
}

/** The members of a pact that the control API reads. */
interface RecordedPact {
  readonly interactions: readonly { readonly description: string }[]
}
