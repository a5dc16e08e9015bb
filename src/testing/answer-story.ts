import type { MockControl } from '../mock-control.ts'
import type { ExchangeJson } from '../products/json.ts'
import { UsageError } from '../protocol/errors.ts'
import { type MerchantClient, requestIdOf } from './merchant-client.ts'

/** Which mock an answer is of, so that its journal can be looked at. */
const answeredBy = new WeakMap<object, MockControl>()

/** The same client, whose answers can be asked what the journal of `control` says of them: {@link remarksOn}. */
export function rememberAnswers(client: MerchantClient, control: MockControl): MerchantClient {
  const remember = <Answer extends object>(answer: Answer): Answer => {
    answeredBy.set(answer, control)
    return answer
  }
  return {
    ...client,
    request: async (...args) => remember(await client.request(...args)),
    call: async (...args) => remember(await client.call(...args)),
  }
}

/** What the journal says of the exchange that an answer is of: nothing where it does not have it, or the answer is no remembered one. */
export async function remarksOn(answer: object): Promise<ExchangeJson['remarks']> {
  const control = answeredBy.get(answer)
  const requestId = requestIdOf(answer)
  if (!control || requestId === undefined) return []
  try {
    return (await control.exchange(requestId)).remarks
  } catch (error) {
    // Cleared, or pushed out by later calls.
    if (error instanceof UsageError && error.code === 'MOCK_EXCHANGE_UNKNOWN') return []
    throw error
  }
}
