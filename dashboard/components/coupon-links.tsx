import type { CompletedCoupon } from '../../src/products/merchant-coupon/coupons/table.ts'
import { plainText } from '../plain-text.ts'
import { addressOf } from '../state/route.ts'
import type { Loaded } from '../state/use-loaded.ts'
import { StateBadge } from './badges.tsx'

/** Links to coupons with their states; nothing where there are none. */
export function CouponLinks({
  title,
  coupons: { value = [], error },
}: {
  readonly title: string
  readonly coupons: Loaded<readonly CompletedCoupon[]>
}) {
  if (error !== undefined) return <p class="wrong">{error}</p>
  if (value.length === 0) return null
  return (
    <nav class="touched" aria-label={title}>
      <span class="quiet">{title}</span>
      {value.map(({ mchid, stock_id, coupon_code, state }) => (
        <span key={JSON.stringify([mchid, stock_id, coupon_code])}>
          <a class="mono wrap" href={addressOf(['coupons', mchid, stock_id, coupon_code])}>
            {plainText(coupon_code)}
          </a>{' '}
          <StateBadge state={state} table="coupons" />
        </span>
      ))}
    </nav>
  )
}
