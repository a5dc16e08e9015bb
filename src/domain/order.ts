/** A WeChat Pay order (订单), as far as coupons refer to it. Money is whole fen, instants are epoch milliseconds. */
export interface Order {
  readonly mchid: string
  readonly outTradeNo: string
  readonly state: OrderState
  readonly totalFen: number
  readonly description: string
  readonly openid: string
  readonly createdAt: number
  /** Given by WeChat Pay when the order is paid. */
  readonly transactionId?: string
  readonly paidAt?: number
}

export type OrderState = 'notpay' | 'success' | 'refund' | 'closed'
