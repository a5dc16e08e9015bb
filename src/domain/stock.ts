import type { UploadedCode } from './uploaded-code.ts'
import { startOfDay } from './validity.ts'

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
  /** Where the coupon is used, with `useMethod` `mini_programs`. */
  readonly miniProgram?: { readonly appid?: string; readonly path?: string }
  readonly state: StockState
  readonly codeMode: CodeMode
  readonly sendRule: SendRule
  readonly createdAt: number
  /** From when codes can be uploaded; left out: at once. */
  readonly readyAt?: number
  /** What the user sees on the coupon; kept as it was given. */
  readonly display?: Readonly<Record<string, unknown>>
  /** Where the coupon leads to; kept as it was given. */
  readonly entrance?: Readonly<Record<string, unknown>>
  /** The appid that a callback's openid belongs to; without one it is empty. */
  readonly notifyAppid?: string
  /** Whether coupons may be subsidised (营销补差). */
  readonly subsidy?: boolean
  /** Whether the batch is tied to goods (商品券), which only the product coupon calls send. */
  readonly tiedToGoods?: boolean
  readonly sent: SentCount
  /** Only counts for batches with uploaded codes. */
  readonly codes: CodeCount
}

/** How many coupons were handed out. */
export interface SentCount {
  readonly total: number
  /** Midnight in China of the day that `today` counts, epoch milliseconds. */
  readonly day: number
  readonly today: number
}

/** How many codes were uploaded and not deleted, and how many of them are still there to be handed out. */
export interface CodeCount {
  readonly total: number
  readonly available: number
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
  /** Usable for this many seconds after receipt, never beyond `until`. */
  readonly secondsAfterReceive?: number
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
  readonly maxCouponsByDay?: number
  readonly maxAmountFen?: number
  readonly maxAmountByDayFen?: number
  /** Counts all accounts of one identity document together. */
  readonly naturalPersonLimit?: boolean
  /** Keeps suspicious accounts from receiving coupons. */
  readonly preventApiAbuse?: boolean
  readonly transferable?: boolean
  readonly shareable?: boolean
}

/** The batch after one more coupon was handed out at an instant; a day's count starts at midnight in China. */
export function withCouponCounted(stock: Stock, at: number): Stock {
  const { total, day, today } = stock.sent
  const midnight = startOfDay(at)
  if (midnight < day) return { ...stock, sent: { ...stock.sent, total: total + 1 } }
  return { ...stock, sent: { total: total + 1, day: midnight, today: (midnight === day ? today : 0) + 1 } }
}

/** How many coupons were handed out on the day of an instant. */
export function sentOnDayOf({ sent }: Stock, at: number): number {
  return startOfDay(at) === sent.day ? sent.today : 0
}

/** The batch after one more code was uploaded. */
export function withCodeCounted(stock: Stock, { dispatchedAt }: UploadedCode): Stock {
  const { total, available } = stock.codes
  return { ...stock, codes: { total: total + 1, available: available + (dispatchedAt === undefined ? 1 : 0) } }
}
