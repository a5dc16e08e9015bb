/** The cost of one more candidate besides its bytes, in bytes that could be hashed in the same time (measured). */
const CANDIDATE_BYTES = 1_024

/**
 * How hard to look. `request` is for a server that explains every failure as it happens, `thorough` for a person who asks about one.
 */
export type Effort = 'request' | 'thorough'

const MIB = 1_048_576

/**
 * The most that is spent on a request with a body of so many bytes, in bytes hashed or written, 1,024 for each candidate included:
 * 8 MiB, however large the body is, so that a client cannot make it take longer; or 192 MiB and 64 times the body.
 */
export function workLimit(effort: Effort, bodyBytes: number): number {
  return effort === 'thorough' ? 192 * MIB + 64 * bodyBytes : 8 * MIB
}

/**
 * The work of one diagnosis. Counted in bytes rather than time, so that the same request always gets the same diagnosis and no
 * request costs more than its share.
 */
export class Work {
  readonly limit: number
  readonly thorough: boolean
  /** Bytes of candidates that were hashed. */
  hashedBytes = 0
  /** Bytes of candidates' parts that were written: bodies serialised anew, addresses encoded anew. */
  writtenBytes = 0
  /** Messages that were hashed. */
  candidates = 0

  constructor(limit: number, effort: Effort) {
    this.limit = limit
    this.thorough = effort === 'thorough'
  }

  get spent(): number {
    return this.hashedBytes + this.writtenBytes + this.candidates * CANDIDATE_BYTES
  }

  /** Whether a candidate of so many bytes can still be hashed. */
  allows(bytes: number): boolean {
    return this.spent + bytes + CANDIDATE_BYTES <= this.limit
  }

  /** Counts a candidate that was hashed. */
  count(bytes: number): void {
    this.hashedBytes += bytes
    this.candidates += 1
  }

  /** Spends bytes on writing a part if they are left: a sixteenth of all may go into writing. */
  takeWriting(bytes: number): boolean {
    if (this.writtenBytes + bytes > this.limit / 16 || this.spent + bytes > this.limit) return false
    this.writtenBytes += bytes
    return true
  }
}
