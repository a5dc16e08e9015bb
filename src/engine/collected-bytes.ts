/**
 * Collects bytes that arrive in pieces. Their sender may make pieces arbitrarily small, and each is an object of some hundred bytes, so they are
 * copied into a growing array rather than kept. A single piece is not copied.
 */
export class CollectedBytes {
  #held: Uint8Array = new Uint8Array()
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
    return this.#held.subarray(0, this.#length)
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
    const larger = new Uint8Array(capacity)
    larger.set(this.bytes)
    this.#held = larger
    this.#isOwn = true
  }
}
