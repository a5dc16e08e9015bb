import { accept, type Decision, refuse } from '../../shared/decision.ts'
import { hasEnded, type Stock, sentOnDayOf, withCouponCounted } from './rules/stock.ts'
import { isInsideWindows, usablePeriod } from './rules/validity.ts'

/** One coupon (券) that a user holds. Instants are epoch milliseconds. */
export interface Coupon {
  readonly stockId: string
  readonly code: string
  /** Creator of the batch; with `stockId` and `code` it names the coupon. */
  readonly creatorMchid: string
  readonly openid: string
  /** Who handed it out. */
  readonly senderMchid: string
  readonly sendRequestNo: string
  readonly receivedAt: number
  /** First instant at which it can be redeemed. */
  readonly usableFrom: number
  /** First instant at which it is expired. */
  readonly expiresAt: number
  /** What was done to it. Whether a coupon that was only sent has expired follows from the instant: {@link couponState}. */
  readonly status: CouponStatus
  readonly redemption?: Redemption
  readonly link?: OrderLink
  readonly giveBack?: GiveBack
  readonly deactivation?: Deactivation
  /** The latest {@link HISTORY_LIMIT} events, oldest first. */
  readonly history: readonly CouponEvent[]
}

export type CouponStatus = 'sended' | 'used' | 'deactivated' | 'deleted'

/** What the service shows as `coupon_state`. */
export type CouponState = CouponStatus | 'expired'

/** What was done to a coupon by a call whose number counts per merchant. */
interface Deed {
  readonly requestNo: string
  /** Who did it; unknown for a coupon of a seed file that does not say. */
  readonly mchid?: string
  /** Server time. */
  readonly at: number
}

type Redemption = Deed

type GiveBack = Deed

interface Deactivation extends Deed {
  readonly reason?: string
}

/** Whether a call repeats the deed; where it is unknown who did it, the number alone counts. */
function repeats(deed: Deed | undefined, { mchid, requestNo }: { mchid: string; requestNo: string }): deed is Deed {
  return deed?.requestNo === requestNo && (deed.mchid ?? mchid) === mchid
}

/** The order a coupon is linked to (关联订单). */
interface OrderLink {
  readonly outTradeNo: string
  readonly requestNo: string
  readonly at: number
}

export interface CouponEvent {
  readonly event: 'sent' | 'associated' | 'disassociated' | 'used' | 'returned' | 'deactivated' | 'deleted' | 'set'
  readonly at: number
  readonly requestNo?: string
  readonly outTradeNo?: string
  /** For `set`, which may lead from any state to any other: from which, and to which. */
  readonly before?: CouponState
  readonly after?: CouponState
}

/** How many events a coupon remembers. */
export const HISTORY_LIMIT = 100

/**
 * The state at an instant: EXPIRED is worked out, not stored.
 *
 * A redeemed coupon stays USED when its time passes; given back after that, it is EXPIRED (busifavor.md 2.2).
 */
export function couponState(coupon: Coupon, at: number): CouponState {
  return coupon.status === 'sended' && at >= coupon.expiresAt ? 'expired' : coupon.status
}

/** A merchant's relation to a coupon. */
export type Role = 'creator' | 'owner' | 'sender'

/** The roles a merchant has; none means that it has no right over the coupon. */
export function rolesOf(mchid: string, stock: Stock, coupon: Coupon): Role[] {
  const roles: Role[] = []
  if (mchid === stock.creatorMchid) roles.push('creator')
  if (mchid === stock.ownerMchid) roles.push('owner')
  if (mchid === coupon.senderMchid) roles.push('sender')
  return roles
}

interface Association {
  readonly outTradeNo: string
  readonly requestNo: string
  readonly at: number
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
  { outTradeNo, requestNo, at }: Association,
  orderKnown: boolean,
): Decision<Coupon & { readonly link: OrderLink }, AssociateRefusal> {
  if (couponState(coupon, at) !== 'sended') return refuse('not_usable')
  if (!orderKnown) return refuse('order_unknown')
  if (coupon.link !== undefined) {
    return coupon.link.outTradeNo === outTradeNo
      ? accept({ ...coupon, link: coupon.link })
      : refuse('linked_to_other_order')
  }
  const link = { outTradeNo, requestNo, at }
  return accept({ ...withEvent(coupon, { event: 'associated', at, requestNo, outTradeNo }), link })
}

type DisassociateRefusal = 'not_usable' | 'not_linked'

/**
 * Removes the link to an order (取消关联订单信息); the request has to name the order that is linked.
 *
 * @returns the coupon without a link, or why not (busifavor.md 6)
 */
export function disassociate(
  coupon: Coupon,
  { outTradeNo, requestNo, at }: Association,
): Decision<Coupon, DisassociateRefusal> {
  if (couponState(coupon, at) !== 'sended') return refuse('not_usable')
  if (coupon.link?.outTradeNo !== outTradeNo) return refuse('not_linked')
  const { link: _, ...rest } = coupon
  return accept(withEvent(rest, { event: 'disassociated', at, requestNo, outTradeNo }))
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
  command: { readonly mchid: string; readonly requestNo: string; readonly at: number; readonly openid?: string },
): Decision<Coupon & { readonly redemption: Redemption }, RedeemRefusal> {
  const { mchid, requestNo, at, openid } = command
  if (openid !== undefined && openid !== coupon.openid) return refuse('held_by_another_user')
  switch (couponState(coupon, at)) {
    case 'deleted':
      return refuse('deleted')
    case 'deactivated':
      return refuse('deactivated')
    case 'expired':
      return refuse('outside_its_time')
    case 'used':
      return repeats(coupon.redemption, command)
        ? accept({ ...coupon, redemption: coupon.redemption })
        : refuse('already_used')
    case 'sended':
      if (at < coupon.usableFrom || !isInsideWindows(stock.validity, at)) return refuse('outside_its_time')
      return accept({
        ...withEvent(coupon, { event: 'used', at, requestNo }),
        status: 'used',
        redemption: { requestNo, at, mchid },
      })
  }
}

type GiveBackRefusal = 'deleted' | 'not_used'

/**
 * Gives a redeemed coupon back (退券). It is usable again while inside its time, EXPIRED after it. A link to an order stays
 * (busifavor.md 5.4).
 *
 * Repeating the number that gave it back is accepted and returns the coupon unchanged; the same number of another merchant is no repeat.
 *
 * @returns the coupon without its redemption, or why not (busifavor.md 2.2 and 4.4)
 */
export function giveBack(
  coupon: Coupon,
  command: { readonly mchid: string; readonly requestNo: string; readonly at: number },
): Decision<Coupon & { readonly giveBack: GiveBack }, GiveBackRefusal> {
  const { mchid, requestNo, at } = command
  if (coupon.status === 'deleted') return refuse('deleted')
  if (repeats(coupon.giveBack, command)) return accept({ ...coupon, giveBack: coupon.giveBack })
  if (coupon.status !== 'used') return refuse('not_used')
  const { redemption: _, ...rest } = coupon
  return accept({
    ...withEvent(rest, { event: 'returned', at, requestNo }),
    status: 'sended',
    giveBack: { requestNo, at, mchid },
  })
}

type DeactivateRefusal = 'deleted' | 'not_usable'

/**
 * Makes a coupon void (使券失效). A link to an order stays (busifavor.md 5.4).
 *
 * Repeating the number that made it void is accepted and returns the coupon unchanged; the same number of another merchant is no repeat.
 *
 * @returns the void coupon, or why not (busifavor.md 2.2 and 4.5)
 */
export function deactivate(
  coupon: Coupon,
  command: { readonly mchid: string; readonly requestNo: string; readonly at: number; readonly reason?: string },
): Decision<Coupon & { readonly deactivation: Deactivation }, DeactivateRefusal> {
  const { mchid, requestNo, at, reason } = command
  const state = couponState(coupon, at)
  if (state === 'deleted') return refuse('deleted')
  if (state === 'deactivated' && repeats(coupon.deactivation, command)) {
    return accept({ ...coupon, deactivation: coupon.deactivation })
  }
  if (state !== 'sended') return refuse('not_usable')
  return accept({
    ...withEvent(coupon, { event: 'deactivated', at, requestNo }),
    status: 'deactivated',
    deactivation: { requestNo, at, mchid, ...(reason !== undefined && { reason }) },
  })
}

/** The coupon with one more event in its history. */
export function withEvent<Subject extends Coupon>(coupon: Subject, event: CouponEvent): Subject {
  return { ...coupon, history: [...coupon.history.slice(1 - HISTORY_LIMIT), event] }
}

/** One thing that happened to a coupon, with the state that it was in before, and after. */
interface CouponStep extends Omit<CouponEvent, 'event' | 'before' | 'after'> {
  /** `expired` is no event: time alone did it. */
  readonly event: CouponEvent['event'] | 'expired'
  /** Left out where it is not known: before the first one. */
  readonly before?: CouponState
  readonly after: CouponState
}

/**
 * What a coupon went through, the first one first.
 *
 * @param now an instant, epoch milliseconds: a coupon whose time has passed by then has expired
 */
export function stepsOf(coupon: Coupon, now: number): readonly CouponStep[] {
  const steps: CouponStep[] = []
  const { expiresAt } = coupon
  const add = (step: Omit<CouponStep, 'before'>, before = steps.at(-1)?.after) =>
    steps.push({ ...step, ...(before !== undefined && { before }) })
  const expire = () => add({ event: 'expired', at: expiresAt, after: 'expired' })
  for (const { before, after, ...event } of coupon.history) {
    const last = steps.at(-1)
    if (last?.after === 'sended' && last.at < expiresAt && expiresAt < event.at && before !== 'sended') expire()
    add({ ...event, after: after ?? stateAfter(event, coupon, steps.at(-1)?.after) }, before)
  }
  if (steps.at(-1)?.after === 'sended' && couponState(coupon, now) === 'expired') expire()
  return steps
}

function stateAfter(
  { event, at }: CouponEvent,
  { status, expiresAt }: Coupon,
  before: CouponState = 'sended',
): CouponState {
  switch (event) {
    case 'sent':
      return 'sended'
    case 'associated':
    case 'disassociated':
      return before
    case 'returned':
      return at >= expiresAt ? 'expired' : 'sended'
    case 'set':
      // A file that does not say what was set.
      return status
    case 'used':
    case 'deactivated':
    case 'deleted':
      return event
  }
}

/** A coupon that is to be handed to a user. */
export interface Sending {
  /** `undefined` when all codes that were uploaded are handed out. */
  readonly code: string | undefined
  readonly openid: string
  /** Who hands it out. */
  readonly senderMchid: string
  readonly requestNo: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** What is known of the user who is to receive a coupon. Every coupon ever handed out counts, whatever became of it (inferred). */
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
  { code, openid, senderMchid, requestNo, at }: Sending,
  receiver: Receiver,
): Decision<{ readonly coupon: Coupon; readonly stock: Stock }, SendRefusal> {
  if (stock.state !== 'running') return refuse('not_running')
  if (hasEnded(stock, at)) return refuse('stock_expired')
  if (stock.sendRule.preventApiAbuse && receiver.suspicious) return refuse('suspicious')
  if (isUsedUp(stock)) return refuse('budget_used_up')
  if (isUsedUpOnDay(stock, at)) return refuse('day_limit')
  const { maxCouponsPerUser, naturalPersonLimit } = stock.sendRule
  if (receiver.received >= maxCouponsPerUser) return refuse('user_limit')
  if (naturalPersonLimit && receiver.receivedByPerson >= maxCouponsPerUser) return refuse('person_limit')
  if (code === undefined) return refuse('no_code_left')
  const { usableFrom, expiresAt } = usablePeriod(stock.validity, at)
  return accept({
    stock: withCouponCounted(stock, at),
    coupon: {
      stockId: stock.stockId,
      code,
      creatorMchid: stock.creatorMchid,
      openid,
      senderMchid,
      sendRequestNo: requestNo,
      receivedAt: at,
      // A waiting time may reach beyond the end of the batch.
      usableFrom: Math.min(usableFrom, expiresAt),
      expiresAt,
      status: 'sended',
      history: [{ event: 'sent', at, requestNo }],
    },
  })
}

function isUsedUp({ sendRule, sent, benefit }: Stock): boolean {
  return exceeds(sent.total + 1, benefit, sendRule.maxCoupons, sendRule.maxAmountFen)
}

function isUsedUpOnDay(stock: Stock, at: number): boolean {
  const { sendRule, benefit } = stock
  return exceeds(sentOnDayOf(stock, at) + 1, benefit, sendRule.maxCouponsByDay, sendRule.maxAmountByDayFen)
}

/** Whether so many coupons are more than allowed, or worth more than allowed; only NORMAL coupons have a worth. */
function exceeds(
  coupons: number,
  benefit: Stock['benefit'],
  maxCoupons: number = Number.POSITIVE_INFINITY,
  maxAmountFen: number = Number.POSITIVE_INFINITY,
): boolean {
  if (coupons > maxCoupons) return true
  return benefit.type === 'normal' && coupons * benefit.discountFen > maxAmountFen
}
