import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import type { MockControl } from '../../src/mock-control.ts'
import type { ExchangeJson } from '../../src/products/json.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { withErrorName } from '../../src/wire/shared/errors.ts'
import { type Language, shortened } from '../../src/wire/shared/texts.ts'

/** Summary of a provider's answer. */
export interface ProviderAnswer {
  readonly status: number
  /** Code of the error in its body, at most 100 characters. */
  readonly code?: string
  /** Message of the error in its body, at most 300 characters. */
  readonly message?: string
  /**
   * Why the mock refused the request, from its journal, in the language of the verification: at most 1,000 characters. Absent if it was not refused,
   * and for a provider that is not the mock.
   */
  readonly reason?: string
}

/** The status of an answer, and the code and message of a refusal. */
export function answerInShort({ status, body }: WireResponse): ProviderAnswer {
  const { code, message } = (status >= 400 && parseJsonObject(body)) || {}
  return {
    status,
    ...(typeof code === 'string' && { code: shortened(code, 100) }),
    ...(typeof message === 'string' && { message: shortened(message, 300) }),
  }
}

/** A refusal as the journal explains it. */
export interface ExplainedRefusal {
  /** In the language of the journal's answers, at most 1,000 characters. */
  readonly reason?: string
  /** Key of the error, as planned faults name it. */
  readonly error?: string
}

/**
 * The journal's explanation of a refusal; empty if there is nothing to explain, or the journal does not have this request.
 *
 * @param request as it was sent
 * @param language of the journal's answers
 */
export async function refusalInJournal(
  request: WireRequest,
  answer: WireResponse,
  control: MockControl,
  language: Language,
): Promise<ExplainedRefusal> {
  if (answer.status < 400) return {}
  const id = headerOf(answer, 'Request-ID')
  const exchange = id === undefined ? await nameless(request, answer, control) : await exchangeOf(id, control)
  // A provider other than the mock may answer with any id.
  if (!exchange || !isOf(exchange, request, answer)) return {}
  const reason = exchange.remarks.map((remark) => withErrorName(remark, language)).join(' ')
  const error = exchange.remarks.findLast((remark) => remark.error !== undefined)?.error
  return { ...(reason !== '' && { reason: shortened(reason, 1_000) }), ...(error !== undefined && { error }) }
}

/** The exchange that an answer names, if the journal has it. */
async function exchangeOf(id: string, control: MockControl): Promise<ExchangeJson | undefined> {
  if (!/^[0-9A-F]+-\d+$/.test(id)) return undefined
  return control.exchange(id).catch((error: unknown) => {
    if (error instanceof UsageError && error.code === 'MOCK_EXCHANGE_UNKNOWN') return undefined
    throw error
  })
}

/** Number of exchanges to search, since others may call the mock between the request and the search. */
const SEARCHED = 50

/** The exchange of an answer without `Request-ID`, which some gateways send to unknown callers. Equal requests have the same reason. */
async function nameless(
  request: WireRequest,
  answer: WireResponse,
  control: MockControl,
): Promise<ExchangeJson | undefined> {
  const latest = await control.journal({ status: answer.status, callbacks: 'no', limit: SEARCHED })
  return latest.findLast((exchange) => isOf(exchange, request, answer))
}

function isOf({ request, response }: ExchangeJson, sent: WireRequest, answer: WireResponse): boolean {
  return (
    request.method === sent.method &&
    request.target === sent.target &&
    request.headers.authorization === sent.headers.authorization &&
    response?.status === answer.status
  )
}
