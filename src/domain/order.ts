/** A WeChat Pay order (订单). Money is whole fen, instants are epoch milliseconds. */
export interface Order {
  readonly mchid: string
  readonly outTradeNo: string
  /** What was done to it. Whether an unpaid order has run out follows from the instant: `closesAt`. */
  readonly state: OrderState
  readonly totalFen: number
  readonly description: string
  readonly openid: string
  readonly createdAt: number
  /** Given by WeChat Pay when the order is paid. */
  readonly transactionId?: string
  readonly paidAt?: number
  readonly appid?: string
  readonly tradeType: TradeType
  /** Where the payment is reported to; without one nothing is sent. */
  readonly notifyUrl?: string
  readonly attach?: string
  readonly currency: string
  /** From when an unpaid order can not be paid any more. */
  readonly closesAt: number
  /** Given to the front end to pay with. */
  readonly prepayId?: string
  /** The values of the request that placed it, which the same number has to bring again. */
  readonly request?: readonly string[]
  readonly closedAt?: number
}

/** How long an unpaid order stays open, milliseconds (protocol.md 11). */
export const UNPAID_ORDER_LIFE: number = 7 * 86_400_000

export type OrderState = 'notpay' | 'success' | 'refund' | 'closed'

/** How the order is paid; `mweb` is the browser of H5. */
export type TradeType = 'jsapi' | 'native' | 'app' | 'mweb' | 'micropay' | 'facepay'
