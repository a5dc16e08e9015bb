import { queryUserCoupon, useCoupon } from '../../../src/products/operations.ts'
import { cookbook, done } from './recipe.ts'

const use = {
  stock_id: '100088',
  coupon_code: 'CODE',
  appid: 'wx1234567889999',
  use_time: '2026-11-25T12:00:00+08:00',
  use_request_no: 'USE_1',
}
const coupon = { stock_id: '100088', coupon_code: 'CODE', openid: 'oUser' }

export const useErrors = cookbook(useCoupon, {
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(useCoupon, use),
  stock_id_needed: async ({ control, merchant }) => {
    await control.addStock({ stock_id: '100088', coupon_code_mode: 'MERCHANT_API' })
    await control.addCoupon(coupon)
    const { stock_id: _, ...rest } = use
    return () => merchant.call(useCoupon, rest)
  },
  not_permitted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, mchid: '1900000777' })
    return () => merchant.call(useCoupon, use)
  },
  appid_unbound: async ({ control, others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    await control.addCoupon({ ...coupon, mchid: others.owner.mchid })
    return () => client.call(useCoupon, use)
  },
  openid_of_another_appid: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    await control.addUser({ openid: 'oUser', appid: 'wxOther' })
    return () => merchant.call(useCoupon, { ...use, openid: 'oUser' })
  },
  request_no_reused: async ({ control, merchant }) => {
    await control.addCoupons([coupon, { ...coupon, coupon_code: 'OTHER' }])
    await done(merchant.call(useCoupon, use))
    return () => merchant.call(useCoupon, { ...use, coupon_code: 'OTHER' })
  },
  held_by_another_user: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    return () => merchant.call(useCoupon, { ...use, openid: 'oOther' })
  },
  already_used: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    await done(merchant.call(useCoupon, use))
    return () => merchant.call(useCoupon, { ...use, use_request_no: 'USE_2' })
  },
  outside_its_time: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, expire_time: '2026-11-25T13:00:00+08:00' })
    await control.advance('PT1H')
    return () => merchant.call(useCoupon, use)
  },
  deactivated: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, state: 'DEACTIVATED' })
    return () => merchant.call(useCoupon, use)
  },
  deleted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, state: 'DELETED' })
    return () => merchant.call(useCoupon, use)
  },
})

const query = { openid: 'oUser', coupon_code: 'CODE', appid: 'wx233544546545989' }

export const queryErrors = cookbook(queryUserCoupon, {
  not_found:
    async ({ merchant }) =>
    () =>
      merchant.call(queryUserCoupon, query),
  not_permitted: async ({ control, merchant }) => {
    await control.addCoupon({ ...coupon, mchid: '1900000777' })
    return () => merchant.call(queryUserCoupon, query)
  },
  appid_unbound: async ({ control, others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    await control.addCoupon({ ...coupon, mchid: others.owner.mchid })
    return () => client.call(queryUserCoupon, query)
  },
  openid_of_another_appid: async ({ control, merchant }) => {
    await control.addCoupon(coupon)
    await control.addUser({ openid: 'oUser', appid: 'wxOther' })
    return () => merchant.call(queryUserCoupon, query)
  },
})
