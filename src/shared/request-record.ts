import { accept, type Decision, refuse } from './errors.ts'

/**
 * The record of a request that took effect, so that repeating its number does nothing twice.
 *
 * Numbers count per merchant and per operation. Refused requests leave no record, so their number may be used again
 * (busifavor.md 5.4, inferred).
 */
export interface RequestRecord {
  readonly mchid: string
  readonly operation: string
  /** `out_request_no` or `use_request_no`; a JSON list if it names a request only together with other values. */
  readonly requestNo: string
  /** The values that a repeat must have again, in the operation's own order. */
  readonly values: readonly string[]
  /** When it took effect, epoch milliseconds; every repeat is answered with this time. */
  readonly at: number
  /** The rest of the answer to a repeat: JSON text, or an assigned number. */
  readonly result?: string
}

/** The number was used before, with other values. */
type ReplayRefusal = 'request_no_reused'

/**
 * Compares a request with the record of its number.
 *
 * @returns the record to answer from if the values are the same; `undefined` for a new request, without a record
 */
export function replay(
  record: RequestRecord | undefined,
  values: readonly string[],
): Decision<RequestRecord | undefined, ReplayRefusal> {
  return record === undefined || sameValues(record.values, values) ? accept(record) : refuse('request_no_reused')
}

export function sameValues(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i])
}

/**
 * The variables in the path of a request, decoded.
 *
 * @param template the operation's path, with its variables in braces
 * @param target the request's path, with or without a query
 */
export function pathMembers(template: string, target: string): Readonly<Record<string, string>> {
  const [path = ''] = target.split('?', 1)
  const segments = path.split('/')
  return Object.fromEntries(
    template
      .split('/')
      .flatMap((part, i) => (part.startsWith('{') ? [[part.slice(1, -1), decoded(segments[i] ?? '')]] : [])),
  )
}

/** A decoded path segment; returned unchanged if its escapes are broken. */
export function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
