import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import { type Coupon, type CouponEvent, type CouponState, couponState, TRACES, withEvent, without } from './coupons.ts'
import { hasEnded, isInsideWindows, sentOnDayOf, usablePeriod, withCouponCounted } from './stock-rules.ts'
import type { Stock } from './stocks.ts'

/** A call whose number counts per merchant. */
interface Numbered {
  readonly mchid: string
  readonly request_no: string
  /** Server time. */
  readonly time: number
}

/** Whether a call repeats what was done to the coupon; where it is unknown who did it, the number alone counts. */
function repeats(coupon: Coupon, deed: 'use' | 'return' | 'deactivate', { mchid, request_no }: Numbered): boolean {
  return coupon[`${deed}_request_no`] === request_no && (coupon[`${deed}_merchant`] ?? mchid) === mchid
}

/** A merchant's relation to a coupon. */
export type Role = 'creator' | 'owner' | 'sender'

/** The roles a merchant has; none means that it has no right over the coupon. */
export function rolesOf(mchid: string, stock: Stock, coupon: Coupon): Role[] {
  const roles: Role[] = []
  if (mchid === stock.mchid) roles.push('creator')
  if (mchid === stock.belong_merchant) roles.push('owner')
  if (mchid === coupon.send_merchant) roles.push('sender')
  return roles
}

interface Association {
  readonly out_trade_no: string
  readonly request_no: string
  readonly time: number
}

type AssociateRefusal = 'not_usable' | 'order_unknown' | 'linked_to_other_order'

/**
 * Links a coupon to an order (关联订单信息).
 *
 * `orderKnown` is false when orders are checked and the caller has none with this number. Linking again to the same order
 * keeps the first link, whatever the request number. The coupon need not be usable yet, only sent and not expired.
 *
 * @returns the linked coupon, or why not, judged in the order state, order, existing link (busifavor.md 5.3)
 */
export function associate(
  coupon: Coupon,
  { out_trade_no, request_no, time }: Association,
  orderKnown: boolean,
): Decision<Coupon, AssociateRefusal> {
  if (couponState(coupon, time) !== 'SENDED') return refuse('not_usable')
  if (!orderKnown) return refuse('order_unknown')
  if (coupon.associate_out_trade_no !== undefined) {
    return coupon.associate_out_trade_no === out_trade_no ? accept(coupon) : refuse('linked_to_other_order')
  }
  return accept({
    ...withEvent(coupon, { event: 'associated', time, request_no, out_trade_no }),
    associate_out_trade_no: out_trade_no,
    associate_request_no: request_no,
    associate_time: time,
  })
}

type DisassociateRefusal = 'not_usable' | 'not_linked'

/**
 * Removes the link to an order (取消关联订单信息); the request has to name the order that is linked.
 *
 * @returns the coupon without a link, or why not (busifavor.md 6)
 */
export function disassociate(
  coupon: Coupon,
  { out_trade_no, request_no, time }: Association,
): Decision<Coupon, DisassociateRefusal> {
  if (couponState(coupon, time) !== 'SENDED') return refuse('not_usable')
  if (coupon.associate_out_trade_no !== out_trade_no) return refuse('not_linked')
  return accept(withEvent(without(coupon, TRACES.link), { event: 'disassociated', time, request_no, out_trade_no }))
}

type RedeemRefusal = 'already_used' | 'outside_its_time' | 'deactivated' | 'deleted' | 'held_by_another_user'

/**
 * Redeems a coupon (核销).
 *
 * Repeating the number that redeemed it is accepted and returns the coupon unchanged, so a caller may retry. Numbers count per merchant:
 * the same number of another merchant is another redemption. Whether it is usable is judged at the server's time, not at the request's `use_time`. A link to an order stays (busifavor.md 5.4).
 *
 * @returns the redeemed coupon, or why not (busifavor.md 2.2 and 4.1)
 */
export function redeem(
  coupon: Coupon,
  stock: Stock,
  command: Numbered & { readonly openid?: string | undefined },
): Decision<Coupon, RedeemRefusal> {
  const { mchid, request_no, time, openid } = command
  if (openid !== undefined && openid !== coupon.openid) return refuse('held_by_another_user')
  switch (couponState(coupon, time)) {
    case 'DELETED':
      return refuse('deleted')
    case 'DEACTIVATED':
      return refuse('deactivated')
    case 'EXPIRED':
      return refuse('outside_its_time')
    case 'USED':
      return repeats(coupon, 'use', command) ? accept(coupon) : refuse('already_used')
    case 'SENDED':
      if (time < coupon.available_start_time || !isInsideWindows(stock.coupon_use_rule.coupon_available_time, time)) {
        return refuse('outside_its_time')
      }
      return accept({
        ...withEvent(coupon, { event: 'used', time, request_no }),
        state: 'USED',
        use_request_no: request_no,
        use_time: time,
        use_merchant: mchid,
      })
  }
}

type GiveBackRefusal = 'deleted' | 'not_used'

/**
 * Gives a redeemed coupon back (退券). It is usable again while inside its time, EXPIRED after it. A link to an order stays
 * (busifavor.md 5.4).
 *
 * Repeating the number that gave it back is accepted and returns the coupon unchanged; numbers count per merchant.
 *
 * @returns the coupon without its redemption, or why not (busifavor.md 2.2 and 4.4)
 */
export function giveBack(coupon: Coupon, command: Numbered): Decision<Coupon, GiveBackRefusal> {
  const { mchid, request_no, time } = command
  if (coupon.state === 'DELETED') return refuse('deleted')
  if (repeats(coupon, 'return', command)) return accept(coupon)
  if (coupon.state !== 'USED') return refuse('not_used')
  return accept({
    ...withEvent(without(coupon, TRACES.use), { event: 'returned', time, request_no }),
    state: 'SENDED',
    return_request_no: request_no,
    return_time: time,
    return_merchant: mchid,
  })
}

type DeactivateRefusal = 'deleted' | 'not_usable'

/**
 * Makes a coupon void (使券失效). A link to an order stays (busifavor.md 5.4).
 *
 * Repeating the number that made it void is accepted and returns the coupon unchanged; numbers count per merchant.
 *
 * @returns the void coupon, or why not (busifavor.md 2.2 and 4.5)
 */
export function deactivate(
  coupon: Coupon,
  command: Numbered & { readonly reason?: string | undefined },
): Decision<Coupon, DeactivateRefusal> {
  const { mchid, request_no, time, reason } = command
  const state = couponState(coupon, time)
  if (state === 'DELETED') return refuse('deleted')
  if (state === 'DEACTIVATED' && repeats(coupon, 'deactivate', command)) return accept(coupon)
  if (state !== 'SENDED') return refuse('not_usable')
  return accept({
    ...withEvent(coupon, { event: 'deactivated', time, request_no }),
    state: 'DEACTIVATED',
    deactivate_request_no: request_no,
    deactivate_time: time,
    deactivate_merchant: mchid,
    ...(reason !== undefined && { deactivate_reason: reason }),
  })
}

/** One thing that happened to a coupon; the state before the first one is not known. */
interface CouponStep extends CouponEvent {
  readonly state_after: CouponState
}

/**
 * The steps of a coupon's life, the first one first.
 *
 * @param now an instant, epoch milliseconds: a coupon whose time has passed by then has expired
 */
export function stepsOf(coupon: Coupon, now: number): readonly CouponStep[] {
  const steps: CouponStep[] = []
  const { expire_time } = coupon
  const add = (step: CouponStep, state_before = step.state_before ?? steps.at(-1)?.state_after) =>
    steps.push({ ...step, ...(state_before !== undefined && { state_before }) })
  const expire = () => add({ event: 'expired', time: expire_time, state_after: 'EXPIRED' })
  for (const event of coupon.history) {
    const last = steps.at(-1)
    const hadTime = last?.state_after === 'SENDED' && last.time < expire_time
    if (hadTime && expire_time < event.time && event.state_before !== 'SENDED') expire()
    add({ ...event, state_after: event.state_after ?? stateAfter(event, coupon, steps.at(-1)?.state_after) })
  }
  if (steps.at(-1)?.state_after === 'SENDED' && couponState(coupon, now) === 'EXPIRED') expire()
  return steps
}

function stateAfter(
  { event, time }: CouponEvent,
  { state, expire_time }: Coupon,
  before: CouponState = 'SENDED',
): CouponState {
  switch (event) {
    case 'sent':
      return 'SENDED'
    case 'associated':
    case 'disassociated':
      return before
    case 'used':
      return 'USED'
    case 'returned':
      return time >= expire_time ? 'EXPIRED' : 'SENDED'
    case 'expired':
      return 'EXPIRED'
    case 'deactivated':
      return 'DEACTIVATED'
    case 'deleted':
      return 'DELETED'
    case 'set':
      // A file that does not say what was set.
      return state
  }
}

/** A coupon to hand to a user; without a code when all codes that were uploaded are handed out. */
export interface Sending extends Pick<Coupon, 'openid' | 'send_merchant' | 'send_request_no' | 'receive_time'> {
  readonly coupon_code: string | undefined
}

/** The user who is to receive a coupon. Every coupon ever handed out counts, whatever became of it (inferred). */
export interface Receiver {
  /** Coupons of the batch that the user received. */
  readonly received: number
  /** Coupons of the batch that all accounts of the same natural person received, the user's own included. */
  readonly receivedByPerson: number
  readonly suspicious: boolean
}

export type SendRefusal =
  | 'not_running'
  | 'stock_expired'
  | 'suspicious'
  | 'budget_used_up'
  | 'day_limit'
  | 'user_limit'
  | 'person_limit'
  | 'no_code_left'

/**
 * Hands a coupon of a batch to a user (发券).
 *
 * @returns the new coupon and the batch that has counted it, or why not, judged in the order state and end of the batch, user, budget, day,
 * limit of the user and of the person, code (busifavor.md 2.1, 3.1 and 4.6; the order is inferred)
 */
export function send(
  stock: Stock,
  { coupon_code, ...sending }: Sending,
  receiver: Receiver,
): Decision<{ readonly coupon: Coupon; readonly stock: Stock }, SendRefusal> {
  const at = sending.receive_time
  if (stock.state !== 'RUNNING') return refuse('not_running')
  if (hasEnded(stock, at)) return refuse('stock_expired')
  if (stock.stock_send_rule.prevent_api_abuse && receiver.suspicious) return refuse('suspicious')
  if (isUsedUp(stock)) return refuse('budget_used_up')
  if (isUsedUpOnDay(stock, at)) return refuse('day_limit')
  const { max_coupons_per_user: limit, natural_person_limit } = stock.stock_send_rule
  if (receiver.received >= limit) return refuse('user_limit')
  if (natural_person_limit && receiver.receivedByPerson >= limit) return refuse('person_limit')
  if (coupon_code === undefined) return refuse('no_code_left')
  const { usableFrom, expiresAt } = usablePeriod(stock.coupon_use_rule.coupon_available_time, at)
  return accept({
    stock: withCouponCounted(stock, at),
    coupon: {
      mchid: stock.mchid,
      stock_id: stock.stock_id,
      coupon_code,
      state: 'SENDED',
      ...sending,
      // A waiting time may reach beyond the end of the batch.
      available_start_time: Math.min(usableFrom, expiresAt),
      expire_time: expiresAt,
      history: [{ event: 'sent', time: at, request_no: sending.send_request_no }],
    },
  })
}

function isUsedUp(stock: Stock): boolean {
  const { max_coupons, max_amount } = stock.stock_send_rule
  return exceeds(stock.sent.total + 1, stock, max_coupons, max_amount)
}

function isUsedUpOnDay(stock: Stock, at: number): boolean {
  const { max_coupons_by_day, max_amount_by_day } = stock.stock_send_rule
  return exceeds(sentOnDayOf(stock, at) + 1, stock, max_coupons_by_day, max_amount_by_day)
}

/** Whether so many coupons are more than allowed, or worth more than allowed; only NORMAL coupons have a worth. */
function exceeds(
  coupons: number,
  { coupon_use_rule: { fixed_normal_coupon: normal } }: Stock,
  maxCoupons: number = Number.POSITIVE_INFINITY,
  maxAmount: number = Number.POSITIVE_INFINITY,
): boolean {
  return coupons > maxCoupons || (normal !== undefined && coupons * normal.discount_amount > maxAmount)
}
