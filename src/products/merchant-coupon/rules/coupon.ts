import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import type { Stock } from './stock.ts'
import { isInsideWindows } from './validity.ts'

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

export type Redemption = Deed

export type GiveBack = Deed

export interface Deactivation extends Deed {
  readonly reason?: string
}

/** Whether a call repeats the deed; where it is unknown who did it, the number alone counts. */
function repeats(deed: Deed | undefined, { mchid, requestNo }: { mchid: string; requestNo: string }): deed is Deed {
  return deed?.requestNo === requestNo && (deed.mchid ?? mchid) === mchid
}

/** The order a coupon is linked to (关联订单). */
export interface OrderLink {
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

export interface Association {
  readonly outTradeNo: string
  readonly requestNo: string
  readonly at: number
}

export type AssociateRefusal = 'not_usable' | 'order_unknown' | 'linked_to_other_order'

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

export type DisassociateRefusal = 'not_usable' | 'not_linked'

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

export type RedeemRefusal = 'already_used' | 'outside_its_time' | 'deactivated' | 'deleted' | 'held_by_another_user'

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

export type GiveBackRefusal = 'deleted' | 'not_used'

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

export type DeactivateRefusal = 'deleted' | 'not_usable'

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
