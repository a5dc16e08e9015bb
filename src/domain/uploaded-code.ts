/** A code that a merchant uploaded for a batch (预存code). Instants are epoch milliseconds. */
export interface UploadedCode {
  readonly creatorMchid: string
  readonly stockId: string
  readonly code: string
  readonly uploadedAt: number
  /** Its place among the codes of the batch: they are handed out in this order. */
  readonly position: number
  /** Set once it is handed out; the coupon has the same code. */
  readonly dispatchedAt?: number
}
