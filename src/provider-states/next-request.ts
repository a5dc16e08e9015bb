/**
 * Deliberate flaws of a request, for contracts about requests that are refused before any other check. Pact cannot express them: it replays an
 * `Authorization` exactly as in the file, and always sends `Accept` and `User-Agent`.
 */
export const REQUEST_FLAWS = [
  'unsigned',
  'malformed',
  'scheme_unknown',
  'too_old',
  'in_milliseconds',
  'serial_unknown',
  'other_key',
  'other_body',
  'no_accept',
  'no_user_agent',
] as const

export type RequestFlaw = (typeof REQUEST_FLAWS)[number]

/** How to sign the next request. Provider states write it, and the replayer of requests reads it. */
export interface NextRequest {
  /** Merchant that sends it. Default: the well-known merchant. */
  mchid?: string
  /** Default: the request is correct. */
  flaw?: RequestFlaw
}

/** Resets the next request to the default. */
export function forgetNextRequest(next: NextRequest): void {
  delete next.mchid
  delete next.flaw
}
