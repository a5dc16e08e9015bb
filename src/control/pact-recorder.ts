import type { Language, Texts } from '../shared/texts.ts'
import type { AnyExchangeJson, CredentialsJson } from './answer-format.ts'

/**
 * Makes a contract of one exchange of the journal, after trying it out on a mock. It is passed in by whoever assembles the mock, since the
 * control API cannot make mocks.
 *
 * @returns a pact of specification 4, or why no contract can be made of the exchange
 */
export type PactRecorder = (
  exchange: AnyExchangeJson,
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
) => Promise<{ readonly pact: RecordedPact } | { readonly unfit: Texts }>

/** The part of a pact that the control API reads. */
interface RecordedPact {
  readonly interactions: readonly { readonly description: string }[]
}
