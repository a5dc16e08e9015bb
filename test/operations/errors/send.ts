import type { sendErrors } from '../../../src/products/merchant-coupon/send-coupon.ts'
import type { StockJson } from '../../../src/products/merchant-coupon/stocks.ts'
import { preSendProductCoupon, sendCoupon, sendGovCard, sendProductCoupon } from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { cookbook, done, type Kitchen, type Recipe } from './recipe.ts'
import { OWN_APPID, OWNER, refusedCall, STRANGER } from './refused-call.ts'

const OTHER = { openid: 'oOther' }
const anotherAppid = (control: Kitchen['control']) => control.addUser({ openid: 'oUser', appid: 'wx2' })

/** How the errors that both calls for sending have come about. */
function recipesOf(
  operation: Callable,
  more: Readonly<Record<string, unknown>>,
  tied: StockJson,
): Record<keyof typeof sendErrors, Recipe> & { readonly send: ReturnType<typeof refusedCall> } {
  const request = { openid: 'oUser', appid: 'wx1', stock_id: '100088', out_request_no: 'R_1', ...more }
  const send = refusedCall(operation, request)
  const batch =
    (stock: StockJson = {}) =>
    (control: Kitchen['control']) =>
      control.addStock({ stock_id: '100088', ...tied, ...stock })
  const limited = (stock_send_rule: StockJson['stock_send_rule']) => batch({ stock_send_rule })
  return {
    not_opened: send.byOwner({ unopenedProducts: ['coupon_send', 'product_coupon'] }),
    not_found: send.atOnce(),
    not_permitted: send.after(batch({ mchid: STRANGER })),
    appid_unbound: send.byOwner(OWN_APPID, batch({ mchid: OWNER })),
    openid_of_another_appid: send.after(async (control) => {
      await batch()(control)
      await anotherAppid(control)
    }),
    request_no_reused: send.repeated(batch(), { appid: 'wx2' }),
    coupon_code_needed: send.after(batch({ coupon_code_mode: 'MERCHANT_API' })),
    code_taken: async ({ control, merchant }) => {
      await batch({ coupon_code_mode: 'MERCHANT_API' })(control)
      const mine = { ...request, coupon_code: 'MINE' }
      await done(merchant.call(operation, mine))
      return () => merchant.call(operation, { ...mine, ...OTHER })
    },
    not_running: send.after(batch({ state: 'PAUSED' })),
    stock_expired: send.after(async (control) => {
      const coupon_available_time = { available_end_time: '2026-11-25T13:00:00+08:00' }
      await batch({ coupon_use_rule: { coupon_available_time } })(control)
      await control.advance('PT1H')
    }),
    suspicious: send.after(async (control) => {
      await limited({ prevent_api_abuse: true })(control)
      await control.addUser({ openid: 'oUser', suspicious: true })
    }),
    budget_used_up: send.repeated(limited({ max_coupons: 1 }), OTHER),
    day_limit: send.repeated(limited({ max_coupons_by_day: 1 }), OTHER),
    user_limit: send.repeated(limited({ max_coupons_per_user: 1 }), { out_request_no: 'R_2' }),
    person_limit: send.repeated(async (control) => {
      await limited({ max_coupons_per_user: 1, natural_person_limit: true })(control)
      await control.addUsers(['oUser', 'oOther'].map((openid) => ({ openid, person: 'somebody' })))
    }, OTHER),
    no_code_left: send.after(batch({ coupon_code_mode: 'MERCHANT_UPLOAD' })),
    send,
  }
}

const { send, ...sending } = recipesOf(sendCoupon, {}, {})

export const sendCouponErrors = cookbook(sendCoupon, {
  ...sending,
  tied_to_goods: send.after((control) => control.addStock({ stock_id: '100088', tied_to_goods: true })),
})

const { send: goods, ...sendingGoods } = recipesOf(
  sendProductCoupon,
  { coupon_type: 'NORMAL' },
  { tied_to_goods: true },
)

export const sendProductCouponErrors = cookbook(sendProductCoupon, {
  ...sendingGoods,
  not_tied_to_goods: goods.after((control) => control.addStock({ stock_id: '100088' })),
  member_card_id_needed: goods.after((control) => control.addStock({ stock_id: '100088', tied_to_goods: true }), {
    coupon_type: 'MEMBER',
  }),
})

const preSend = refusedCall(preSendProductCoupon, {
  brand_id: '120344',
  product_coupon_id: '200000001',
  stock_id: '1000000013001',
  appid: 'wx1',
  openid: 'oUser',
  send_request_no: '34657_20250101_123456',
})

export const preSendErrors = cookbook(preSendProductCoupon, {
  not_opened: preSend.byOwner({ unopenedProducts: ['product_coupon'] }),
  appid_unbound: preSend.byOwner(OWN_APPID),
  openid_of_another_appid: preSend.after(anotherAppid),
  request_no_reused: preSend.repeated(async () => {}, { stock_id: '1000000013002' }),
})

const card = refusedCall(sendGovCard, {
  card_id: 'pCard',
  appid: 'wx1',
  openid: 'oUser',
  out_request_no: 'R_1',
  send_time: '2026-11-25T12:00:00+08:00',
})

export const sendGovCardErrors = cookbook(sendGovCard, {
  send_time_past: card.after((control) => control.advance('PT24H0.001S')),
  appid_unbound: card.byOwner(OWN_APPID),
  openid_of_another_appid: card.after(anotherAppid),
  request_no_reused: card.repeated(async () => {}, OTHER),
})
