/**
 * Collects bytes that arrive in pieces. Their sender may make pieces arbitrarily small, and each is an object of some hundred bytes, so they are
 * copied into a growing array rather than kept. A single piece is not copied.
 */
export class CollectedBytes {
  #held = new Uint8Array()
  #length = 0
  /** Whether the held array was allocated here and may be written to. */
  #isOwn = false

  get length(): number {
    return this.#length
  }

  /** How much memory they take, in bytes. */
  get capacity(): number {
    return this.#held.length
  }

  /** All bytes so far. */
  get bytes(): Uint8Array {
    return this.#held.subarray(0, this.#length)
  }

  add(piece: Uint8Array<ArrayBuffer>): void {
    if (piece.length === 0) return
    const length = this.#length + piece.length
    if (this.#length === 0) {
      this.#held = piece
    } else {
      if (!this.#isOwn || length > this.#held.length) this.#grow(Math.max(length, 2 * this.#length))
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
