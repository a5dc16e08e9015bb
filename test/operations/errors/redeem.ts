import type { CouponJson } from '../../../src/products/merchant-coupon/coupons.ts'
import { queryUserCoupon, useCoupon } from '../../../src/products/operations.ts'
import { cookbook, type Kitchen } from './recipe.ts'
import { OWN_APPID, OWNER, refusedCall, STRANGER } from './refused-call.ts'

const COUPON = { stock_id: '100088', coupon_code: 'CODE', openid: 'oUser' }
const holding =
  (...coupons: CouponJson[]) =>
  (control: Kitchen['control']) =>
    control.addCoupons(coupons.map((one) => ({ ...COUPON, ...one })))
const ofAnotherAppid = async (control: Kitchen['control']) => {
  await holding({})(control)
  await control.addUser({ openid: 'oUser', appid: 'wxOther' })
}

const use = refusedCall(useCoupon, {
  stock_id: '100088',
  coupon_code: 'CODE',
  appid: 'wx1234567889999',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no: 'USE_1',
})

export const useErrors = cookbook(useCoupon, {
  not_found: use.atOnce(),
  stock_id_needed: use.after(
    async (control) => {
      await control.addStock({ stock_id: '100088', coupon_code_mode: 'MERCHANT_API' })
      await holding({})(control)
    },
    { stock_id: undefined },
  ),
  not_permitted: use.after(holding({ mchid: STRANGER })),
  appid_unbound: use.byOwner(OWN_APPID, holding({ mchid: OWNER })),
  openid_of_another_appid: use.after(ofAnotherAppid, { openid: 'oUser' }),
  request_no_reused: use.repeated(holding({}, { coupon_code: 'OTHER' }), { coupon_code: 'OTHER' }),
  held_by_another_user: use.after(holding({}), { openid: 'oOther' }),
  already_used: use.repeated(holding({}), { use_request_no: 'USE_2' }),
  outside_its_time: use.after(async (control) => {
    await holding({ expire_time: '2026-11-25T13:00:00+08:00' })(control)
    await control.advance('PT1H')
  }),
  deactivated: use.after(holding({ state: 'DEACTIVATED' })),
  deleted: use.after(holding({ state: 'DELETED' })),
})

const query = refusedCall(queryUserCoupon, { openid: 'oUser', coupon_code: 'CODE', appid: 'wx233544546545989' })

export const queryErrors = cookbook(queryUserCoupon, {
  not_found: query.atOnce(),
  not_permitted: query.after(holding({ mchid: STRANGER })),
  appid_unbound: query.byOwner(OWN_APPID, holding({ mchid: OWNER })),
  openid_of_another_appid: query.after(ofAnotherAppid),
})
