import { DAY_MS, orLastInstant } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import { sameValues } from '../../wire/shared/texts.ts'
import { sharedAt, unfrozenAt } from './frozen-money.ts'
import {
  closingTime,
  isOpen,
  type OpenState,
  type Order,
  type OrderState,
  orderState,
  type Promotion,
  sumOf,
} from './orders.ts'
import type { Refund } from './refunds.ts'

/** How many states that it was put into by hand an order remembers. */
const MARKS_LIMIT = 100

const MINUTE = 60_000

/** How long a `prepay_id` can be paid with (pay-family.md 2.2). */
const PREPAY_ID_LIFE_MS = 120 * MINUTE

/** How long an `h5_url` can be opened (pay-family.md 2.2). */
const H5_URL_LIFE_MS = 5 * MINUTE

/** The least time to pay: an earlier `time_expire` is moved to it (pay-family.md 2.4). */
const LEAST_TIME_TO_PAY_MS = MINUTE

/** An order that was paid, whatever happened to it afterwards. */
export type PaidOrder = Order & { readonly transaction_id: string; readonly success_time: number }

/** Whether it was paid; a refund does not change that. */
export function isPaid(order: Order): order is PaidOrder {
  return (
    (order.state === 'SUCCESS' || order.state === 'REFUND') &&
    order.transaction_id !== undefined &&
    order.success_time !== undefined
  )
}

/** Whether the time to pay is over, which leaves the order open. */
export function isPastTimeToPay({ time_expire }: Order, at: number): boolean {
  return time_expire !== undefined && at >= time_expire
}

/** The amount that the user paid or has to pay. */
export function payerTotalOf({ total, promotions = [] }: Order): number {
  return total - sumOf(promotions)
}

/** The part of the settled money of an order that WeChat Pay keeps, in ten-thousandths (inferred, pay-family.md U14). */
export function feeRateOf({ fee_rate = 60 }: Pick<Order, 'fee_rate'>): number {
  return fee_rate
}

/** An order, or what a refund says of it. */
export type SettledMoney = Pick<Order, 'total' | 'fee_rate'> & {
  readonly promotions?: readonly Pick<Promotion, 'type' | 'amount'>[] | undefined
}

/** 应结订单金额: all of an order but coupons that are not settled to the merchant (免充值券). */
export function settlementTotalOf({ total, promotions = [] }: SettledMoney): number {
  return total - sumOf(promotions.filter(({ type }) => type === 'NOCASH'))
}

/** 手续费 of an order, rounded half up to the fen (pay-family.md U13). */
export function feeOf(order: SettledMoney): number {
  return Math.round((settlementTotalOf(order) * feeRateOf(order)) / 10_000)
}

/** How long the front end can pay with what it was given. */
function prepayLifeOf(tradeType: Order['trade_type']): number {
  return tradeType === 'MWEB' ? H5_URL_LIFE_MS : PREPAY_ID_LIFE_MS
}

/** Until when the order can be paid with its `prepay_id`, as far as its state goes. */
export function prepayEnd(order: Order): number {
  const { prepay_time, trade_type, time_expire = order.close_time, close_time } = order
  return Math.min(prepay_time === undefined ? close_time : prepay_time + prepayLifeOf(trade_type), time_expire)
}

/** Whether the order's `prepay_id` can still be paid with, as far as its age goes. @internal */
export function isPrepayIdAlive(order: Order, at: number): order is Order & { readonly prepay_id: string } {
  const { prepay_id, prepay_time, trade_type } = order
  return prepay_id !== undefined && (prepay_time === undefined || at < prepay_time + prepayLifeOf(trade_type))
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
): Pick<Order, 'time_expire' | 'close_time'> {
  if (wish === undefined) return { close_time: closingTime(at) }
  const latest = orLastInstant(at + mostDays * DAY_MS)
  const time_expire = Math.min(Math.max(wish, orLastInstant(at + LEAST_TIME_TO_PAY_MS)), latest)
  return { time_expire, close_time: closingTime(at, time_expire) }
}

/** An order as a merchant places it. */
export type PlacedOrder = Order & {
  readonly state: 'NOTPAY' | 'USERPAYING'
  readonly request: string[]
}

export type PlaceRefusal = 'already_paid' | 'closed' | 'placed_another_way' | 'placed_with_other_values'

/** Ways of paying whose answer is a new one each time; the one before is void. */
const NEW_EACH_TIME: readonly Order['trade_type'][] = ['NATIVE', 'MWEB']

/**
 * Places an order (下单), or answers with the one that was placed under its number before.
 *
 * With the same values the number may be brought again while the order is open: it keeps its `prepay_id` while that lives, unless its way of
 * paying gives a new one each time.
 *
 * @returns the order, with a `prepay_id` that lives if its way of paying has one, or why not, judged in the order state, way of paying, values (pay-family.md 2.5)
 */
export function place(existing: Order | undefined, wanted: PlacedOrder, at: number): Decision<Order, PlaceRefusal> {
  if (existing === undefined) return accept(wanted)
  if (isPaid(existing)) return refuse('already_paid')
  if (!isOpen(orderState(existing, at))) return refuse('closed')
  const isAlike = existing.trade_type === wanted.trade_type && existing.combine_mchid === wanted.combine_mchid
  if (!isAlike || (existing.sub_mchid === undefined) !== (wanted.sub_mchid === undefined))
    return refuse('placed_another_way')
  if (!sameValues(existing.request ?? [], wanted.request)) return refuse('placed_with_other_values')
  const keeps = !NEW_EACH_TIME.includes(existing.trade_type) && isPrepayIdAlive(existing, at)
  if (keeps || wanted.prepay_id === undefined) return accept(existing)
  return accept({ ...existing, prepay_id: wanted.prepay_id, prepay_time: at })
}

export type PayRefusal =
  | 'already_paid'
  | 'closed'
  | 'prepay_id_unknown'
  | 'prepay_id_expired'
  | 'time_is_over'
  | 'another_payer'
  | 'promotions_exceed_total'

/** Why an order cannot be paid at an instant, by a user and with a `prepay_id` if these are given. */
export function payRefusalOf(
  order: Order,
  {
    at,
    openid,
    prepay_id,
  }: { readonly at: number; readonly openid?: string | undefined; readonly prepay_id?: string | undefined },
): PayRefusal | undefined {
  if (isPaid(order)) return 'already_paid'
  if (!isOpen(orderState(order, at))) return 'closed'
  if (prepay_id !== undefined && prepay_id !== order.prepay_id) return 'prepay_id_unknown'
  if (order.prepay_id !== undefined && !isPrepayIdAlive(order, at)) return 'prepay_id_expired'
  if (isPastTimeToPay(order, at)) return 'time_is_over'
  if (order.openid !== undefined && openid !== undefined && order.openid !== openid && order.sub_openid !== openid)
    return 'another_payer'
  return undefined
}

/**
 * Pays an order, as the user's phone does.
 *
 * @param payment `prepay_id`: what it is paid with; left out, whatever the order has. An order without any needs none.
 * @returns the paid order, or why not
 */
export function pay(
  order: Order,
  payment: {
    readonly openid: string
    readonly transaction_id: string
    readonly at: number
    readonly prepay_id?: string | undefined
    readonly promotions?: Promotion[]
  },
): Decision<PaidOrder, PayRefusal> {
  const { openid, transaction_id, at, prepay_id, promotions = [] } = payment
  const refusal = payRefusalOf(order, { at, openid, prepay_id })
  if (refusal) return refuse(refusal)
  if (sumOf(promotions) > order.total) return refuse('promotions_exceed_total')
  return accept({
    ...order,
    state: 'SUCCESS',
    openid: order.openid ?? openid,
    transaction_id,
    success_time: at,
    ...(promotions.length > 0 && { promotions }),
  })
}

/** Closes an order (关闭订单). One that is closed or revoked already stays as it is. @returns the closed order, or that it was paid */
export function close(order: Order, at: number): Decision<Order, 'already_paid'> {
  if (isPaid(order)) return refuse('already_paid')
  return accept(isOpen(orderState(order, at)) ? { ...order, state: 'CLOSED', closed_time: at } : order)
}

/** How long after the payment an order paid by code can be reversed (documented of API v2). */
const REVERSIBLE_FOR_MS = 7 * DAY_MS

/**
 * Reverses (撤销) an order paid by code (付款码支付): one that was not paid never will be, of one that was the user gets the money back. One that is
 * closed or reversed already stays as it is.
 *
 * @returns the reversed order, or why not: its merchant cannot give back what others got of it
 */
export function reverse(order: Order, at: number): Decision<Order, 'not_by_code' | 'refunded' | 'too_late' | 'shared'> {
  if (order.trade_type !== 'MICROPAY') return refuse('not_by_code')
  if (order.state === 'REFUND') return refuse('refunded')
  if (!isPaid(order) && !isOpen(orderState(order, at))) return accept(order)
  if (isPaid(order) && at > order.success_time + REVERSIBLE_FOR_MS) return refuse('too_late')
  if (sharedAt(order, at).others > 0) return refuse('shared')
  return accept({ ...order, state: 'REVOKED', closed_time: at })
}

/**
 * Lets the time to pay of an unpaid order run out at an instant. That leaves it open: it is closed by a call, or by its seven days.
 *
 * @returns the order, which nobody can pay from then on, or why there is nothing that could run out
 */
export function expire(order: Order, at: number): Decision<Order, 'already_paid' | 'closed'> {
  if (isPaid(order)) return refuse('already_paid')
  if (!isOpen(orderState(order, at))) return refuse('closed')
  return accept(isPastTimeToPay(order, at) ? order : { ...order, time_expire: at })
}

/**
 * Puts an unpaid order into a state that orders paid by code (付款码支付) come to, or back.
 *
 * @returns the order, or why it has left those states for good
 */
export function mark(
  order: Order,
  state: OpenState | 'REVOKED',
  at: number,
): Decision<Order, 'already_paid' | 'closed'> {
  if (isPaid(order)) return refuse('already_paid')
  if (!isOpen(orderState(order, at))) return refuse('closed')
  return accept({ ...order, state, marks: [...(order.marks ?? []).slice(1 - MARKS_LIMIT), { state, time: at }] })
}

/**
 * Writes down what time has ended of an order, before the clock is set back: the order itself, or the wait of its money to be shared; its `prepay_id`
 * and its time to pay; and shares that did not arrive.
 *
 * @returns the order, or `undefined` if the clock can be set back without it
 */
export function endedBefore(order: Order, setBack: SetBack): Order | undefined {
  const { state, close_time, time_expire, prepay_time, trade_type, profit_sharing, sharing } = order
  const undone = (instant: number | undefined) => instant !== undefined && isUndone(setBack, instant)
  const failing = sharing?.failing.filter(({ finish_time }) => !undone(finish_time)) ?? []
  const ends = isOpen(state) ? close_time : profit_sharing ? unfrozenAt(order) : undefined
  const life = prepayLifeOf(trade_type)
  const ended: Partial<Order> = {
    ...(undone(ends) && { over: true }),
    ...(isOpen(state) && undone(time_expire) && { time_expire: setBack.to }),
    ...(isOpen(state) && prepay_time !== undefined && undone(prepay_time + life) && { prepay_time: setBack.to - life }),
    ...(sharing && failing.length < sharing.failing.length && { sharing: { ...sharing, failing } }),
  }
  return Object.keys(ended).length === 0 ? undefined : { ...order, ...ended }
}

/** One thing that happened to an order, with the state that it was in before, and after. */
interface OrderStep {
  readonly event: 'placed' | 'marked' | 'paid' | 'closed' | 'reversed' | 'timed_out' | 'refunded'
  /** Epoch milliseconds. */
  readonly at: number
  /** Left out of the first one. */
  readonly before?: OrderState
  readonly after: OrderState
  /** The shop's number of the refund. */
  readonly requestNo?: string
}

/**
 * Steps of an order, oldest first.
 *
 * @param now an instant, epoch milliseconds: an order that nobody paid by its time is closed
 */
export function stepsOf(order: Order, refunds: readonly Refund[], now: number): readonly OrderStep[] {
  const { create_time, marks = [], success_time, closed_time, close_time } = order
  const happened: Omit<OrderStep, 'before'>[] = [
    { event: 'placed', at: create_time, after: 'NOTPAY' },
    ...marks.map(({ time: at, state }) => ({ event: 'marked', at, after: state }) as const),
  ]
  if (success_time !== undefined) happened.push({ event: 'paid', at: success_time, after: 'SUCCESS' })
  if (closed_time !== undefined) {
    const isReversed = order.state === 'REVOKED'
    happened.push({
      event: isReversed ? 'reversed' : 'closed',
      at: closed_time,
      after: isReversed ? 'REVOKED' : 'CLOSED',
    })
  } else if (orderState(order, now) === 'CLOSED') {
    happened.push({ event: 'timed_out', at: Math.min(close_time, now), after: 'CLOSED' })
  }
  for (const { create_time: at, out_refund_no: requestNo } of byAge(refunds)) {
    happened.push({ event: 'refunded', at, after: 'REFUND', requestNo })
  }
  return happened.map((step, i) => {
    const before = happened[i - 1]?.after
    return { ...step, ...(before !== undefined && { before }) }
  })
}

/** The first one first. */
export function byAge(refunds: readonly Refund[]): Refund[] {
  return refunds.toSorted((a, b) => a.create_time - b.create_time)
}
