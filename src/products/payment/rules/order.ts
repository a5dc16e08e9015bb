import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { sameValues } from '../../../shared/request-record.ts'
import { type Promotion, sumOf } from './promotion.ts'

/** A WeChat Pay order (订单). Money is whole fen, instants are epoch milliseconds. */
export interface Order {
  readonly mchid: string
  readonly outTradeNo: string
  /** What was done to it. That an unpaid order is closed after its time follows from the instant: {@link orderState}. */
  readonly state: OrderState
  readonly totalFen: number
  readonly description: string
  /** Who pays; not known before the payment, except for JSAPI. */
  readonly openid?: string
  readonly createdAt: number
  /** Given by WeChat Pay when the order is paid. */
  readonly transactionId?: string
  readonly paidAt?: number
  readonly appid?: string
  readonly tradeType: TradeType
  /** Where the payment is reported to; without one nothing is sent. */
  readonly notifyUrl?: string
  readonly attach?: string
  /** `scene_info.device_id` of the request. */
  readonly deviceId?: string
  readonly currency: string
  /** Until when it can be paid (`time_expire`), which does not close it. Left out: until {@link closesAt}. */
  readonly payableUntil?: number
  /** When it is closed if nobody has paid it. */
  readonly closesAt: number
  /** Given to the front end to pay with. */
  readonly prepayId?: string
  /** When it was given; it lives for {@link prepayLifeOf}. */
  readonly prepayIdAt?: number
  /** The values of the request that placed it, which the same number has to bring again. */
  readonly request?: readonly string[]
  readonly closedAt?: number
  /** The latest {@link MARKS_LIMIT} states that it was put into by hand, oldest first. */
  readonly marks?: readonly Mark[]
  /** The coupons of WeChat Pay that it was paid with. */
  readonly promotions?: readonly Promotion[]
}

/** A state that an order was put into by hand. */
export interface Mark {
  readonly state: OpenState | 'revoked'
  readonly at: number
}

/** How many of them an order remembers. */
export const MARKS_LIMIT = 100

const MINUTE = 60_000
const DAY = 86_400_000

/** How long an unpaid order stays open (pay-family.md 2.4). */
export const UNPAID_ORDER_LIFE_MS: number = 7 * DAY

/** How long a `prepay_id` can be paid with (pay-family.md 2.2). */
const PREPAY_ID_LIFE_MS = 120 * MINUTE

/** How long an `h5_url` can be opened (pay-family.md 2.2). */
const H5_URL_LIFE_MS = 5 * MINUTE

/** The least time to pay: an earlier `time_expire` is moved to it (pay-family.md 2.4). */
const LEAST_TIME_TO_PAY_MS = MINUTE

export type OrderState = 'notpay' | 'userpaying' | 'payerror' | 'success' | 'refund' | 'closed' | 'revoked'

/** States of an order that may still be paid; all but the first are those of payments by code (付款码支付). */
export type OpenState = Extract<OrderState, 'notpay' | 'userpaying' | 'payerror'>

/** How the order is paid; `mweb` is the browser of H5. */
export type TradeType = 'jsapi' | 'native' | 'app' | 'mweb' | 'micropay' | 'facepay'

/** An order that was paid, whatever happened to it afterwards. */
export type PaidOrder = Order & { readonly transactionId: string; readonly paidAt: number }

function isOpen(state: OrderState): state is OpenState {
  return state === 'notpay' || state === 'userpaying' || state === 'payerror'
}

/** The state at an instant: that an unpaid order was closed by its time is worked out, not stored. */
export function orderState(order: Order, at: number): OrderState {
  return isOpen(order.state) && at >= order.closesAt ? 'closed' : order.state
}

/** Whether it was paid; a refund does not change that. */
export function isPaid(order: Order): order is PaidOrder {
  return (
    (order.state === 'success' || order.state === 'refund') &&
    order.transactionId !== undefined &&
    order.paidAt !== undefined
  )
}

/** Whether the time to pay is over, which leaves the order open. */
export function isPastTimeToPay({ payableUntil }: Order, at: number): boolean {
  return payableUntil !== undefined && at >= payableUntil
}

/** What the user paid, or has to pay. */
export function payerTotalOf({ totalFen, promotions = [] }: Order): number {
  return totalFen - sumOf(promotions)
}

/** How long the front end can pay with what it was given. */
function prepayLifeOf(tradeType: TradeType): number {
  return tradeType === 'mweb' ? H5_URL_LIFE_MS : PREPAY_ID_LIFE_MS
}

/** Whether the order's `prepay_id` can still be paid with, as far as its age goes. */
export function isPrepayIdAlive(order: Order, at: number): order is Order & { readonly prepayId: string } {
  const { prepayId, prepayIdAt, tradeType } = order
  return prepayId !== undefined && (prepayIdAt === undefined || at < prepayIdAt + prepayLifeOf(tradeType))
}

/** When an order is closed if nobody has paid it: after seven days, or when it cannot be paid any more if that is later. */
export function closingTime(createdAt: number, payableUntil = createdAt): number {
  return Math.max(payableUntil, orLastInstant(createdAt + UNPAID_ORDER_LIFE_MS))
}

/**
 * Until when a new order can be paid, and when it is closed: a wish (`time_expire`) that is too early or too late is moved, not refused
 * (pay-family.md 2.4).
 *
 * @param mostDays the latest that the wish may be, in days from ordering
 */
export function timesOf(
  wish: number | undefined,
  { at, mostDays }: { readonly at: number; readonly mostDays: number },
): Pick<Order, 'payableUntil' | 'closesAt'> {
  if (wish === undefined) return { closesAt: closingTime(at) }
  const latest = orLastInstant(at + mostDays * DAY)
  const payableUntil = Math.min(Math.max(wish, orLastInstant(at + LEAST_TIME_TO_PAY_MS)), latest)
  return { payableUntil, closesAt: closingTime(at, payableUntil) }
}

/** An order as a merchant places it. */
export type PlacedOrder = Order & {
  readonly state: 'notpay'
  readonly prepayId: string
  readonly prepayIdAt: number
  readonly request: readonly string[]
}

export type PlaceRefusal = 'already_paid' | 'closed' | 'placed_another_way' | 'placed_with_other_values'

/** Ways of paying whose answer is a new one each time; the one before is void. */
const NEW_EACH_TIME: readonly TradeType[] = ['native', 'mweb']

/**
 * Places an order (下单), or answers with the one that was placed under its number before.
 *
 * With the same values the number may be brought again while the order is open: it keeps its `prepay_id` while that lives, unless its way of
 * paying gives a new one each time.
 *
 * @returns the order with a `prepay_id` that lives, or why not, judged in the order state, way of paying, values (pay-family.md 2.5)
 */
export function place(
  existing: Order | undefined,
  wanted: PlacedOrder,
  at: number,
): Decision<Order & { readonly prepayId: string }, PlaceRefusal> {
  if (existing === undefined) return accept(wanted)
  if (isPaid(existing)) return refuse('already_paid')
  if (!isOpen(orderState(existing, at))) return refuse('closed')
  if (existing.tradeType !== wanted.tradeType) return refuse('placed_another_way')
  if (!sameValues(existing.request ?? [], wanted.request)) return refuse('placed_with_other_values')
  if (!NEW_EACH_TIME.includes(existing.tradeType) && isPrepayIdAlive(existing, at)) return accept(existing)
  return accept({ ...existing, prepayId: wanted.prepayId, prepayIdAt: at })
}

export type PayRefusal =
  | 'already_paid'
  | 'closed'
  | 'prepay_id_unknown'
  | 'prepay_id_expired'
  | 'time_is_over'
  | 'another_payer'
  | 'promotions_exceed_total'

/**
 * Pays an order, as the user's phone does.
 *
 * @param payment `prepayId`: what it is paid with; left out, whatever the order has. An order without any needs none.
 * @returns the paid order, or why not
 */
export function pay(
  order: Order,
  payment: {
    readonly openid: string
    readonly transactionId: string
    readonly at: number
    readonly prepayId?: string | undefined
    readonly promotions?: readonly Promotion[]
  },
): Decision<PaidOrder, PayRefusal> {
  const { openid, transactionId, at, prepayId, promotions = [] } = payment
  if (isPaid(order)) return refuse('already_paid')
  if (!isOpen(orderState(order, at))) return refuse('closed')
  if (prepayId !== undefined && prepayId !== order.prepayId) return refuse('prepay_id_unknown')
  if (order.prepayId !== undefined && !isPrepayIdAlive(order, at)) return refuse('prepay_id_expired')
  if (isPastTimeToPay(order, at)) return refuse('time_is_over')
  if (order.openid !== undefined && order.openid !== openid) return refuse('another_payer')
  if (sumOf(promotions) > order.totalFen) return refuse('promotions_exceed_total')
  return accept({
    ...order,
    state: 'success',
    openid,
    transactionId,
    paidAt: at,
    ...(promotions.length > 0 && { promotions }),
  })
}

/**
 * Closes an order (关闭订单). One that is closed or revoked already stays as it is.
 *
 * @returns the closed order, or that it was paid
 */
export function close(order: Order, at: number): Decision<Order, 'already_paid'> {
  if (isPaid(order)) return refuse('already_paid')
  return accept(isOpen(orderState(order, at)) ? { ...order, state: 'closed', closedAt: at } : order)
}

/**
 * Lets the time to pay of an unpaid order run out at an instant. That leaves it open: it is closed by a call, or by its seven days.
 *
 * @returns the order, which nobody can pay from then on, or why there is nothing that could run out
 */
export function expire(order: Order, at: number): Decision<Order, 'already_paid' | 'closed'> {
  if (isPaid(order)) return refuse('already_paid')
  if (!isOpen(orderState(order, at))) return refuse('closed')
  return accept(isPastTimeToPay(order, at) ? order : { ...order, payableUntil: at })
}

/**
 * Puts an unpaid order into a state that orders paid by code (付款码支付) come to, or back.
 *
 * @returns the order, or why it has left those states for good
 */
export function mark(
  order: Order,
  state: OpenState | 'revoked',
  at: number,
): Decision<Order, 'already_paid' | 'closed'> {
  if (isPaid(order)) return refuse('already_paid')
  if (!isOpen(orderState(order, at))) return refuse('closed')
  return accept({ ...order, state, marks: [...(order.marks ?? []).slice(1 - MARKS_LIMIT), { state, at }] })
}
