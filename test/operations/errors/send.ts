import type { sendErrors } from '../../../src/products/merchant-coupon/send-coupon.ts'
import { preSendProductCoupon, sendCoupon, sendGovCard, sendProductCoupon } from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { cookbook, done, type Recipe } from './recipe.ts'

/** How the errors that both calls for sending have come about. */
function recipesOf(
  operation: Callable,
  more: Readonly<Record<string, unknown>>,
  tied: { readonly tied_to_goods?: boolean },
): Record<keyof typeof sendErrors, Recipe> {
  const request = { openid: 'oUser', appid: 'wx1', stock_id: '100088', out_request_no: 'R_1', ...more }
  const stock = { stock_id: '100088', ...tied }
  return {
    not_opened: async ({ others, clientOf }) => {
      const client = await clientOf({ ...others.owner, unopenedProducts: ['coupon_send', 'product_coupon'] })
      return () => client.call(operation, request)
    },
    not_found:
      async ({ merchant }) =>
      () =>
        merchant.call(operation, request),
    not_permitted: async ({ control, merchant }) => {
      await control.addStock({ ...stock, mchid: '1900000777' })
      return () => merchant.call(operation, request)
    },
    appid_unbound: async ({ control, others, clientOf }) => {
      const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
      await control.addStock({ ...stock, mchid: others.owner.mchid })
      return () => client.call(operation, request)
    },
    openid_of_another_appid: async ({ control, merchant }) => {
      await control.addStock(stock)
      await control.addUser({ openid: 'oUser', appid: 'wx2' })
      return () => merchant.call(operation, request)
    },
    request_no_reused: async ({ control, merchant }) => {
      await control.addStock(stock)
      await done(merchant.call(operation, request))
      return () => merchant.call(operation, { ...request, appid: 'wx2' })
    },
    coupon_code_needed: async ({ control, merchant }) => {
      await control.addStock({ ...stock, coupon_code_mode: 'MERCHANT_API' })
      return () => merchant.call(operation, request)
    },
    code_taken: async ({ control, merchant }) => {
      await control.addStock({ ...stock, coupon_code_mode: 'MERCHANT_API' })
      await done(merchant.call(operation, { ...request, coupon_code: 'MINE' }))
      return () => merchant.call(operation, { ...request, openid: 'oOther', coupon_code: 'MINE' })
    },
    not_running: async ({ control, merchant }) => {
      await control.addStock({ ...stock, state: 'PAUSED' })
      return () => merchant.call(operation, request)
    },
    stock_expired: async ({ control, merchant }) => {
      const coupon_available_time = { available_end_time: '2026-11-25T13:00:00+08:00' }
      await control.addStock({ ...stock, coupon_use_rule: { coupon_available_time } })
      await control.advance('PT1H')
      return () => merchant.call(operation, request)
    },
    suspicious: async ({ control, merchant }) => {
      await control.addStock({ ...stock, stock_send_rule: { prevent_api_abuse: true } })
      await control.addUser({ openid: 'oUser', suspicious: true })
      return () => merchant.call(operation, request)
    },
    budget_used_up: async ({ control, merchant }) => {
      await control.addStock({ ...stock, stock_send_rule: { max_coupons: 1 } })
      await done(merchant.call(operation, request))
      return () => merchant.call(operation, { ...request, openid: 'oOther' })
    },
    day_limit: async ({ control, merchant }) => {
      await control.addStock({ ...stock, stock_send_rule: { max_coupons_by_day: 1 } })
      await done(merchant.call(operation, request))
      return () => merchant.call(operation, { ...request, openid: 'oOther' })
    },
    user_limit: async ({ control, merchant }) => {
      await control.addStock({ ...stock, stock_send_rule: { max_coupons_per_user: 1 } })
      await done(merchant.call(operation, request))
      return () => merchant.call(operation, { ...request, out_request_no: 'R_2' })
    },
    person_limit: async ({ control, merchant }) => {
      await control.addStock({ ...stock, stock_send_rule: { max_coupons_per_user: 1, natural_person_limit: true } })
      await control.addUsers([
        { openid: 'oUser', person: 'somebody' },
        { openid: 'oOther', person: 'somebody' },
      ])
      await done(merchant.call(operation, request))
      return () => merchant.call(operation, { ...request, openid: 'oOther' })
    },
    no_code_left: async ({ control, merchant }) => {
      await control.addStock({ ...stock, coupon_code_mode: 'MERCHANT_UPLOAD' })
      return () => merchant.call(operation, request)
    },
  }
}

const GOODS = { coupon_type: 'NORMAL' }
const send = { openid: 'oUser', appid: 'wx1', stock_id: '100088', out_request_no: 'R_1' }

export const sendCouponErrors = cookbook(sendCoupon, {
  ...recipesOf(sendCoupon, {}, {}),
  tied_to_goods: async ({ control, merchant }) => {
    await control.addStock({ stock_id: '100088', tied_to_goods: true })
    return () => merchant.call(sendCoupon, send)
  },
})

export const sendProductCouponErrors = cookbook(sendProductCoupon, {
  ...recipesOf(sendProductCoupon, GOODS, { tied_to_goods: true }),
  not_tied_to_goods: async ({ control, merchant }) => {
    await control.addStock({ stock_id: '100088' })
    return () => merchant.call(sendProductCoupon, { ...send, ...GOODS })
  },
  member_card_id_needed: async ({ control, merchant }) => {
    await control.addStock({ stock_id: '100088', tied_to_goods: true })
    return () => merchant.call(sendProductCoupon, { ...send, coupon_type: 'MEMBER' })
  },
})

const preSend = {
  brand_id: '120344',
  product_coupon_id: '200000001',
  stock_id: '1000000013001',
  appid: 'wx1',
  openid: 'oUser',
  send_request_no: '34657_20250101_123456',
}

export const preSendErrors = cookbook(preSendProductCoupon, {
  not_opened: async ({ others, clientOf }) => {
    const client = await clientOf({ ...others.owner, unopenedProducts: ['product_coupon'] })
    return () => client.call(preSendProductCoupon, preSend)
  },
  appid_unbound: async ({ others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    return () => client.call(preSendProductCoupon, preSend)
  },
  openid_of_another_appid: async ({ control, merchant }) => {
    await control.addUser({ openid: 'oUser', appid: 'wx2' })
    return () => merchant.call(preSendProductCoupon, preSend)
  },
  request_no_reused: async ({ merchant }) => {
    await done(merchant.call(preSendProductCoupon, preSend))
    return () => merchant.call(preSendProductCoupon, { ...preSend, stock_id: '1000000013002' })
  },
})

const card = {
  card_id: 'pCard',
  appid: 'wx1',
  openid: 'oUser',
  out_request_no: 'R_1',
  send_time: '2026-11-25T12:00:00+08:00',
}

export const sendGovCardErrors = cookbook(sendGovCard, {
  send_time_past: async ({ control, merchant }) => {
    await done(merchant.call(sendGovCard, card))
    await control.advance('PT24H0.001S')
    return () => merchant.call(sendGovCard, card)
  },
  appid_unbound: async ({ others, clientOf }) => {
    const client = await clientOf({ ...others.owner, appids: ['wxOwn'] })
    return () => client.call(sendGovCard, card)
  },
  openid_of_another_appid: async ({ control, merchant }) => {
    await control.addUser({ openid: 'oUser', appid: 'wx2' })
    return () => merchant.call(sendGovCard, card)
  },
  request_no_reused: async ({ merchant }) => {
    await done(merchant.call(sendGovCard, card))
    return () => merchant.call(sendGovCard, { ...card, openid: 'oOther' })
  },
})
