import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { isPaid, type Order, type PaidOrder } from './order.ts'

/** A refund (退款). Money is whole fen, instants are epoch milliseconds. */
export interface Refund {
  readonly mchid: string
  readonly outRefundNo: string
  /** Given by WeChat Pay. */
  readonly refundId: string
  readonly outTradeNo: string
  readonly transactionId: string
  readonly refundFen: number
  readonly totalFen: number
  readonly currency: string
  readonly reason?: string
  readonly notifyUrl?: string
  /** The callback that tells how it ended, made with the refund and due when it is settled. */
  readonly notificationId?: string
  /** Where the money comes from; left out: funds that are not settled yet. */
  readonly fundsAccount?: FundsAccount
  readonly createdAt: number
  /** When it is settled; until then it is PROCESSING. */
  readonly settlesAt: number
  /** How it ends. */
  readonly outcome: RefundOutcome
  /** The values of the request, which the same number has to bring again. */
  readonly request: readonly string[]
}

export type RefundOutcome = 'success' | 'closed' | 'abnormal'

/** What the service shows as `status`. */
export type RefundStatus = RefundOutcome | 'processing'

export type FundsAccount = 'unsettled' | 'available'

/** How long a refund is PROCESSING (inferred). */
export const REFUND_TAKES_MS = 5_000

/** How long after the payment an order can be refunded (protocol.md 11). */
export const REFUND_PERIOD_MS: number = 365 * 86_400_000

/** How many refunds one order takes (protocol.md 11). */
export const REFUNDS_PER_ORDER = 50

/** The status at an instant. */
export function refundStatus({ settlesAt, outcome }: Refund, at: number): RefundStatus {
  return at >= settlesAt ? outcome : 'processing'
}

export type RefundRefusal = 'not_paid' | 'too_late' | 'total_differs' | 'too_many_refunds' | 'more_than_paid'

/** What a merchant asks for. */
export interface WantedRefund {
  readonly refundFen: number
  /** The total that the caller takes the order to have. */
  readonly totalFen: number
  readonly at: number
}

/**
 * Judges a refund (退款) of an order by the refunds it had before; one that was CLOSED gave its money and its place back.
 *
 * @returns the order, which is a refunded one from then on, or why not (protocol.md 11)
 */
export function refundOrder(
  order: Order,
  before: readonly Refund[],
  { refundFen, totalFen, at }: WantedRefund,
): Decision<PaidOrder, RefundRefusal> {
  if (!isPaid(order)) return refuse('not_paid')
  if (at > order.paidAt + REFUND_PERIOD_MS) return refuse('too_late')
  if (totalFen !== order.totalFen) return refuse('total_differs')
  const standing = before.filter((refund) => refundStatus(refund, at) !== 'closed')
  if (standing.length >= REFUNDS_PER_ORDER) return refuse('too_many_refunds')
  if (refundFen > order.totalFen - refundedFen(standing, at)) return refuse('more_than_paid')
  return accept({ ...order, state: 'refund' })
}

/** What was given back, or is about to be, of one order. */
export function refundedFen(refunds: readonly Refund[], at: number): number {
  return refunds
    .filter((refund) => refundStatus(refund, at) !== 'closed')
    .reduce((sum, { refundFen }) => sum + refundFen, 0)
}

/**
 * Settles a refund now, with an outcome of its own or the one it would have had.
 *
 * @returns the settled refund, or that it was settled before
 */
export function settle(
  refund: Refund,
  { at, outcome = refund.outcome }: { readonly at: number; readonly outcome?: RefundOutcome | undefined },
): Decision<Refund, 'settled'> {
  return refundStatus(refund, at) === 'processing' ? accept({ ...refund, settlesAt: at, outcome }) : refuse('settled')
}

/**
 * Whether a merchant's money is enough for one more refund.
 *
 * @param refundableFen what it has for all its refunds
 */
export function canRefund(refundableFen: number, refunds: readonly Refund[], refundFen: number): boolean {
  const spent = refunds.filter(({ outcome }) => outcome !== 'closed').reduce((sum, refund) => sum + refund.refundFen, 0)
  return spent + refundFen <= refundableFen
}
