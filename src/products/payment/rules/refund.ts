import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import { orLastInstant } from '../../../shared/last-instant.ts'
import { isPaid, type Order, type PaidOrder, payerTotalOf } from './order.ts'
import { type RefundedPromotion, sumOf } from './promotion.ts'

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
  /** The APIv2 key that the callback is sealed with; left out: it is one of API v3. */
  readonly apiV2Key?: string
  /** Where the money comes from; left out: funds that can be used. */
  readonly fundsAccount?: FundsAccount
  /** The accounts that the request named, and what each gives. */
  readonly from?: readonly RefundSource[]
  /** What of the coupons that the order was paid with goes back, also where it is nothing. */
  readonly promotions?: readonly RefundedPromotion[]
  /** The goods that the request named. */
  readonly goods?: readonly RefundedGoods[]
  /** What of the fee of the order goes back; left out: the refund's part of it. */
  readonly feeFen?: number
  /** How the money goes back; left out: the way it came. */
  readonly channel?: RefundChannel
  /** Where the user or the merchant gets it; left out: the user's wallet. */
  readonly receivedAt?: string
  /** When it was sent another way, since it could not arrive. */
  readonly sentAnotherWayAt?: number
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

export type FundsAccount = 'unsettled' | 'available' | 'unavailable' | 'operation' | 'basic' | 'ecny_basic'

export type RefundChannel = 'original' | 'balance' | 'other_balance' | 'other_bankcard'

export interface RefundSource {
  readonly account: Extract<FundsAccount, 'available' | 'unavailable'>
  readonly amountFen: number
}

export interface RefundedGoods {
  readonly goodsId: string
  readonly wechatpayGoodsId?: string
  readonly name?: string
  readonly unitPriceFen: number
  readonly refundFen: number
  readonly quantity: number
}

/** How long a refund is PROCESSING (inferred; a live one took nine seconds). */
export const REFUND_TAKES_MS = 5_000

/** How long after the payment an order can be refunded (pay-family.md 5.4). */
export const REFUND_PERIOD_MS: number = 365 * 86_400_000

/** How many refunds one order takes (pay-family.md 5.4). */
export const REFUNDS_PER_ORDER = 50

/** What WeChat Pay keeps of a payment, as a share of its total (inferred). */
const FEE_RATE = 0.006

/** The status at an instant. */
export function refundStatus({ settlesAt, outcome }: Refund, at: number): RefundStatus {
  return at >= settlesAt ? outcome : 'processing'
}

export type RefundRefusal =
  | 'not_paid'
  | 'too_late'
  | 'total_differs'
  | 'all_refunded'
  | 'more_than_paid'
  | 'too_many_refunds'
  | 'sources_unfit'

/** What a merchant asks for. */
export interface WantedRefund {
  readonly refundFen: number
  /** The total that the caller takes the order to have. */
  readonly totalFen: number
  readonly from?: readonly RefundSource[] | undefined
  readonly at: number
}

/** An order that is refunded, and what of its coupons and of its fee goes back. */
export interface AcceptedRefund {
  readonly order: PaidOrder
  readonly promotions: readonly RefundedPromotion[]
  readonly feeFen: number
}

/**
 * Judges a refund (退款) of an order by the refunds it had before; one that was CLOSED gave its money and its place back.
 *
 * @returns the order, which is a refunded one from then on, or why not, judged in the order of pay-family.md 5.4
 */
export function refundOrder(
  order: Order,
  before: readonly Refund[],
  { refundFen, totalFen, from, at }: WantedRefund,
): Decision<AcceptedRefund, RefundRefusal> {
  if (!isPaid(order)) return refuse('not_paid')
  if (at > order.paidAt + REFUND_PERIOD_MS) return refuse('too_late')
  if (totalFen !== order.totalFen) return refuse('total_differs')
  const standing = standingRefunds(before, at)
  const leftFen = order.totalFen - refundedFen(standing, at)
  if (leftFen <= 0) return refuse('all_refunded')
  if (refundFen > leftFen) return refuse('more_than_paid')
  if (standing.length >= REFUNDS_PER_ORDER) return refuse('too_many_refunds')
  if (from && !areFit(from, refundFen)) return refuse('sources_unfit')
  return accept({
    order: { ...order, state: 'refund' },
    promotions: refundedPromotions(order, standing, refundFen),
    feeFen: refundedFee(order, standing, refundFen),
  })
}

/** Whether accounts differ, and give the refund together. */
function areFit(from: readonly RefundSource[], refundFen: number): boolean {
  const accounts = new Set(from.map(({ account }) => account))
  return accounts.size === from.length && from.reduce((sum, { amountFen }) => sum + amountFen, 0) === refundFen
}

/**
 * Splits a refund between the user and the coupons, each by its part of the order: rounded half up, and the last refund takes the rest
 * (pay-family.md 5.3).
 */
function refundedPromotions(order: PaidOrder, standing: readonly Refund[], refundFen: number): RefundedPromotion[] {
  const { promotions = [] } = order
  const given = (couponId: string) =>
    standing
      .flatMap((refund) => refund.promotions ?? [])
      .filter((one) => one.couponId === couponId)
      .reduce((sum, one) => sum + one.refundFen, 0)
  const payerFen = payerTotalOf(order)
  const payerGiven = standing.reduce((sum, refund) => sum + payerRefundOf(refund), 0)
  // Refunds of a seed file may have given more of a part than it has.
  const left = (amountFen: number, givenFen: number) => ({ amountFen, leftFen: Math.max(0, amountFen - givenFen) })
  const parts = [
    left(payerFen, payerGiven),
    ...promotions.map(({ couponId, amountFen }) => left(amountFen, given(couponId))),
  ]
  const [, ...shares] = split(refundFen, parts)
  return promotions.map(({ couponId, scope, type, amountFen }, i) => ({
    couponId,
    scope,
    type,
    amountFen,
    refundFen: shares[i] ?? 0,
  }))
}

/** What of the fee goes back with one more refund: rounded over all of them, so that the last one takes the rest (pay-family.md U13). */
function refundedFee({ totalFen }: Order, standing: readonly Refund[], refundFen: number): number {
  const givenFen = standing.reduce((sum, refund) => sum + feeOf(refund), 0)
  const allFen = standing.reduce((sum, refund) => sum + refund.refundFen, refundFen)
  // A refund that was closed since may have made those after it round up.
  return Math.max(0, partOfFee(totalFen, allFen) - givenFen)
}

/** The part that a sum has of the fee of an order, rounded half up. */
function partOfFee(totalFen: number, partFen: number): number {
  return Math.round((Math.round(totalFen * FEE_RATE) * partFen) / totalFen)
}

function feeOf({ totalFen, refundFen, feeFen = partOfFee(totalFen, refundFen) }: Refund): number {
  return feeFen
}

/** Shares of a sum by the amounts of some parts, no part more than it has left. Together they are the sum. */
function split(sum: number, parts: readonly { readonly amountFen: number; readonly leftFen: number }[]): number[] {
  let rest = sum
  return parts.map(({ amountFen, leftFen }, i) => {
    const others = parts.slice(i + 1)
    const amounts = amountFen + sumOf(others)
    const othersLeft = others.reduce((total, other) => total + other.leftFen, 0)
    const fair = amounts === 0 ? 0 : Math.round((rest * amountFen) / amounts)
    const share = Math.min(Math.max(fair, rest - othersLeft), leftFen, rest)
    rest -= share
    return share
  })
}

/** Those that were not CLOSED, which take money and places of their order. */
export function standingRefunds(refunds: readonly Refund[], at: number): readonly Refund[] {
  return refunds.filter((refund) => refundStatus(refund, at) !== 'closed')
}

/** What was given back, or is about to be, of one order. */
export function refundedFen(refunds: readonly Refund[], at: number): number {
  return standingRefunds(refunds, at).reduce((sum, { refundFen }) => sum + refundFen, 0)
}

/** What of a refund is the user's, and not that of coupons. */
export function payerRefundOf({ refundFen, promotions = [] }: Refund): number {
  return refundFen - promotions.reduce((sum, one) => sum + one.refundFen, 0)
}

/** The money of a refund and of its order, as answers and callbacks show it (pay-family.md 5.3). */
export function moneyOf(refund: Refund) {
  const { refundFen, totalFen, promotions = [] } = refund
  const unsettled = promotions.filter(({ type }) => type === 'nocash')
  const payerRefundFen = payerRefundOf(refund)
  return {
    payerTotalFen: totalFen - sumOf(promotions),
    payerRefundFen,
    discountRefundFen: refundFen - payerRefundFen,
    settlementTotalFen: totalFen - sumOf(unsettled),
    settlementRefundFen: refundFen - unsettled.reduce((sum, one) => sum + one.refundFen, 0),
    feeFen: feeOf(refund),
  }
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

/** Where the money of a refund that cannot arrive goes instead. */
export interface AnotherWay {
  readonly receivedAt: string
  readonly channel?: RefundChannel
}

/**
 * Sends a refund that cannot arrive another way (发起异常退款): it is under way again, and succeeds. Asked for again meanwhile, it stays as
 * it is.
 *
 * @returns the refund, or that it is not an abnormal one
 */
export function sendAnotherWay(
  refund: Refund,
  { receivedAt, channel }: AnotherWay,
  at: number,
): Decision<Refund, 'not_abnormal'> {
  const status = refundStatus(refund, at)
  if (status === 'processing' && refund.sentAnotherWayAt !== undefined) return accept(refund)
  if (status !== 'abnormal') return refuse('not_abnormal')
  return accept({
    ...refund,
    receivedAt,
    ...(channel && { channel }),
    sentAnotherWayAt: at,
    outcome: 'success',
    settlesAt: orLastInstant(at + REFUND_TAKES_MS),
  })
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
