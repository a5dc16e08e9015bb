import type { Coupon } from '../../products/merchant-coupon/rules/coupon.ts'
import type { Order } from '../../products/payment/rules/order.ts'
import type { RequestRecord } from '../../shared/request-record.ts'
import type { Settings } from '../settings.ts'

/**
 * What an exchange found: the things it read, as they stood before it changed anything, and the settings that counted. Enough to let the
 * same exchange happen again on another mock.
 */
export interface Before {
  /** `keyMode` is the one of the caller, where it has one of its own. */
  settings: Settings
  readonly coupons: Coupon[]
  readonly orders: Order[]
  readonly requests: RequestRecord[]
}
