/**
 * What is wrong with a request on purpose, where a contract is about a request that is refused before anything is looked at. Pact
 * cannot express it: it replays an `Authorization` as it is in the file, and always sends `Accept` and `User-Agent`.
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

/** How the next request is to be signed. Provider states write it, what replays it reads it. */
export interface NextRequest {
  /** Who it is from; the well-known merchant if left out. */
  mchid?: string
  /** Left out: the request is correct. */
  flaw?: RequestFlaw
}

/** Puts the next request back to the default. */
export function forgetNextRequest(next: NextRequest): void {
  delete next.mchid
  delete next.flaw
}
