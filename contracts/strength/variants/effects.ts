import { requests } from '../../../src/engine/state/request-numbers.ts'
import { coupons, TRACES, without } from '../../../src/products/merchant-coupon/coupons.ts'
import { carriedOutAgain, keeping, type Variant } from '../variant.ts'

const SHOWN = 'a query of a coupon that requests linked and redeemed: '
const REDEEMED = 'a request to redeem a coupon that another request redeemed: '

const GIVEN_BACK = 'a query of a coupon that was redeemed anew before a request to give it back came again: '

const nothing = () => undefined

/** Calls that are answered as they have to be, and do not do what they say. */
export const brokenEffects: readonly Variant[] = [
  keeping('associate: link not kept', SHOWN, 'associateTradeInfo', coupons, nothing),
  keeping('associate: another order kept', SHOWN, 'associateTradeInfo', coupons, (coupon) =>
    coupon.associate_out_trade_no === undefined
      ? coupon
      : { ...coupon, associate_out_trade_no: coupon.associate_request_no },
  ),
  keeping(
    'disassociate: link not removed',
    'a request to link a coupon to another order once its link was taken away: ',
    'disassociateTradeInfo',
    coupons,
    nothing,
  ),
  keeping('use: coupon stays usable', REDEEMED, 'useCoupon', coupons, nothing),
  keeping('use: redeemed twice', REDEEMED, 'useCoupon', coupons, (coupon) => ({ ...coupon, state: 'SENDED' as const })),
  keeping('use: takes the link away', SHOWN, 'useCoupon', coupons, (coupon) => without(coupon, TRACES.link)),
  carriedOutAgain(
    { name: 'return: a repeat gives the coupon back once more', caughtBy: GIVEN_BACK },
    'returnCoupon',
    'return_request_no',
    async ({ tx, caller }, number) => tx.in(requests).find(caller.mchid, 'returnCoupon', number),
  ),
]
