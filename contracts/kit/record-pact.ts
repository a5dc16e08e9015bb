import { createMock } from '../../src/mock.ts'
import {
  type PactRecording,
  type RecordPactOptions,
  recordPact as record,
} from '../../src/traffic/recording/record-pact.ts'

/**
 * Turns the calls that a mock received into a contract: a Pact file of specification 4 that passes {@link verifyPacts} at once.
 *
 * Each distinct call becomes one interaction, with the provider states that it needs to be repeated on its own; it is tried out in them before it is
 * written. Signatures, nonces, times and ciphertexts are matched by shape and written as fixed examples.
 *
 * ```ts
 * await recordPact({ control: wechatpay.control, file: 'pacts/my-shop-wechatpay.json', consumer: 'my-shop' })
 * ```
 *
 * @throws UsageError `MOCK_PACT_FILE` for a file that is not a pact of specification 4, or belongs to another consumer; refusals of the control API
 */
export function recordPact(options: RecordPactOptions): Promise<PactRecording> {
  return record(options, createMock)
}
