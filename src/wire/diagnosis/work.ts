import type { Hash } from 'node:crypto'
import type { Signers } from './signer.ts'

/** The cost of one more candidate besides its bytes, in bytes that could be hashed in the same time (measured). */
const CANDIDATE_BYTES = 1_024
/** The cost of opening a signature with one more key, likewise. */
const KEY_BYTES = 32_768

/**
 * Effort of a search. `single`: for one mistake alone, so cheap that a server can do it for every failure; `request`: for two at once, while a client
 * waits; `thorough`: for a person who asks about one failure.
 */
export type Effort = 'single' | 'request' | 'thorough'

const KIB = 1_024
const MIB = 1_024 * KIB

/** Whether a body is so long that a client does not wait for everything to be tried with it. */
export function isLong(bodyBytes: number): boolean {
  return bodyBytes > 16 * KIB
}

/**
 * Work limit for a request with a body of this size, in bytes hashed or written, including 1,024 for each candidate and 32,768 for each key: 512 KiB,
 * or 8 MiB; or 192 MiB and 64 times the body. With a body of more than 16 KiB the 8 MiB are 2,240 KiB, or 8 times the body if that is more: the usual single
 * mistakes take most of it, and few pairs are tried. It is never more than 8 MiB, so that a client cannot make it take longer.
 */
export function workLimit(effort: Effort, bodyBytes: number): number {
  const ofLong = Math.min(8 * MIB, Math.max(2_240 * KIB, 8 * bodyBytes))
  const request = isLong(bodyBytes) ? ofLong : 8 * MIB
  return { single: 512 * KIB, request, thorough: 192 * MIB + 64 * bodyBytes }[effort]
}

/** Findings about a request that a later search for it takes over. */
interface Findings {
  signers?: Signers
  readonly beginnings: Map<string, Map<string, Hash>>
}

/**
 * The work of one search. Counted in bytes rather than time, so that the same request always gets the same diagnosis and no
 * request costs more than its share.
 */
export class Work {
  readonly limit: number
  readonly effort: Effort
  hashedBytes = 0
  /** Bytes of candidates' parts that were written: bodies serialised anew, addresses encoded anew. */
  writtenBytes = 0
  /** Number of hashed messages. */
  candidates = 0
  /** Number of keys that the signature was opened with. */
  keysTried = 0
  readonly #findings: Findings

  /** @param before that of an earlier search for the same request */
  constructor(limit: number, effort: Effort, before?: Work) {
    this.limit = limit
    this.effort = effort
    this.#findings = before ? before.#findings : { beginnings: new Map() }
  }

  /** The signers of an earlier search, or found now: the keys are tried once, unless the work did not suffice for all. */
  signersBy(found: () => Signers): Signers {
    const signers = this.#findings.signers ?? found()
    if ('fault' in signers || signers.complete) this.#findings.signers = signers
    return signers
  }

  /** Hashes of messages up to the end of the request's body, if that is long, by all that stands before it. */
  beginnings(algorithm: string): Map<string, Hash> {
    const { beginnings } = this.#findings
    const known = beginnings.get(algorithm) ?? new Map<string, Hash>()
    beginnings.set(algorithm, known)
    return known
  }

  /** Maximum length of a body or address that is parsed to be rewritten, in bytes: 2 KiB for a single mistake, since parsing takes time as well. */
  get longestRead(): number {
    return this.effort === 'single' ? 2 * KIB : Number.POSITIVE_INFINITY
  }

  get spent(): number {
    return this.hashedBytes + this.writtenBytes + this.candidates * CANDIDATE_BYTES + this.keysTried * KEY_BYTES
  }

  /** Whether a candidate of this size can still be hashed. */
  allows(bytes: number): boolean {
    return this.spent + bytes + CANDIDATE_BYTES <= this.limit
  }

  /** Whether not even an empty candidate can be hashed any more. */
  get isUsedUp(): boolean {
    return !this.allows(0)
  }

  /** Counts a hashed candidate. */
  count(bytes: number): void {
    this.hashedBytes += bytes
    this.candidates += 1
  }

  /** Spends the cost of one more key, if that much is left. */
  takeKey(): boolean {
    if (this.spent + KEY_BYTES > this.limit) return false
    this.keysTried += 1
    return true
  }

  /** Whether a part of this size can still be written: a sixteenth of all may go into writing, or 560 KiB if that is more, but never over a quarter. */
  allowsWriting(bytes: number): boolean {
    const share = Math.min(this.limit / 4, Math.max(560 * KIB, this.limit / 16))
    return this.writtenBytes + bytes <= share && this.spent + bytes <= this.limit
  }

  /** Spends bytes on writing a part, if they are left. */
  takeWriting(bytes: number): boolean {
    if (!this.allowsWriting(bytes)) return false
    this.writtenBytes += bytes
    return true
  }
}
