import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import type { Coupon } from './coupon.ts'
import { hasEnded, type Stock, sentOnDayOf, withCouponCounted } from './stock.ts'
import { usablePeriod } from './validity.ts'

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
