/** A merchant coupon batch (批次). Money is whole fen, instants are epoch milliseconds. */
export interface Stock {
  readonly stockId: string
  /** Who created the batch: the merchant itself, or the service provider (服务商) for it. */
  readonly creatorMchid: string
  /** 批次归属商户号, `belong_merchant` on the wire. */
  readonly ownerMchid: string
  readonly name: string
  readonly comment?: string
  readonly goodsName: string
  readonly benefit: Benefit
  readonly validity: Validity
  readonly useMethod: UseMethod
  readonly state: StockState
  readonly codeMode: CodeMode
  readonly sendRule: SendRule
  /** What the user sees on the coupon; kept as it was given. */
  readonly display?: Readonly<Record<string, unknown>>
}

export type StockState = 'unaudit' | 'running' | 'stoped' | 'paused'
export type CodeMode = 'wechatpay' | 'merchant_api' | 'merchant_upload'
export type UseMethod = 'off_line' | 'mini_programs' | 'self_consume' | 'payment_code'

export type Benefit =
  | { readonly type: 'normal'; readonly discountFen: number; readonly thresholdFen: number }
  | { readonly type: 'discount'; readonly discountPercent: number; readonly thresholdFen: number }
  | { readonly type: 'exchange'; readonly exchangePriceFen: number; readonly thresholdFen: number }

/** When coupons of the batch can be redeemed. */
export interface Validity {
  readonly from: number
  readonly until: number
  /** Usable for this many days after it takes effect, never beyond `until`. */
  readonly daysAfterReceive?: number
  /** Takes effect this many days after receipt, at 00:00. */
  readonly waitDaysAfterReceive?: number
  readonly week?: WeeklyWindow
  readonly periods?: readonly Period[]
}

export interface WeeklyWindow {
  /** 0 is Sunday. Empty means every day. */
  readonly weekDays: readonly number[]
  /** Seconds of the day, both ends included. Empty means the whole day. */
  readonly dayTimes: readonly { readonly fromSecond: number; readonly untilSecond: number }[]
}

/** From one second to another, both included, as epoch milliseconds of their start. */
export interface Period {
  readonly from: number
  readonly until: number
}

export interface SendRule {
  readonly maxCoupons: number
  readonly maxCouponsPerUser: number
}
