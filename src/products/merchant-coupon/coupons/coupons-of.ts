import type { Transaction } from '../../../engine/state/store.ts'
import { type Coupon, rolesOf } from '../rules/coupon.ts'
import { stocks } from '../stocks/table.ts'

/** The most coupons that are shown for one exchange or order. */
export const MOST_COUPONS = 100

/**
 * Of coupons that are named alike the ones that a merchant created, owns or sent. All of them where it has none, or is not known: then the others are
 * what was meant, in vain.
 */
export async function couponsOf(
  tx: Transaction,
  mchid: string | undefined,
  coupons: readonly Coupon[],
): Promise<readonly Coupon[]> {
  if (mchid === undefined) return coupons
  const isOwn = await Promise.all(
    coupons.map(async (coupon) => {
      const stock = await tx.in(stocks).find(coupon.creatorMchid, coupon.stockId)
      return stock !== undefined && rolesOf(mchid, stock, coupon).length > 0
    }),
  )
  const own = coupons.filter((_, i) => isOwn[i])
  return own.length > 0 ? own : coupons
}
