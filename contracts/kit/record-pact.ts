import { createMock } from '../../src/mock.ts'
import { type PactRecording, type RecordPactOptions, recordPact as record } from '../../src/recording/record-pact.ts'

/**
 * Makes a contract of the calls that a mock was sent: a Pact file of specification 4 that {@link verifyPacts} verifies at once.
 *
 * Each distinct call becomes one interaction, with the provider states that it needs to happen again alone; it is tried out in them
 * before it is written. Signatures, nonces, times and ciphertexts are matched by shape and stand in the file as fixed examples.
 *
 * ```ts
 * await recordPact({ control: wechatpay.control, file: 'pacts/my-shop-wechatpay.json', consumer: 'my-shop' })
 * ```
 *
 * @throws UsageError `MOCK_PACT_FILE` for a file that is no pact of specification 4, or another consumer's; what the control API
 * refuses with
 */
export function recordPact(options: RecordPactOptions): Promise<PactRecording> {
  return record(options, createMock)
}
