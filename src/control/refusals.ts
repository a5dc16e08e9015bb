import type { UsageErrorCode } from '../protocol/errors.ts'

/** HTTP status of a refusal. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 503

/** A refusal with its own status. */
export interface Refusal {
  readonly status: RefusalStatus
  readonly when: string
}

/** A call's refusals: when they occur, and their status if it is neither the common one nor 400. */
export type Refusals = Readonly<Partial<Record<UsageErrorCode, string | Refusal>>>

/** Statuses of refusals shared by several calls; 400 for any other. */
const STATUS: Readonly<Partial<Record<UsageErrorCode, RefusalStatus>>> = {
  MOCK_TOKEN: 401,
  MOCK_FORBIDDEN_HOST: 403,
  MOCK_FORBIDDEN_ORIGIN: 403,
  MOCK_NOT_FOUND: 404,
  MOCK_MERCHANT_UNKNOWN: 404,
  MOCK_EXCHANGE_UNKNOWN: 404,
  MOCK_METHOD: 405,
  MOCK_AMBIGUOUS: 409,
  MOCK_MERCHANT_EXISTS: 409,
  MOCK_BODY_TOO_LARGE: 413,
  MOCK_CONTENT_TYPE: 415,
  MOCK_STORE_UNAVAILABLE: 503,
  MOCK_UNFINISHED_BODIES: 503,
}

/** The HTTP status of a call's refusal: the call's own, or the common one. */
export function statusOf(code: UsageErrorCode, call?: { readonly refusals?: Refusals }): RefusalStatus {
  const own = call?.refusals?.[code]
  return typeof own === 'object' ? own.status : (STATUS[code] ?? 400)
}

/** Refusals that any call may answer with, and when. */
export const COMMON_REFUSALS = {
  MOCK_INPUT: 'a value does not fit, or is not known',
  MOCK_TOKEN: 'the control token is missing or wrong',
  MOCK_FORBIDDEN_HOST: 'Host is neither loopback, nor the host that the server listens on, nor an allowed one',
  MOCK_FORBIDDEN_ORIGIN: 'a web page of another origin made the call',
  MOCK_STORE_UNAVAILABLE: 'the store that the mock keeps its state in cannot be used now',
} as const satisfies Partial<Record<UsageErrorCode, string>>

/** Refusals of calls with a body. */
export const BODY_REFUSALS = {
  MOCK_JSON: 'the body is missing, or is not JSON in UTF-8',
  MOCK_BODY_TOO_LARGE: 'the body is larger than the call takes',
  MOCK_CONTENT_TYPE: 'the body is not application/json',
  MOCK_UNFINISHED_BODIES: 'unfinished request bodies take too much memory together',
} as const satisfies Partial<Record<UsageErrorCode, string>>
