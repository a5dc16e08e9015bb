import { accept, type Decision, refuse } from '../../../shared/decision.ts'
import type { Benefit, Stock } from './stock.ts'

/** A subsidy that one merchant pays another for a redeemed coupon (营销补差). Money is whole fen, instants are epoch milliseconds. */
export interface Subsidy {
  /** Who asked for it. */
  readonly mchid: string
  readonly outSubsidyNo: string
  /** Given by WeChat Pay; shown once it is paid. */
  readonly receiptId: string
  /** Creator of the batch; with `stockId` and `couponCode` it names the coupon. */
  readonly creatorMchid: string
  readonly stockId: string
  readonly couponCode: string
  readonly transactionId: string
  readonly payerMchid: string
  readonly payeeMchid: string
  readonly amountFen: number
  readonly description: string
  readonly returnedFen: number
  /** Why it was not paid; left out when it was. */
  readonly failReason?: SubsidyFailure
  readonly createdAt: number
}

/** Why a subsidy that was asked for in the right way is not paid. */
export type SubsidyFailure = 'amount_quota' | 'count_quota'

/** What the service shows as `status`. It is paid or not at once, so ACCEPTED and RETURNING are never seen. */
export type SubsidyStatus = 'success' | 'fail' | 'partial_return' | 'full_return'

/** A subsidy given back, whole or in part (营销补差回退). */
export interface SubsidyReturn {
  readonly mchid: string
  readonly outSubsidyReturnNo: string
  /** Given by WeChat Pay. */
  readonly receiptId: string
  /** {@link Subsidy.receiptId} of what is given back. */
  readonly subsidyReceiptId: string
  readonly stockId: string
  readonly couponCode: string
  readonly transactionId: string
  readonly refundId: string
  readonly payerMchid: string
  readonly payeeMchid: string
  readonly amountFen: number
  readonly description: string
  readonly createdAt: number
}

export function subsidyStatus({ failReason, returnedFen, amountFen }: Subsidy): SubsidyStatus {
  if (failReason !== undefined) return 'fail'
  if (returnedFen === 0) return 'success'
  return returnedFen < amountFen ? 'partial_return' : 'full_return'
}

/**
 * What a coupon takes off an order, and so the most that may be subsidised for it; `undefined` for exchange coupons, which are never
 * subsidised (busifavor.md 4.8).
 *
 * Of a discount coupon it is the percentage off the order's total, rounded down (inferred).
 */
export function subsidyLimitFen(benefit: Benefit, orderTotalFen: number): number | undefined {
  switch (benefit.type) {
    case 'normal':
      return benefit.discountFen
    case 'discount':
      return Math.floor((orderTotalFen * (100 - benefit.discountPercent)) / 100)
    // Stryker disable next-line ConditionalExpression,StringLiteral: nothing comes after, so that it is undefined all the same
    case 'exchange':
      return undefined
  }
}

export type SubsidyRefusal = 'not_used' | 'order_unknown' | 'batch_not_subsidised' | 'payer_unfit' | 'payee_unfit'

/**
 * Pays a subsidy (营销补差付款) for a coupon that was redeemed.
 *
 * `order` is the paid order that is named, if there is one: of it only the total counts. `others` are the subsidies that were asked for the
 * coupon before. One that goes beyond what the coupon takes off, or a second one, is a subsidy that failed and not a refused call (inferred).
 *
 * @returns the subsidy, paid or failed, or why it cannot even be asked for, judged in the order state, order, batch, payer, payee (busifavor.md 4.8; the
 * order is inferred)
 */
export function paySubsidy(
  wanted: Omit<Subsidy, 'returnedFen' | 'failReason'>,
  {
    coupon,
    stock,
    order,
    others,
  }: {
    readonly coupon: { readonly state: string }
    readonly stock: Stock
    readonly order: { readonly total: number } | undefined
    readonly others: readonly Subsidy[]
  },
): Decision<Subsidy, SubsidyRefusal> {
  if (coupon.state !== 'USED') return refuse('not_used')
  if (order === undefined) return refuse('order_unknown')
  const limitFen = subsidyLimitFen(stock.benefit, order.total)
  if (!stock.subsidy || limitFen === undefined) return refuse('batch_not_subsidised')
  if (wanted.payerMchid !== stock.creatorMchid && wanted.payerMchid !== stock.ownerMchid) return refuse('payer_unfit')
  if (wanted.payeeMchid !== stock.ownerMchid) return refuse('payee_unfit')
  const subsidy: Subsidy = { ...wanted, returnedFen: 0 }
  if (others.some(({ failReason }) => failReason === undefined)) {
    return accept({ ...subsidy, failReason: 'count_quota' })
  }
  return accept(wanted.amountFen > limitFen ? { ...subsidy, failReason: 'amount_quota' } : subsidy)
}

/**
 * Gives a subsidy back (营销补差回退), whole or in part.
 *
 * @returns the subsidy with what is given back counted, or that it is more than is left
 */
export function returnSubsidy(subsidy: Subsidy, amountFen: number): Decision<Subsidy, 'more_than_subsidy'> {
  const returnedFen = subsidy.returnedFen + amountFen
  return returnedFen > subsidy.amountFen ? refuse('more_than_subsidy') : accept({ ...subsidy, returnedFen })
}
