import { orLastInstant } from '../../wire/shared/china-time.ts'
import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import { isUndone, type SetBack } from '../../wire/shared/set-back.ts'
import { isFrozen, sharedAt } from './frozen-money.ts'
import { feeOf, isPaid, type PaidOrder, payerTotalOf, type SettledMoney, settlementTotalOf } from './order-rules.ts'
import { type Order, sumOf } from './orders.ts'
import {
  type AdvanceReturn,
  isAdvanced,
  type Refund,
  type RefundedPromotion,
  type RefundOutcome,
  type RefundSource,
} from './refunds.ts'

/** The `status` that the service shows. */
type RefundStatus = RefundOutcome | 'PROCESSING'

/** How long a refund is PROCESSING (inferred; a live one took nine seconds). */
const REFUND_TAKES_MS = 5_000

/** How long after the payment an order can be refunded (pay-family.md 5.4). */
const REFUND_PERIOD_MS = 365 * 86_400_000

/** How many refunds one order takes (pay-family.md 5.4). */
export const REFUNDS_PER_ORDER = 50

/** The status at an instant. */
export function refundStatus({ settle_time, outcome, over }: Refund, at: number): RefundStatus {
  return over || at >= settle_time ? outcome : 'PROCESSING'
}

/** How long the return of an advance waits for the money of the sub-merchant. */
const RETURN_WAITS_MS = 90 * 86_400_000

/** The `result` of the return of an advance at an instant. */
export function advanceReturnResult(
  { create_time, success_time, over }: AdvanceReturn,
  at: number,
): 'PROCESSING' | 'SUCCESS' | 'FAILED' {
  if (success_time !== undefined) return 'SUCCESS'
  return over || at >= create_time + RETURN_WAITS_MS ? 'FAILED' : 'PROCESSING'
}

/**
 * The refund with what has ended for good, itself or the return of its advance, before the clock is set back; `undefined` if that has ended by then too,
 * or not yet.
 */
export function settledBefore(refund: Refund, setBack: SetBack): Refund | undefined {
  const { settle_time, advance_return } = refund
  const isSettled = isUndone(setBack, settle_time)
  const hasFailed = advance_return !== undefined && isUndone(setBack, advance_return.create_time + RETURN_WAITS_MS)
  if (!isSettled && !hasFailed) return undefined
  return {
    ...refund,
    ...(isSettled && { over: true }),
    ...(hasFailed && { advance_return: { ...advance_return, over: true } }),
  }
}

export type RefundRefusal =
  | 'not_paid'
  | 'too_late'
  | 'total_differs'
  | 'all_refunded'
  | 'more_than_paid'
  | 'too_many_refunds'
  | 'sources_unshared'
  | 'sources_unfit'
  | 'shared_in_part'

/** A merchant's request for a refund. */
export interface WantedRefund {
  readonly refund: number
  /** The total that the caller takes the order to have. */
  readonly total: number
  readonly from?: readonly RefundSource[] | undefined
  readonly at: number
}

/** An order that is refunded, and its refund as far as it does not depend on who asked for it. */
interface AcceptedRefund {
  readonly order: PaidOrder
  readonly refund: Omit<Refund, 'out_refund_no' | 'refund_id' | 'outcome' | 'request'>
}

/**
 * Judges a refund (退款) of an order by the refunds it had before; one that was CLOSED gave its money and its place back.
 *
 * @returns the order, which is a refunded one from then on, or why not, judged in the order of pay-family.md 5.4
 */
export function refundOrder(
  order: Order,
  before: readonly Refund[],
  { refund, total, from, at }: WantedRefund,
): Decision<AcceptedRefund, RefundRefusal> {
  if (!isPaid(order)) return refuse('not_paid')
  if (at > order.success_time + REFUND_PERIOD_MS) return refuse('too_late')
  if (total !== order.total) return refuse('total_differs')
  const standing = standingRefunds(before, at)
  const left = order.total - refundedTotal(standing, at)
  if (left <= 0) return refuse('all_refunded')
  if (refund > left) return refuse('more_than_paid')
  if (standing.length >= REFUNDS_PER_ORDER) return refuse('too_many_refunds')
  const frozen = isFrozen(order, at)
  if (from && !order.profit_sharing) return refuse('sources_unshared')
  if (from && !(frozen && areFit(from, refund))) return refuse('sources_unfit')
  const { others, own } = sharedAt(order, at)
  if (frozen && others + own > 0 && refund > unsplitAmount(order, before, at)) return refuse('shared_in_part')
  const { mchid, sub_mchid, out_trade_no, transaction_id, currency } = order
  const promotions = refundedPromotions(order, standing, refund)
  return accept({
    order: { ...order, state: 'REFUND' },
    refund: {
      mchid,
      sub_mchid,
      out_trade_no,
      transaction_id,
      refund,
      total,
      currency,
      promotions: promotions.length > 0 ? promotions : undefined,
      ...(frozen && { funds_account: 'UNAVAILABLE' }),
      fee: refundedFee(order, standing, refund),
      fee_account: order.fee_account,
      create_time: at,
      settle_time: orLastInstant(at + REFUND_TAKES_MS),
    },
  })
}

/** Whether accounts differ, and give the refund together. */
function areFit(from: readonly RefundSource[], refund: number): boolean {
  const accounts = new Set(from.map(({ account }) => account))
  return accounts.size === from.length && sumOf(from) === refund
}

/**
 * Splits a refund between the user and the coupons, each by its part of the order: rounded half up, and the last refund takes the rest
 * (pay-family.md 5.3).
 */
function refundedPromotions(order: PaidOrder, standing: readonly Refund[], refund: number): RefundedPromotion[] {
  const { promotions = [] } = order
  const given = (couponId: string) =>
    refundedOf(standing.flatMap((one) => one.promotions ?? []).filter(({ coupon_id }) => coupon_id === couponId))
  const payerGiven = standing.reduce((sum, one) => sum + payerRefundOf(one), 0)
  // Refunds of a seed file may have given more of a part than it has.
  const left = (amount: number, before: number) => ({ amount, left: Math.max(0, amount - before) })
  const parts = [
    left(payerTotalOf(order), payerGiven),
    ...promotions.map(({ coupon_id, amount }) => left(amount, given(coupon_id))),
  ]
  const [, ...shares] = split(refund, parts)
  return promotions.map(({ coupon_id, scope, type, amount }, i) => ({
    coupon_id,
    scope,
    type,
    amount,
    refund_amount: shares[i] ?? 0,
  }))
}

/** The part of the fee that goes back with one more refund: rounded over all refunds, so that the last one takes the rest (pay-family.md U13). */
function refundedFee(order: Order, standing: readonly Refund[], refund: number): number {
  const given = standing.reduce((sum, one) => sum + refundFeeOf(one), 0)
  const all = standing.reduce((sum, one) => sum + one.refund, refund)
  // A refund that was closed since may have made those after it round up.
  return Math.max(0, partOfFee(order, all) - given)
}

/** The part that a sum has of the fee of an order, rounded half up. */
function partOfFee(order: SettledMoney, part: number): number {
  return Math.round((feeOf(order) * part) / order.total)
}

function refundFeeOf(one: Refund): number {
  return one.fee ?? partOfFee(one, one.refund)
}

/**
 * Fen of an order that can still be shared (pay-family.md 7.1): its money without the fee, NOCASH coupons, refunds and shares, as long as it is frozen.
 *
 * @param refunds all of the order
 */
export function unsplitAmount(order: Order, refunds: readonly Refund[], at: number): number {
  if (!isFrozen(order, at)) return 0
  // The money of the order does not pay a fee that has an account of its own.
  const [fee, back] = order.fee_account === 'FEES' ? [0, 0] : [feeOf(order), 1]
  const settled = settlementTotalOf(order) - fee
  const gone = standingRefunds(refunds, at).map(moneyOf)
  const { others, own } = sharedAt(order, at)
  const refunded = gone.reduce(
    (sum, { settlement_refund, refund_fee }) => sum + settlement_refund - back * refund_fee,
    0,
  )
  return Math.max(0, settled - refunded - others - own)
}

/** Shares of a sum by the amounts of some parts, no part more than it has left. Together they are the sum. */
function split(sum: number, parts: readonly { readonly amount: number; readonly left: number }[]): number[] {
  let rest = sum
  return parts.map(({ amount, left }, i) => {
    const others = parts.slice(i + 1)
    const amounts = amount + sumOf(others)
    const othersLeft = others.reduce((total, other) => total + other.left, 0)
    const fair = amounts === 0 ? 0 : Math.round((rest * amount) / amounts)
    const share = Math.min(Math.max(fair, rest - othersLeft), left, rest)
    rest -= share
    return share
  })
}

/** Those that were not CLOSED, which take money and places of their order. */
export function standingRefunds(refunds: readonly Refund[], at: number): readonly Refund[] {
  return refunds.filter((refund) => refundStatus(refund, at) !== 'CLOSED')
}

/** Total of an order's refunds, paid or pending. */
export function refundedTotal(refunds: readonly Refund[], at: number): number {
  return standingRefunds(refunds, at).reduce((sum, { refund }) => sum + refund, 0)
}

/** The part of a refund that goes to the user rather than to coupons. */
function payerRefundOf({ refund, promotions = [] }: Refund): number {
  return refund - refundedOf(promotions)
}

function refundedOf(promotions: readonly RefundedPromotion[]): number {
  return promotions.reduce((sum, { refund_amount }) => sum + refund_amount, 0)
}

/** The money of a refund and of its order, as answers and callbacks show it (pay-family.md 5.3). */
export function moneyOf(one: Refund) {
  const { refund, total, currency, from = [], promotions = [] } = one
  const unsettled = promotions.filter(({ type }) => type === 'NOCASH')
  const payer_refund = payerRefundOf(one)
  const settlement_refund = refund - refundedOf(unsettled)
  const refund_fee = refundFeeOf(one)
  return {
    total,
    refund,
    from,
    payer_total: total - sumOf(promotions),
    payer_refund,
    settlement_refund,
    settlement_total: settlementTotalOf(one),
    discount_refund: refund - payer_refund,
    currency,
    refund_fee,
    // The fen that leave the platform's account.
    advance: isAdvanced(one) ? settlement_refund - refund_fee : undefined,
  }
}

/** Settles a refund now, with an outcome of its own or the one it would have had. @returns the settled refund, or that it was settled before */
export function settle(
  refund: Refund,
  { at, outcome = refund.outcome }: { readonly at: number; readonly outcome?: RefundOutcome | undefined },
): Decision<Refund, 'settled'> {
  if (refundStatus(refund, at) !== 'PROCESSING') return refuse('settled')
  const settled = { ...refund, settle_time: at, outcome }
  // Unless it is closed, one that waited has its money now.
  return accept(
    refund.unfunded && outcome !== 'CLOSED' ? { ...settled, unfunded: undefined, funded_time: at } : settled,
  )
}

/** Where the money of a refund that cannot arrive goes instead. */
export interface AnotherWay {
  readonly received_account: string
  readonly channel?: Refund['channel']
}

/**
 * Sends a refund that cannot arrive another way (发起异常退款): it is under way again, and succeeds. Asked for again meanwhile, it stays as
 * it is.
 *
 * @returns the refund, or that it is not an abnormal one
 */
export function sendAnotherWay(
  refund: Refund,
  { received_account, channel }: AnotherWay,
  at: number,
): Decision<Refund, 'not_abnormal'> {
  const status = refundStatus(refund, at)
  if (status === 'PROCESSING' && refund.sent_another_way_time !== undefined) return accept(refund)
  if (status !== 'ABNORMAL') return refuse('not_abnormal')
  const { over: _, ...again } = refund
  return accept({
    ...again,
    received_account,
    ...(channel && { channel }),
    sent_another_way_time: at,
    outcome: 'SUCCESS',
    settle_time: orLastInstant(at + REFUND_TAKES_MS),
  })
}

/**
 * Whether a merchant's money is enough for one more refund.
 *
 * @param refundableFen what it has for all its refunds
 */
export function canRefund(refundableFen: number, refunds: readonly Refund[], refund: number): boolean {
  const spent = refunds.filter(({ outcome }) => outcome !== 'CLOSED').reduce((sum, one) => sum + one.refund, 0)
  return spent + refund <= refundableFen
}
