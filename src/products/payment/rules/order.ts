import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { sameValues } from '../../../shared/request-record.ts'

/** A WeChat Pay order (订单). Money is whole fen, instants are epoch milliseconds. */
export interface Order {
  readonly mchid: string
  readonly outTradeNo: string
  /** What was done to it. Whether an unpaid order has run out follows from the instant: {@link orderState}. */
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
  readonly currency: string
  /** From when an unpaid order cannot be paid any more. */
  readonly closesAt: number
  /** Given to the front end to pay with. */
  readonly prepayId?: string
  /** When it was given; it lives for {@link PREPAY_ID_LIFE_MS}. */
  readonly prepayIdAt?: number
  /** The values of the request that placed it, which the same number has to bring again. */
  readonly request?: readonly string[]
  readonly closedAt?: number
}

/** How long an unpaid order stays open (protocol.md 11). */
export const UNPAID_ORDER_LIFE_MS: number = 7 * 86_400_000

/** How long a `prepay_id` can be paid with (protocol.md 11). */
export const PREPAY_ID_LIFE_MS: number = 2 * 3_600_000

export type OrderState = 'notpay' | 'success' | 'refund' | 'closed'

/** How the order is paid; `mweb` is the browser of H5. */
export type TradeType = 'jsapi' | 'native' | 'app' | 'mweb' | 'micropay' | 'facepay'

/** An order that was paid, whatever happened to it afterwards. */
export type PaidOrder = Order & { readonly transactionId: string; readonly paidAt: number }

/** The state at an instant: that an unpaid order has run out is worked out, not stored. */
export function orderState(order: Order, at: number): OrderState {
  return order.state === 'notpay' && at >= order.closesAt ? 'closed' : order.state
}

/** Whether it was paid; a refund does not change that. */
export function isPaid(order: Order): order is PaidOrder {
  return (
    (order.state === 'success' || order.state === 'refund') &&
    order.transactionId !== undefined &&
    order.paidAt !== undefined
  )
}

/** Whether the order's `prepay_id` can still be paid with. */
export function isPrepayIdAlive(order: Order, at: number): order is Order & { readonly prepayId: string } {
  const { prepayId, prepayIdAt } = order
  return prepayId !== undefined && (prepayIdAt === undefined || at < prepayIdAt + PREPAY_ID_LIFE_MS)
}

/** An order as a merchant places it. */
export type PlacedOrder = Order & {
  readonly state: 'notpay'
  readonly prepayId: string
  readonly prepayIdAt: number
  readonly request: readonly string[]
}

export type PlaceRefusal = 'already_paid' | 'closed' | 'placed_with_other_values' | 'closes_in_the_past'

/**
 * Places an order (下单), or answers with the one that was placed under its number before.
 *
 * With the same values the number may be brought again while the order is open: it keeps its `prepay_id` while that lives, and gets the
 * wanted one after.
 *
 * @returns the order with a `prepay_id` that lives, or why not, judged in the order state, values (protocol.md 11)
 */
export function place(
  existing: Order | undefined,
  wanted: PlacedOrder,
  at: number,
): Decision<Order & { readonly prepayId: string }, PlaceRefusal> {
  if (existing === undefined) return wanted.closesAt > at ? accept(wanted) : refuse('closes_in_the_past')
  if (isPaid(existing)) return refuse('already_paid')
  if (orderState(existing, at) !== 'notpay') return refuse('closed')
  if (!sameValues(existing.request ?? [], wanted.request)) return refuse('placed_with_other_values')
  if (isPrepayIdAlive(existing, at)) return accept(existing)
  return accept({ ...existing, prepayId: wanted.prepayId, prepayIdAt: at })
}

export type PayRefusal = 'already_paid' | 'closed' | 'prepay_id_unknown' | 'prepay_id_expired' | 'another_payer'

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
  },
): Decision<PaidOrder, PayRefusal> {
  const { openid, transactionId, at, prepayId } = payment
  if (isPaid(order)) return refuse('already_paid')
  if (orderState(order, at) !== 'notpay') return refuse('closed')
  if (prepayId !== undefined && prepayId !== order.prepayId) return refuse('prepay_id_unknown')
  if (order.prepayId !== undefined && !isPrepayIdAlive(order, at)) return refuse('prepay_id_expired')
  if (order.openid !== undefined && order.openid !== openid) return refuse('another_payer')
  return accept({ ...order, state: 'success', openid, transactionId, paidAt: at })
}

/**
 * Closes an order (关闭订单). One that is closed or has run out already stays as it is.
 *
 * @returns the closed order, or that it was paid
 */
export function close(order: Order, at: number): Decision<Order, 'already_paid'> {
  if (isPaid(order)) return refuse('already_paid')
  return accept(orderState(order, at) === 'closed' ? order : { ...order, state: 'closed', closedAt: at })
}

/**
 * Lets the time of an unpaid order run out at an instant.
 *
 * @returns the order, closed from then on, or why there is nothing that could run out
 */
export function expire(order: Order, at: number): Decision<Order, 'already_paid' | 'closed'> {
  if (isPaid(order)) return refuse('already_paid')
  return orderState(order, at) === 'closed' ? refuse('closed') : accept({ ...order, closesAt: at })
}
