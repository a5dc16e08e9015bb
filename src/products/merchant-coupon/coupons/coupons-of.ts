import type { Said } from '../../../control/things/said.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { type Coupon, rolesOf } from '../rules/coupon.ts'
import { stocks } from '../stocks/table.ts'
import { coupons } from './table.ts'

/** The most coupons that are shown for one exchange or order. */
export const MOST_COUPONS = 100

/**
 * Of coupons that are named alike the ones that a merchant created, owns or sent. All of them where it has none, or is not known: then the others are
 * what was meant, in vain.
 */
export async function couponsOf(
  tx: Transaction,
  mchid: string | undefined,
  alike: readonly Coupon[],
): Promise<readonly Coupon[]> {
  if (mchid === undefined) return alike
  const isOwn = await Promise.all(
    alike.map(async (coupon) => {
      const stock = await tx.in(stocks).find(coupon.creatorMchid, coupon.stockId)
      return stock !== undefined && rolesOf(mchid, stock, coupon).length > 0
    }),
  )
  const own = alike.filter((_, i) => isOwn[i])
  return own.length > 0 ? own : alike
}

/** The coupons that an exchange names. */
export async function couponsNamed(tx: Transaction, said: Said, mchid: string | undefined): Promise<readonly Coupon[]> {
  const stockIds = said.of('stock_id')
  const codes = said.of('coupon_code').slice(0, MOST_COUPONS)
  const found = await Promise.all(codes.map((code) => tx.in(coupons).where('code', code)))
  // A call may leave the batch out.
  const meant = found.flat().filter(({ stockId }) => stockIds.length === 0 || stockIds.includes(stockId))
  return couponsOf(tx, mchid, meant)
}
