import type { AnyExchangeJson, CredentialsJson } from './answer-format.ts'

/**
 * Makes a contract of one exchange of the journal, tried out on a mock before. Whoever puts a mock together hands it in: the control API
 * cannot make mocks.
 *
 * @returns a pact of specification 4, or why no contract can be made of the exchange
 */
export type PactRecorder = (
  exchange: AnyExchangeJson,
  options: {
    /** Credentials of a merchant; `undefined` where the mock does not know it. */
    credentialsOf(mchid: string): Promise<CredentialsJson | undefined>
    /** Default: `wechatpay-client`. */
    readonly consumer?: string | undefined
    /** Default: `wechatpay`. */
    readonly provider?: string | undefined
  },
) => Promise<{ readonly pact: RecordedPact } | { readonly unfit: string }>

/** What the control API needs to know of a pact. */
interface RecordedPact {
  readonly interactions: readonly { readonly description: string }[]
}
