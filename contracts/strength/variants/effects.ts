import { type Coupon, coupons, TRACES, without } from '../../../src/products/merchant-coupon/coupons.ts'
import { type Variant, withTable } from '../variant.ts'

const SHOWN = 'a query of a coupon that requests linked and redeemed: '
const REDEEMED = 'a request to redeem a coupon that another request redeemed: '

/** Lets a call keep something else of a coupon than it has to, or nothing. */
function keeping(name: string, caughtBy: string, id: string, kept: (coupon: Coupon) => Coupon | undefined): Variant {
  return withTable({ name, caughtBy }, id, coupons, (repository) => ({
    save: (coupon) => {
      const changed = kept(coupon)
      return changed && repository.save(changed)
    },
  }))
}

const nothing = () => undefined

/** Calls that are answered as they have to be, and do not do what they say. */
export const brokenEffects: readonly Variant[] = [
  keeping('associate: link not kept', SHOWN, 'associateTradeInfo', nothing),
  keeping('associate: another order kept', SHOWN, 'associateTradeInfo', (coupon) =>
    coupon.associate_out_trade_no === undefined
      ? coupon
      : { ...coupon, associate_out_trade_no: coupon.associate_request_no },
  ),
  keeping(
    'disassociate: link not removed',
    'a request to link a coupon to another order once its link was taken away: ',
    'disassociateTradeInfo',
    nothing,
  ),
  keeping('use: coupon stays usable', REDEEMED, 'useCoupon', nothing),
  keeping('use: redeemed twice', REDEEMED, 'useCoupon', (coupon) => ({ ...coupon, state: 'SENDED' })),
  keeping('use: takes the link away', SHOWN, 'useCoupon', (coupon) => without(coupon, TRACES.link)),
]
