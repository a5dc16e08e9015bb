import type { MockControl } from '../mock-control.ts'
import type { ExchangeJson } from '../products/json.ts'
import { UsageError } from '../protocol/errors.ts'
import { type MerchantClient, requestIdOf } from './merchant-client.ts'

/** Maps an answer to its mock, so that its journal can be read. */
const answeredBy = new WeakMap<object, MockControl>()

/** Wraps a client so that {@link remarksOn} can find what the journal of `control` says about its answers. */
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

/** The journal's remarks on an answer's exchange; empty if the journal no longer has it, or the answer was not remembered. */
export async function remarksOn(answer: object): Promise<ExchangeJson['remarks']> {
  const control = answeredBy.get(answer)
  const requestId = requestIdOf(answer)
  if (!control || requestId === undefined) return []
  try {
    return (await control.exchange(requestId)).remarks
  } catch (error) {
    // The journal was cleared, or later calls pushed the exchange out.
    if (error instanceof UsageError && error.code === 'MOCK_EXCHANGE_UNKNOWN') return []
    throw error
  }
}
