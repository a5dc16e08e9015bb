import type { Body } from './outcome.ts'

/** State of the model: plain records that the rules read and change. Instants are epoch milliseconds, money is in fen. */

export interface StockState {
  readonly creator: string
  readonly owner: string
  readonly id: string
  readonly mode: 'WECHATPAY_MODE' | 'MERCHANT_API' | 'MERCHANT_UPLOAD'
  readonly type: 'NORMAL' | 'DISCOUNT' | 'EXCHANGE'
  /** Amount that a NORMAL coupon takes off. */
  readonly discount: number
  /** Percentage of the order that remains to be paid with a DISCOUNT coupon. */
  readonly percent: number
  /** `coupon_use_rule` as queries show it. */
  readonly rule: Body
  readonly begin: number
  readonly end: number
  readonly days?: number
  readonly waitDays?: number
  readonly seconds?: number
  readonly week?: { readonly days: readonly number[]; readonly times: readonly { begin: number; end: number }[] }
  readonly irregular?: readonly { begin: number; end: number }[]
  readonly perUser: number
  readonly name: string
  readonly tied: boolean
  /** Merchants that sent coupons of it, besides creator and owner. */
  readonly senders: Set<string>
  max: number
  byDay: number | undefined
  goods: string
  comment: string | undefined
  subsidy: boolean
  state: 'RUNNING' | 'PAUSED'
  readonly codes: Map<string, CodeState>
  readonly coupons: CouponState[]
}

export interface CodeState {
  readonly uploadedAt: number
  dispatchedAt?: number
}

export interface CouponState {
  readonly stock: StockState
  readonly code: string
  readonly openid: string
  readonly sender: string
  readonly sendNo: string
  readonly receivedAt: number
  readonly start: number
  readonly expire: number
  state: 'SENDED' | 'USED' | 'DEACTIVATED' | 'DELETED'
  use?: { readonly by: string; readonly no: string; readonly at: number }
  link?: { readonly order: string; readonly at: number }
  returned?: { readonly by: string; readonly no: string; readonly at: number }
  deactivated?: {
    readonly by: string
    readonly no: string
    readonly at: number
    readonly reason: string | undefined
  }
}

export interface OrderState {
  readonly merchant: string
  readonly no: string
  readonly openedBy: string
  readonly params: string
  readonly notifyUrl: string
  readonly total: number
  /** End of the time to pay; reaching it does not close the order. */
  readonly payableUntil: number
  /** Time at which it closes if unpaid. */
  readonly closesAt: number
  /** Answer with its prepay_id, code_url or h5_url, and the time of issue. */
  prepaid: { readonly answer: Body; readonly at: number }
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED' | 'REFUND'
  transactionId?: string
  paidAt?: number
  readonly refunds: RefundState[]
}

export interface RefundState {
  readonly merchant: string
  readonly order: OrderState
  readonly no: string
  readonly id: string
  readonly amount: number
  readonly params: string
  readonly at: number
  readonly notifyUrl: string | undefined
  settlesAt: number
  outcome: 'SUCCESS' | 'ABNORMAL'
  /** Whether it was sent another way after it could not arrive. */
  another: boolean
}

export interface SubsidyState {
  readonly by: string
  readonly no: string
  readonly coupon: CouponState
  readonly transactionId: string
  readonly payer: string
  readonly payee: string
  readonly amount: number
  readonly description: string
  /** Only for a subsidy that was paid. */
  readonly receiptId: string | undefined
  readonly failReason: string | undefined
  readonly at: number
  readonly params: string
  returned: number
}

export interface SubsidyReturnState {
  readonly by: string
  readonly no: string
  readonly subsidy: SubsidyState
  readonly receiptId: string
  readonly refundId: string
  readonly amount: number
  readonly params: string
  readonly at: number
}

/** A request number that took effect. */
interface NumberState {
  readonly values: string
  readonly answer: Body
}

export interface State {
  now: number
  readonly orders: 'any' | 'known'
  readonly stocks: StockState[]
  /** By caller, call and number, and any further scope of the number. */
  readonly numbers: Map<string, NumberState>
  /** By merchant; only the one that set it may look at it. */
  readonly addresses: Map<string, { readonly url: string; readonly setBy: string }>
  /** By merchant and number. */
  readonly payments: Map<string, OrderState>
  readonly refunds: Map<string, RefundState>
  /** Order numbers closed before their order existed, by merchant and number. */
  readonly usedUp: Set<string>
  readonly subsidies: SubsidyState[]
  readonly subsidyReturns: SubsidyReturnState[]
  readonly cards: Map<string, { readonly card: string; readonly code: string; readonly openid: string }>
  /** Callbacks due to merchants, see {@link announcement}. */
  readonly announced: string[]
}

export function emptyState(now: number, orders: 'any' | 'known'): State {
  return {
    now,
    orders,
    stocks: [],
    numbers: new Map(),
    addresses: new Map(),
    payments: new Map(),
    refunds: new Map(),
    usedUp: new Set(),
    subsidies: [],
    subsidyReturns: [],
    cards: new Map(),
    announced: [],
  }
}

/** A callback due to a merchant, and its address. */
export function announcement(event: string, merchant: string, url: string, ...subject: readonly string[]): string {
  return [event, merchant, url, ...subject].join(' ')
}

export const keyOf = (...parts: readonly string[]): string => parts.join(' ')

/** The values that a number is bound to, without the number itself. */
export function valuesOf(input: Body, numberField: string): string {
  const rest = Object.entries(input).filter(([name, value]) => name !== numberField && value !== undefined)
  return JSON.stringify(rest.sort(([left], [right]) => (left < right ? -1 : 1)))
}
