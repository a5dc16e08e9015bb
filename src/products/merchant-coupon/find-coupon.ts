import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Settings } from '../../engine/settings.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { type Coupon, type Role, rolesOf } from './coupon-rules.ts'
import { coupons } from './coupons.ts'
import type { Stock } from './rules/stock.ts'
import { merchantCouponSettings } from './settings.ts'
import { stocks } from './stocks/table.ts'

/** The result of looking a coupon code up for a caller. */
type FoundCoupon =
  | { readonly coupon: Coupon; readonly stock: Stock }
  /** There is such a coupon, but the caller has none of the roles that are asked for. */
  | 'not_permitted'
  | undefined

/** The roles in which a merchant may look at a coupon. */
const LOOKING: readonly Role[] = ['creator', 'owner', 'sender']

/** The roles in which a merchant may redeem a coupon: having handed it out is not enough (corrections 11, reported). */
export const REDEEMING: readonly Role[] = ['creator', 'owner']

/** The roles in which a merchant may change a coupon in other ways; whether it is enough to have handed it out is unknown. */
export function changingRoles(settings: Settings): readonly Role[] {
  return merchantCouponSettings.couponSender.of(settings) === 'change' ? LOOKING : REDEEMING
}

/**
 * Finds a coupon for a caller, in one batch or in any.
 *
 * Batches of several merchants may have the same id: the one that the caller created comes first, then those it owns or sends. Where no
 * batch is named and the code exists in several, the one received last is taken (busifavor.md 4.3, inferred).
 */
export async function findCoupon(
  tx: Transaction,
  caller: Merchant,
  code: string,
  where: { stockId?: string | undefined; openid?: string; as?: readonly Role[] } = {},
): Promise<FoundCoupon> {
  const { stockId, openid, as = LOOKING } = where
  if (stockId !== undefined && openid === undefined) {
    const own = await tx.in(coupons).find(caller.mchid, stockId, code)
    const stock = own && (await tx.in(stocks).find(caller.mchid, stockId))
    if (own && stock) return { coupon: own, stock }
  }

  const ownFirst = (a: Coupon, b: Coupon) =>
    Number(b.creatorMchid === caller.mchid) - Number(a.creatorMchid === caller.mchid)
  const candidates = (await tx.in(coupons).where('code', code))
    .filter((coupon) => stockId === undefined || coupon.stockId === stockId)
    .filter((coupon) => openid === undefined || coupon.openid === openid)
    .toSorted((a, b) => (stockId === undefined ? 0 : ownFirst(a, b)) || b.receivedAt - a.receivedAt)
  for (const coupon of candidates) {
    const stock = await tx.in(stocks).find(coupon.creatorMchid, coupon.stockId)
    if (stock && rolesOf(caller.mchid, stock, coupon).some((role) => as.includes(role))) return { coupon, stock }
  }
  return candidates.length > 0 ? 'not_permitted' : undefined
}
