import type { Operation } from '../../../src/engine/operation.ts'
import {
  confirmProductCoupon,
  deactivateUserProductCoupon,
  deactivateUserProductCouponBundle,
  listUserProductCoupons,
  preSendProductCouponBundle,
  preSendProductCouponToUser,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponBundle,
  sendProductCouponToUser,
  useProductCoupon,
} from '../../../src/products/operations.ts'
import {
  addBatch,
  addBundle,
  BUNDLE,
  CODE,
  confirmed,
  NAMED,
  ORDER,
  ofBundle,
  PERIOD,
  sending,
  sendingBundle,
  used,
  using,
} from '../product-coupon/coupons.ts'
import { cookbook, done, type Kitchen, type Recipe } from './recipe.ts'

type Step = (kitchen: Kitchen) => Promise<unknown>

/** Recipes of a call that is refused after some steps; without any, after the batch was made. */
const refused =
  (operation: Operation, usual: object, start: Step) =>
  (changes: object = {}, ...steps: readonly Step[]): Recipe =>
  async (kitchen) => {
    await start(kitchen)
    for (const step of steps) await step(kitchen)
    return () => kitchen.merchant.call(operation, { ...usual, ...changes })
  }

const call =
  (operation: Operation, input: object): Step =>
  ({ merchant }) =>
    done(merchant.call(operation, { ...input }))

const batch =
  (changes: object = {}): Step =>
  ({ control }) =>
    addBatch(control, changes)
const bundle =
  (changes: object = {}): Step =>
  ({ control }) =>
    addBundle(control, changes)
const holding =
  (changes: object = {}): Step =>
  ({ control }) =>
    confirmed(control, changes)

const unauthorized: Step = ({ control }) => control.addBrandPartner({ brand_id: NAMED.brand_id, authorized: false })
const otherAppids: Step = ({ control }) =>
  control.addBrandPartner({ brand_id: NAMED.brand_id, brand_appids: ['wxBrand'] })
const otherUser: Step = ({ control }) => control.addUser({ openid: 'oUser', appid: 'wxOther' })
const single: Step = ({ control }) => control.addProductCoupon({ product_coupon_id: 'SINGLE', usage_mode: 'SINGLE' })
const several: Step = ({ control }) =>
  control.addProductCoupon({ product_coupon_id: 'SEVERAL', usage_mode: 'PROGRESSIVE_BUNDLE' })
const severalBatch: Step = ({ control }) =>
  control.addProductCouponStock({
    stock_id: 'SEVERAL1',
    product_coupon_id: 'SEVERAL',
    stock_bundle_info: { stock_bundle_id: 'B', stock_bundle_index: 0 },
  })

type Refuse = ReturnType<typeof refused>

const ofUser = (refuse: Refuse) => ({
  not_authorized: refuse({}, unauthorized),
  product_unknown: refuse({ product_coupon_id: 'NONE' }),
  appid_unfit: refuse({}, otherAppids),
  openid_unfit: refuse({}, otherUser),
})

/** Errors of sends and of their tokens. */
const ofSends = (refuse: Refuse, batches: (changes: object) => Step, send: Step) => ({
  ...ofUser(refuse),
  request_no_reused: refuse({ attach: 'other' }, send),
  not_sending: refuse({}, batches({ state: 'PAUSED' })),
  budget_used_up: refuse(
    {},
    batches({
      stock_send_rule: { max_count: 9, max_count_per_day: 1, max_count_per_user: 9 },
      sent_count_info: { total_count: 1, today_count: 1, day: '2026-11-25T00:00:00+08:00' },
    }),
  ),
  user_limit: refuse(
    { send_request_no: 'SEND_2' },
    batches({ stock_send_rule: { max_count: 9, max_count_per_user: 1 } }),
    send,
  ),
  no_code_left: refuse({}, batches({ coupon_code_mode: 'UPLOAD' })),
})

const toSend = refused(sendProductCouponToUser, sending(), batch())
const toOffer = refused(preSendProductCouponToUser, sending(), batch())
const toSendBundle = refused(sendProductCouponBundle, sendingBundle(), bundle())
const toOfferBundle = refused(preSendProductCouponBundle, sendingBundle(), bundle())
const sent = call(sendProductCouponToUser, sending())
const sentBundle = call(sendProductCouponBundle, sendingBundle())
const assigned = batch({ coupon_code_mode: 'API_ASSIGN' })

const ofCodes = (refuse: Refuse) => ({
  stock_unknown: refuse({ stock_id: 'NONE' }),
  usage_mode_unfit: refuse({ product_coupon_id: 'SEVERAL', stock_id: 'SEVERAL1' }, several, severalBatch),
  code_needed: refuse({}, assigned),
  code_not_wanted: refuse({ coupon_code: CODE }),
  code_taken: refuse(
    { coupon_code: CODE, send_request_no: 'SEND_2' },
    assigned,
    call(sendProductCouponToUser, sending({ coupon_code: CODE })),
  ),
})

const ofBundles = (refuse: Refuse) => ({
  stock_unknown: refuse({ stock_bundle_id: 'NONE' }),
  usage_mode_unfit: refuse({ product_coupon_id: 'SINGLE' }, single),
})

const ofCoupon = (refuse: Refuse) => ({
  ...ofUser(refuse),
  stock_unknown: refuse({ stock_id: 'NONE' }),
  coupon_unknown: refuse({ openid: 'oStranger' }),
})

const PAST = { receive_time: '2026-10-01T12:00:00+08:00', valid_end_time: '2026-11-01T00:00:00+08:00' }
const DELETED = { delete_time: '2026-11-25T11:00:00+08:00' }
const USED = { usage: { use_request_no: 'USE_OLD', use_time: '2026-11-25T11:00:00+08:00' } }
const unconfirmed = holding({ confirm_time: undefined })

/** Errors of calls that change a coupon under a number. */
const ofChanges = (refuse: Refuse, wrong: Step, again: Step) => ({
  ...ofCoupon(refuse),
  request_no_reused: refuse({ coupon_code: 'OTHER' }, again, holding({ coupon_code: 'OTHER' })),
  wrong_state: refuse({}, wrong),
  expired: refuse({}, holding(PAST)),
  deleted: refuse({}, holding(DELETED)),
})

const CONFIRM = { ...NAMED, out_request_no: 'CONFIRM_1' }
const RETURN = { ...NAMED, out_request_no: 'RETURN_1' }
const VOID = { ...NAMED, out_request_no: 'VOID_1', deactivate_reason: '活动结束' }
const VOID_BUNDLE = {
  ...ofBundle(),
  user_coupon_bundle_id: 'UB',
  out_request_no: 'VOID_1',
  deactivate_reason: '活动结束',
}

const toConfirm = refused(confirmProductCoupon, CONFIRM, unconfirmed)
const toQuery = refused(queryUserProductCoupon, NAMED, holding())
const { coupon_code: _, ...listed } = NAMED
const toList = refused(listUserProductCoupons, listed, holding())
const toVoid = refused(deactivateUserProductCoupon, VOID, holding())
const toUse = refused(useProductCoupon, using(), holding())
const toReturn = refused(returnProductCoupon, RETURN, used)
const toVoidBundle = refused(deactivateUserProductCouponBundle, VOID_BUNDLE, bundle())

const heldBundle =
  (changes: object = {}): Step =>
  async ({ control }) => {
    for (const i of [0, 1, 2]) {
      await confirmed(control, {
        stock_id: `${BUNDLE}${i}`,
        user_coupon_bundle_id: 'UB',
        user_coupon_bundle_index: i,
        ...changes,
      })
    }
  }
const using1 = (i: number, changes: object = {}) =>
  using({ product_coupon_id: BUNDLE, stock_id: `${BUNDLE}${i}`, out_request_no: `USE_${i}_`, ...changes })

/** How every error about product coupons of users comes about. */
export const userProductCouponErrors = [
  cookbook(sendProductCouponToUser, { ...ofSends(toSend, batch, sent), ...ofCodes(toSend) }),
  cookbook(preSendProductCouponToUser, { ...ofSends(toOffer, batch, sent), ...ofCodes(toOffer) }),
  cookbook(sendProductCouponBundle, { ...ofSends(toSendBundle, bundle, sentBundle), ...ofBundles(toSendBundle) }),
  cookbook(preSendProductCouponBundle, { ...ofSends(toOfferBundle, bundle, sentBundle), ...ofBundles(toOfferBundle) }),
  cookbook(confirmProductCoupon, ofChanges(toConfirm, holding(), call(confirmProductCoupon, CONFIRM))),
  cookbook(queryUserProductCoupon, ofCoupon(toQuery)),
  cookbook(listUserProductCoupons, {
    ...ofUser(toList),
    stock_unknown: toList({ stock_id: 'NONE' }),
  }),
  cookbook(deactivateUserProductCoupon, {
    ...ofChanges(toVoid, holding(USED), call(deactivateUserProductCoupon, VOID)),
    in_bundle: toVoid({ product_coupon_id: BUNDLE, stock_id: `${BUNDLE}0` }, bundle(), heldBundle()),
  }),
  cookbook(deactivateUserProductCouponBundle, {
    ...ofUser(toVoidBundle),
    stock_unknown: toVoidBundle({ stock_bundle_id: 'NONE' }),
    coupon_unknown: toVoidBundle(),
    request_no_reused: toVoidBundle(
      { deactivate_reason: '其他' },
      heldBundle(),
      call(deactivateUserProductCouponBundle, VOID_BUNDLE),
    ),
    wrong_state: toVoidBundle({}, heldBundle(USED)),
    expired: toVoidBundle({}, heldBundle(PAST)),
    deleted: toVoidBundle({}, heldBundle(DELETED)),
  }),
  cookbook(useProductCoupon, {
    ...ofCoupon(toUse),
    request_no_reused: toUse({ saved_amount: 1 }, call(useProductCoupon, using())),
    number_spent: toUse({}, call(useProductCoupon, using()), call(returnProductCoupon, RETURN)),
    order_not_named: toUse({ associated_pay_score_order_info: { order_id: '1' } }),
    not_usable: toUse({}, unconfirmed),
    out_of_turn: toUse(using1(1), bundle(), heldBundle()),
    already_used: toUse({ out_request_no: 'USE_02' }, call(useProductCoupon, using())),
    expired: toUse({}, holding(PAST)),
    deleted: toUse({}, holding(DELETED)),
    not_now: toUse({ use_time: '2027-11-25T12:00:00+08:00' }),
    not_open: toUse(
      {},
      batch({
        single_usage_rule: {
          coupon_available_period: { ...PERIOD, weekly_available_period: { day_list: ['SUNDAY'] } },
        },
      }),
      holding(),
    ),
    store_unfit: toUse({ store_id: '1' }, batch({ store_scope: 'SPECIFIC' }), holding()),
    order_unfit: toUse({ associated_order_info: { ...ORDER, out_trade_no: 'NONE' } }),
  }),
  cookbook(returnProductCoupon, {
    ...ofChanges(toReturn, unconfirmed, call(returnProductCoupon, RETURN)),
    expired: toReturn({}, holding({ ...PAST, ...USED })),
    usable: toReturn({}, holding()),
    not_the_last: toReturn(
      { product_coupon_id: BUNDLE, stock_id: `${BUNDLE}0` },
      bundle(),
      heldBundle(),
      call(useProductCoupon, using1(0)),
      call(useProductCoupon, using1(1)),
    ),
  }),
]
