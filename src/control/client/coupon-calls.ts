import type { CouponPatch } from '../../products/merchant-coupon/coupons/patch-coupon.ts'
import type { CompletedCoupon, CouponJson } from '../../products/merchant-coupon/coupons/table.ts'
import type { CouponTimeline } from '../formats/overview.ts'
import { ControlConnection } from './control-connection.ts'
import type { Owner } from './owner.ts'
import type { Page, PageRequest } from './page.ts'

/** Which coupons are meant; what is left out does not matter. */
export interface CouponFilter extends Owner {
  readonly stock_id?: string
  readonly state?: CompletedCoupon['state']
}

/** Coupons, in whatever state. */
export class CouponCalls extends ControlConnection {
  /** Coupons, those received last first, page by page. */
  coupons(filter: CouponFilter & PageRequest = {}): Promise<Page<CompletedCoupon>> {
    return this.call('GET', '/coupons', { query: { ...filter } })
  }

  /** A coupon with its history. */
  coupon(stockId: string, couponCode: string, owner: Owner = {}): Promise<CompletedCoupon> {
    return this.call('GET', couponPath(stockId, couponCode), { query: { mchid: owner.mchid } })
  }

  /** A coupon with what happened to it, which exchange did it, and the calls that named it in vain; the newest first. */
  couponTimeline(stockId: string, couponCode: string, owner: Owner = {}): Promise<CouponTimeline> {
    return this.call('GET', `${couponPath(stockId, couponCode)}/timeline`, { query: { mchid: owner.mchid } })
  }

  /** Adds a coupon in any state, or replaces the one with its code in the batch; a missing batch is made. */
  addCoupon(coupon: CouponJson = {}): Promise<CompletedCoupon> {
    return this.call('POST', '/coupons', { body: coupon })
  }

  /** Adds all of them or none; 10,000 at most. */
  addCoupons(coupons: readonly CouponJson[]): Promise<CompletedCoupon[]> {
    return this.call('POST', '/coupons', { body: coupons })
  }

  /**
   * Puts a coupon in a state, whatever happened to it before: `{ state: 'SENDED' }` makes it usable again, `{ state: 'EXPIRED' }` moves
   * its time to now, `{ associate_out_trade_no: null }` removes the link to an order.
   */
  patchCoupon(stockId: string, couponCode: string, patch: CouponPatch, owner: Owner = {}): Promise<CompletedCoupon> {
    return this.call('PATCH', couponPath(stockId, couponCode), { query: { mchid: owner.mchid }, body: patch })
  }
}

function couponPath(stockId: string, couponCode: string): string {
  return `/coupons/${encodeURIComponent(stockId)}/${encodeURIComponent(couponCode)}`
}
