const NOTHING = new Uint8Array()

/**
 * Collects bytes that arrive in pieces. Their sender may make pieces arbitrarily small, and each is an object of some hundred bytes, so they are
 * copied into a growing array rather than kept. A single piece is not copied.
 */
export class CollectedBytes {
  #held: Uint8Array = NOTHING
  #length = 0
  /** Whether the held array was allocated here and may be written to. */
  #isOwn = false

  get length(): number {
    return this.#length
  }

  /** Memory use once another piece is added, in bytes. */
  capacityWith(piece: Uint8Array): number {
    const length = this.#length + piece.length
    if (this.#length === 0) return length
    return this.#isOwn && length <= this.#held.length ? this.#held.length : Math.max(length, 2 * this.#length)
  }

  /** All bytes so far. */
  get bytes(): Uint8Array {
    return this.#length === this.#held.length ? this.#held : this.#held.subarray(0, this.#length)
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return
    const length = this.#length + piece.length
    if (this.#length === 0) {
      this.#held = piece
    } else {
      const capacity = this.capacityWith(piece)
      if (!this.#isOwn || capacity > this.#held.length) this.#grow(capacity)
      this.#held.set(piece, this.#length)
    }
    this.#length = length
  }

  #grow(capacity: number): void {
    // Bytes beyond its length are never read: clearing them first would take as long as filling them.
    const larger = Buffer.allocUnsafeSlow(capacity)
    larger.set(this.bytes)
    this.#held = larger
    this.#isOwn = true
  }
}

/** Limit for all bodies of calls that are not answered yet, not counting the largest; MiB. */
export const UNFINISHED_MIB = 64

/** Message to a client whose body is given up for lack of room. */
export const NO_ROOM = {
  en: `Unfinished request bodies already take ${UNFINISHED_MIB} MiB: try again.`,
  zh: `未接收完的请求体已占用 ${UNFINISHED_MIB} MiB，请稍后重试。`,
}

/** More than the bodies of most calls have. So much of each is not counted, and those are served even when the limit is used up; in bytes. */
export const USUAL_BODY_BYTES = 16_384

/**
 * Bodies of calls that are not answered yet. However many clients hold back the end of theirs, or send large ones at once, together they get a limited
 * share of the memory. The largest does not count, or a large world could not be restored.
 */
export class UnfinishedBodies {
  readonly #limit: number
  readonly #onFull: () => void
  /** Bytes of each that count. */
  readonly #held = new Map<CollectedBytes, number>()
  #total = 0
  #largest: CollectedBytes | undefined
  #isFull = false

  /** @param onFull called when the limit is reached; again only after half of it was free */
  constructor(onFull: () => void = () => undefined, limit = UNFINISHED_MIB * 1_048_576) {
    this.#onFull = onFull
    this.#limit = limit
  }

  /** Reserves room for another piece of a body; `false` if the limit is reached, and the body must be refused. Either way {@link release} ends it. */
  makeRoom(body: CollectedBytes, piece: Uint8Array): boolean {
    const bytes = body.capacityWith(piece) - USUAL_BODY_BYTES
    if (bytes <= 0) return true
    this.#total += bytes - this.#bytesOf(body)
    this.#held.set(body, bytes)
    if (this.#bytesOf(body) > this.#bytesOf(this.#largest)) this.#largest = body
    if (this.#total - this.#bytesOf(this.#largest) <= this.#limit) return true
    if (!this.#isFull) this.#onFull()
    this.#isFull = true
    return false
  }

  /** Whether a body is larger than most, so that it counts. */
  isLarge(body: CollectedBytes): boolean {
    return this.#held.has(body)
  }

  /** Frees the room of a body whose call is answered, refused or cut off. */
  release(body: CollectedBytes): void {
    this.#total -= this.#bytesOf(body)
    this.#held.delete(body)
    if (this.#total < this.#limit / 2) this.#isFull = false
    if (body !== this.#largest) return
    this.#largest = undefined
    for (const [other, bytes] of this.#held) if (bytes > this.#bytesOf(this.#largest)) this.#largest = other
  }

  #bytesOf(body: CollectedBytes | undefined): number {
    return body ? (this.#held.get(body) ?? 0) : 0
  }
}
