import { deactivateCoupon, listUserCoupons, returnCoupon, useCoupon } from '../../../src/products/operations.ts'
import { cookbook, done, planned } from './recipe.ts'

const coupon = { stock_id: '100088', coupon_code: 'CODE', openid: 'oUser' }
const giveBack = { stock_id: '100088', coupon_code: 'CODE', return_request_no: 'BACK_1' }
const stop = { stock_id: '100088', coupon_code: 'CODE', deactivate_request_no: 'STOP_1' }

export const returnErrors = cookbook(returnCoupon, {
  request_no_reused: async ({ control, merchant }) => {
    await control.addCoupons([
      { ...coupon, state: 'USED' },
      { ...coupon, coupon_code: 'OTHER', state: 'USED' },
    ])
    await done(merchant.call(returnCoupon, giveBack))
    return () => merchant.call(returnCoupon, { ...giveBack, coupon_code: 'OTHER' })
  },
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(returnCoupon, giveBack),
  not_permitted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, mchid: '1900000777', state: 'USED' })
    return () => merchant.call(returnCoupon, giveBack)
  },
  deleted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, state: 'DELETED' })
    return () => merchant.call(returnCoupon, giveBack)
  },
  not_used: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    return () => merchant.call(returnCoupon, giveBack)
  },
})

export const deactivateErrors = cookbook(deactivateCoupon, {
  request_no_reused: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    await done(merchant.call(deactivateCoupon, stop))
    return () => merchant.call(deactivateCoupon, { ...stop, deactivate_reason: '发错了' })
  },
  stock_unknown:
    async ({ merchant }) =>
    () =>
      merchant.call(deactivateCoupon, stop),
  not_found: async ({ control, merchant }) => {
    await control.addStock({ stock_id: '100088' })
    return () => merchant.call(deactivateCoupon, stop)
  },
  not_permitted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, mchid: '1900000777' })
    return () => merchant.call(deactivateCoupon, stop)
  },
  deleted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, state: 'DELETED' })
    return () => merchant.call(deactivateCoupon, stop)
  },
  not_usable: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    await done(
      merchant.call(useCoupon, {
        coupon_code: 'CODE',
        stock_id: '100088',
        appid: 'wx1',
        use_time: '2026-11-25T12:00:00+08:00',
        use_request_no: 'USE_1',
      }),
    )
    return () => merchant.call(deactivateCoupon, stop)
  },
})

const list = { openid: 'oUser', appid: 'wx1', creator_merchant: '1900000001' }

export const listErrors = cookbook(listUserCoupons, {
  role_missing:
    async ({ merchant }) =>
    () =>
      merchant.call(listUserCoupons, { openid: 'oUser', appid: 'wx1' }),
  role_not_named:
    async ({ merchant }) =>
    () =>
      merchant.call(listUserCoupons, { ...list, creator_merchant: '1900000777' }),
  appid_unbound: async ({ others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    return () => client.call(listUserCoupons, { ...list, creator_merchant: others.owner.mchid })
  },
  openid_of_another_appid: async ({ control, merchant }) => {
    await control.addUser({ openid: 'oUser', appid: 'wx2' })
    return () => merchant.call(listUserCoupons, list)
  },
  busy: planned(listUserCoupons, 'busy', list),
})
