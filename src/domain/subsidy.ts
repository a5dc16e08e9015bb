/** A subsidy that one merchant pays another for a redeemed coupon (营销补差). Money is whole fen, instants are epoch milliseconds. */
export interface Subsidy {
  /** Who asked for it. */
  readonly mchid: string
  readonly outSubsidyNo: string
  /** Given by WeChat Pay. */
  readonly receiptId: string
  /** Creator of the batch; with `stockId` and `couponCode` it names the coupon. */
  readonly creatorMchid: string
  readonly stockId: string
  readonly couponCode: string
  readonly transactionId: string
  readonly payerMchid: string
  readonly payeeMchid: string
  readonly amountFen: number
  readonly description: string
  readonly returnedFen: number
  readonly createdAt: number
}

/** A subsidy given back, whole or in part (营销补差回退). */
export interface SubsidyReturn {
  readonly mchid: string
  readonly outSubsidyReturnNo: string
  /** Given by WeChat Pay. */
  readonly receiptId: string
  /** {@link Subsidy.receiptId} of what is given back. */
  readonly subsidyReceiptId: string
  readonly stockId: string
  readonly couponCode: string
  readonly transactionId: string
  readonly refundId: string
  readonly payerMchid: string
  readonly payeeMchid: string
  readonly amountFen: number
  readonly description: string
  readonly createdAt: number
}
