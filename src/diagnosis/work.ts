import type { Hash, KeyObject } from 'node:crypto'
import { en } from './texts/en.ts'

/** A stable name of a cause: part of the public API. */
export type CauseName = keyof typeof en.causes

/** Every cause, in the order of the parts that they concern. */
export const CAUSE_NAMES = Object.keys(en.causes) as readonly CauseName[]

/** One deviation of a client from what the service expects. */
export interface Cause {
  readonly name: CauseName
  /** Detail that the name leaves open: the method that was signed, a key's serial, the form of a pretty print. */
  readonly value?: string
}

/** A cause without undefined members, so that causes compare as equal. */
export function cause(name: CauseName, value?: string): Cause {
  return value === undefined ? { name } : { name, value }
}

/** A public key that a signature may have been made for, and its owner. */
export interface KnownKey {
  /** 40 upper-case hex digits of the certificate, or `PUB_KEY_ID_…`. */
  readonly serialNo: string
  readonly publicKey: KeyObject
  /** Left out for a key of the platform. */
  readonly mchid?: string
}

export function signatureLength({ publicKey }: KnownKey): number {
  // Stryker disable next-line OptionalChaining: only a secret key lacks details, and that is not a public key
  return Math.ceil((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

/**
 * How usual a mistake is. Pairs of mistakes are searched in the order of the sum of their ranks; `alone` ones are never combined, since there are too
 * many.
 */
export type Rank = 1 | 2 | 3 | 'alone'

/** One way in which a part of the message may have been signed. */
export interface Variant<Value> {
  readonly value: Value
  /** The mistakes behind it; empty for the correct part. */
  readonly causes: readonly Cause[]
  readonly rank: Rank
}

/** Collects the variants of one part; for equal values the first is kept, so the simplest must come first. */
export class Variants<Value> {
  readonly #list: Variant<Value>[] = []
  readonly #seen: Set<string>
  readonly #keyOf: (value: Value) => string

  /** @param asItIs the correct value, which is not a variant */
  constructor(asItIs: Value, keyOf: (value: Value) => string) {
    this.#keyOf = keyOf
    this.#seen = new Set([keyOf(asItIs)])
  }

  add(value: Value, causes: readonly Cause[], rank: Rank): void {
    const key = this.#keyOf(value)
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.#list.push({ value, causes, rank })
  }

  get list(): readonly Variant<Value>[] {
    return this.#list
  }
}

/** Every order of a few things, the present one first. */
export function permutations<Thing>(things: readonly Thing[]): (readonly Thing[])[] {
  if (things.length < 2) return [things]
  return things.flatMap((thing, index) =>
    permutations(things.filter((_, other) => other !== index)).map((rest) => [thing, ...rest]),
  )
}

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
/**
 * Work limit for a request with a body of this size, in bytes hashed or written, including 1,024 for each candidate and 32,768 for each key: 512 KiB,
 * or 8 MiB; or 192 MiB and 64 times the body. With a body of more than 16 KiB the 8 MiB are 2.375, or 8 times the body if that is more: the usual single
 * mistakes take most of it, and few pairs are tried. It is never more than 8 MiB, so that a client cannot make it take longer.
 */
export function workLimit(effort: Effort, bodyBytes: number): number {
  const ofLong = Math.min(8 * MIB, Math.max(2.375 * MIB, 8 * bodyBytes))
  const request = bodyBytes > 16 * KIB ? ofLong : 8 * MIB
  return { single: 512 * KIB, request, thorough: 192 * MIB + 64 * bodyBytes }[effort]
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
  readonly #beginnings: Map<string, Map<string, Hash>>

  /** @param before that of an earlier search for the same request */
  constructor(limit: number, effort: Effort, before?: Work) {
    this.limit = limit
    this.effort = effort
    this.#beginnings = before ? before.#beginnings : new Map()
  }

  /** Hashes of messages up to the end of the request's body, if that is long, by all that stands before it. A later search takes them over. */
  beginnings(algorithm: string): Map<string, Hash> {
    const known = this.#beginnings.get(algorithm) ?? new Map<string, Hash>()
    this.#beginnings.set(algorithm, known)
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

  /** Whether a part of this size can still be written: a sixteenth of all may go into writing, or 600 KiB if that is more, but never over a quarter. */
  allowsWriting(bytes: number): boolean {
    const share = Math.min(this.limit / 4, Math.max(600 * KIB, this.limit / 16))
    return this.writtenBytes + bytes <= share && this.spent + bytes <= this.limit
  }

  /** Spends bytes on writing a part, if they are left. */
  takeWriting(bytes: number): boolean {
    if (!this.allowsWriting(bytes)) return false
    this.writtenBytes += bytes
    return true
  }
}
