/** A refund (退款). Money is whole fen, instants are epoch milliseconds. */
export interface Refund {
  readonly mchid: string
  readonly outRefundNo: string
  /** Given by WeChat Pay. */
  readonly refundId: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly refundFen: number
  readonly totalFen: number
  readonly currency: string
  readonly reason?: string
  readonly notifyUrl?: string
  readonly createdAt: number
  /** When it is settled; until then it is PROCESSING. */
  readonly settlesAt: number
  /** How it ends. */
  readonly outcome: RefundOutcome
  /** The values of the request, which the same number has to bring again. */
  readonly request: readonly string[]
}

export type RefundOutcome = 'success' | 'closed' | 'abnormal'

/** What the service shows as `status`. */
export type RefundStatus = RefundOutcome | 'processing'

/** The status at an instant. */
export function refundStatus({ settlesAt, outcome }: Refund, at: number): RefundStatus {
  return at >= settlesAt ? outcome : 'processing'
}
