import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { startOfDay, type Validity } from './validity.ts'

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
  /** The instant from which codes can be uploaded; at once if left out. */
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
  /** Used only for batches with uploaded codes. */
  readonly codes: CodeCount
  /** The place of the next code to be uploaded; the first if left out. */
  readonly nextCodePosition?: number
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

/** The most coupons that a batch may hand out; documented. */
export const MOST_COUPONS = 1_000_000_000

/**
 * How many coupons a batch may hand out that does not say so: those that its amount pays for, where each takes the same off (busifavor.md 3.2,
 * observed), else the most there are (inferred).
 */
export function mostCoupons(maxAmountFen: number | undefined, benefit: Benefit): number {
  if (maxAmountFen === undefined || benefit.type !== 'normal') return MOST_COUPONS
  return Math.min(Math.floor(maxAmountFen / benefit.discountFen), MOST_COUPONS)
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

/** Whether nothing can be changed any more: the batch has ended (busifavor.md 2.1). */
export function hasEnded({ validity }: Stock, at: number): boolean {
  return at >= validity.until
}

export type UseRefusal = 'mini_program_missing' | 'use_method_not_open'

/** Checks how a batch is to be used: a mini program has to be named in full, and 用户自助核销 is not available (busifavor.md 3.1, F7). */
export function checkUse<Use extends Pick<Stock, 'useMethod' | 'miniProgram'>>(use: Use): Decision<Use, UseRefusal> {
  if (use.useMethod === 'self_consume') return refuse('use_method_not_open')
  const { appid, path } = use.miniProgram ?? {}
  const named = appid !== undefined && path !== undefined
  return use.useMethod === 'mini_programs' && !named ? refuse('mini_program_missing') : accept(use)
}

/** What is to be changed of a batch; what is left out stays. */
export interface StockChange {
  readonly comment?: string
  readonly goodsName?: string
  readonly useMethod?: UseMethod
  readonly miniProgram?: NonNullable<Stock['miniProgram']>
  readonly preventApiAbuse?: boolean
  /** Members to put over those that the batch has, see {@link putOver}. */
  readonly display?: NonNullable<Stock['display']>
  readonly entrance?: NonNullable<Stock['entrance']>
  readonly notifyAppid?: string
  readonly subsidy?: boolean
}

export type ModifyRefusal = 'ended' | 'subsidy_stays' | 'entrance_incomplete' | UseRefusal

/**
 * Changes base data of a batch (修改商家券基本信息). A subsidy that is allowed stays allowed.
 *
 * @returns the batch after the change, or why not (busifavor.md 3.3)
 */
export function modify(stock: Stock, change: StockChange, at: number): Decision<Stock, ModifyRefusal> {
  if (hasEnded(stock, at)) return refuse('ended')
  if (change.subsidy === false && stock.subsidy) return refuse('subsidy_stays')
  const { useMethod, miniProgram, display, entrance, preventApiAbuse, subsidy, ...texts } = change
  const changed: Stock = {
    ...stock,
    ...texts,
    ...(useMethod && { useMethod }),
    ...(miniProgram && { miniProgram: { ...stock.miniProgram, ...miniProgram } }),
    ...(display && { display: putOver(stock.display, display) }),
    ...(entrance && { entrance: putOver(stock.entrance, entrance) }),
    ...(preventApiAbuse !== undefined && { sendRule: { ...stock.sendRule, preventApiAbuse } }),
    ...(subsidy && { subsidy }),
  }
  if (entrance?.mini_programs_info !== undefined && !opensMiniProgram(changed)) return refuse('entrance_incomplete')
  // Checked only when it changes: a batch from a seed file may be used in any way.
  return useMethod ? checkUse(changed) : accept(changed)
}

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null

/** Members put over those that are there, also inside of a member; the others stay. */
function putOver(present: Members = {}, given: Members): Members {
  const merged = Object.entries(given).map(([name, member]) => {
    const before = present[name]
    return [name, isMembers(member) && isMembers(before) ? { ...before, ...member } : member]
  })
  return { ...present, ...Object.fromEntries(merged) }
}

/** Whether a batch names all that it takes to open a mini program from a coupon. */
function opensMiniProgram({ entrance }: Stock): boolean {
  const info = entrance?.mini_programs_info
  return (
    isMembers(info) &&
    ['mini_programs_appid', 'mini_programs_path', 'entrance_words'].every((name) => info[name] !== undefined)
  )
}

/** A new limit for a batch: on all its coupons, or on those of a day. */
export interface BudgetChange {
  readonly limit: 'maxCoupons' | 'maxCouponsByDay'
  /** What the caller believes the limit to be. */
  readonly current?: number
  readonly target: number
}

export type BudgetRefusal = 'ended' | 'current_missing' | 'current_differs' | 'below_sent'

/**
 * Changes how many coupons a batch may hand out (修改批次预算). A daily limit is set for the first time by giving no current value.
 *
 * @returns the batch with the limit, or why not (busifavor.md 3.4)
 */
export function changeBudget(stock: Stock, change: BudgetChange, at: number): Decision<Stock, BudgetRefusal> {
  const { limit, current, target } = change
  const present = stock.sendRule[limit]
  if (hasEnded(stock, at)) return refuse('ended')
  if (current === undefined && present !== undefined) return refuse('current_missing')
  if (current !== present) return refuse('current_differs')
  const sent = limit === 'maxCoupons' ? stock.sent.total : sentOnDayOf(stock, at)
  if (target < sent) return refuse('below_sent')
  return accept({ ...stock, sendRule: { ...stock.sendRule, [limit]: target } })
}

/** The six digits that all batch ids of a merchant begin with, derived from its number (observed; which digits is ours). */
export function stockIdPrefix(mchid: string): string {
  let sum = 0
  for (const digit of mchid) sum = (sum * 31 + digit.charCodeAt(0)) % 90_000
  return `1${sum + 10_000}`
}
