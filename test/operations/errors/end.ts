import type { CouponJson } from '../../../src/products/merchant-coupon/coupons.ts'
import { deactivateCoupon, listUserCoupons, returnCoupon } from '../../../src/products/operations.ts'
import { cookbook, type Kitchen, planned } from './recipe.ts'
import { OWN_APPID, OWNER, refusedCall, STRANGER } from './refused-call.ts'

const named = { stock_id: '100088', coupon_code: 'CODE' }
const holding =
  (...coupons: CouponJson[]) =>
  (control: Kitchen['control']) =>
    control.addCoupons(coupons.map((one) => ({ ...named, openid: 'oUser', ...one })))

const giveBack = refusedCall(returnCoupon, { ...named, return_request_no: 'BACK_1' })

export const returnErrors = cookbook(returnCoupon, {
  request_no_reused: giveBack.repeated(holding({ state: 'USED' }, { state: 'USED', coupon_code: 'OTHER' }), {
    coupon_code: 'OTHER',
  }),
  not_found: giveBack.atOnce(),
  not_permitted: giveBack.after(holding({ mchid: STRANGER, state: 'USED' })),
  deleted: giveBack.after(holding({ state: 'DELETED' })),
  not_used: giveBack.after(holding({})),
})

const stop = refusedCall(deactivateCoupon, { ...named, deactivate_request_no: 'STOP_1' })

export const deactivateErrors = cookbook(deactivateCoupon, {
  request_no_reused: stop.repeated(holding({}), { deactivate_reason: '发错了' }),
  stock_unknown: stop.atOnce(),
  not_found: stop.after((control) => control.addStock({ stock_id: '100088' })),
  not_permitted: stop.after(holding({ mchid: STRANGER })),
  deleted: stop.after(holding({ state: 'DELETED' })),
  not_usable: stop.after(holding({ state: 'USED' })),
})

const input = { openid: 'oUser', appid: 'wx1', creator_merchant: '1900000001' }
const list = refusedCall(listUserCoupons, input)

export const listErrors = cookbook(listUserCoupons, {
  role_missing: refusedCall(listUserCoupons, { openid: 'oUser', appid: 'wx1' }).atOnce(),
  role_not_named: list.atOnce({ creator_merchant: STRANGER }),
  appid_unbound: list.byOwner(OWN_APPID, undefined, { creator_merchant: OWNER }),
  openid_of_another_appid: list.after((control) => control.addUser({ openid: 'oUser', appid: 'wx2' })),
  busy: planned(listUserCoupons, 'busy', input),
})
