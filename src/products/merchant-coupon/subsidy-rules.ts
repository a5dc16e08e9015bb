import { accept, type Decision, refuse } from '../../wire/shared/errors.ts'
import type { Stock } from './stocks.ts'
import type { Subsidy } from './subsidies.ts'

/** Status of a subsidy in answers. It is paid or fails at once, so ACCEPTED and RETURNING never occur. */
export function subsidyStatus({ fail_reason, returned, amount }: Subsidy) {
  if (fail_reason !== undefined) return 'FAIL'
  if (returned === 0) return 'SUCCESS'
  return returned < amount ? 'PARTIAL_RETURN' : 'FULL_RETURN'
}

/**
 * The most that may be subsidised for a coupon: what it takes off an order; `undefined` for exchange coupons, which are never
 * subsidised (busifavor.md 4.8).
 *
 * Of a discount coupon it is the percentage off the order's total, rounded down (inferred).
 * @internal
 */
export function subsidyLimit({ coupon_use_rule: rule }: Stock, orderTotal: number): number | undefined {
  const { fixed_normal_coupon: normal, discount_coupon: discount } = rule
  if (normal) return normal.discount_amount
  return discount && Math.floor((orderTotal * (100 - discount.discount_percent)) / 100)
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
  wanted: Omit<Subsidy, 'returned' | 'fail_reason'>,
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
  const limit = subsidyLimit(stock, order.total)
  if (!stock.subsidy || limit === undefined) return refuse('batch_not_subsidised')
  if (![stock.mchid, stock.belong_merchant].includes(wanted.payer_merchant)) return refuse('payer_unfit')
  if (wanted.payee_merchant !== stock.belong_merchant) return refuse('payee_unfit')
  const subsidy: Subsidy = { ...wanted, returned: 0 }
  if (others.some(({ fail_reason }) => fail_reason === undefined)) {
    return accept({ ...subsidy, fail_reason: 'EXCEED_SUBSIDY_COUNT_QUOTA' })
  }
  return accept(wanted.amount > limit ? { ...subsidy, fail_reason: 'EXCEED_SUBSIDY_AMOUNT_QUOTA' } : subsidy)
}

/** Gives a subsidy back (营销补差回退), whole or in part. @returns the subsidy with what is given back counted, or that it is more than is left */
export function returnSubsidy(subsidy: Subsidy, amount: number): Decision<Subsidy, 'more_than_subsidy'> {
  const returned = subsidy.returned + amount
  return returned > subsidy.amount ? refuse('more_than_subsidy') : accept({ ...subsidy, returned })
}
