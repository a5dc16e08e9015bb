/**
 * Puts bytes together that come in pieces. Pieces are as small as their sender likes, and each of them is an object of some hundred bytes: they
 * are copied, into an array that grows, so that none of them is kept. A single piece stays as it is.
 */
export class CollectedBytes {
  #held = new Uint8Array()
  #length = 0
  /** Whether what is held was made here, and may be written to. */
  #isOwn = false

  get length(): number {
    return this.#length
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
