import { z } from 'zod'
import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import { callIn, type Given, type RecordedCall, type Scene, statesOn } from '../../control/provider-states/state.ts'
import { DAY_MS } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { ProductCouponCalls } from './control-calls.ts'
import {
  confirmProductCoupon,
  returnProductCoupon,
  sendProductCouponToUser,
  setProductCouponAddress,
  useProductCoupon,
} from './operations.ts'
import type { brandPartners } from './product-coupons.ts'
import type { routes } from './routes.ts'
import type { Stock, stocks } from './stocks.ts'
import {
  type CouponState,
  type GivenUserCoupon,
  givenUserCoupon,
  stateOf,
  type UserCoupon,
  userCoupon,
  type userCoupons,
} from './user-coupons.ts'

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof stocks, typeof userCoupons, typeof brandPartners]
      readonly routes: typeof routes
      readonly calls: () => Promise<ProductCouponCalls>
    },
  ]
>

type Before = ExchangeJsonOf<typeof stocks | typeof userCoupons>['before']

const state = statesOn<Control, Before>()

const BATCH = { brand_id: '40001', product_coupon_id: '1000000013', stock_id: '1000000013001' } as const
const COUPON = { ...BATCH, coupon_code: 'Code_123456', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const
const SENT = { ...COUPON, send_request_no: 'SEND_20260105_A123' } as const
const CHANGE = { ...COUPON, appid: 'wx1234567889999', out_request_no: '10000_20260105_A123' } as const
/** The order of a merchant that the mock does not know, so that it need not exist. */
const ORDER = { mchid: '1900000109', out_trade_no: 'MCH_102233445' } as const

/** A batch in a state, with so many coupons left. */
const batchIn = (stockState: Stock['state'], thing: Texts, left = 1_000) =>
  state(
    { ...BATCH, coupon_code_mode: 'WECHATPAY', max_count_per_user: '100' },
    async ({ coupon_code_mode, max_count_per_user, ...batch }, { control }) => {
      const { now } = await control.clock()
      await control.addProductCouponStock({
        ...batch,
        // The control API says which modes there are.
        coupon_code_mode: coupon_code_mode as Stock['coupon_code_mode'],
        stock_send_rule: { max_count: left + 1, max_count_per_user: Number(max_count_per_user) },
        sent_count_info: { total_count: 1, today_count: 1, day: now },
        state: stockState,
      })
    },
    {
      found: ({ mchid, before }) =>
        before.product_coupon_stocks
          .filter((one) => one.mchid === mchid && one.state === stockState && one.stock_bundle_info === undefined)
          .filter(({ stock_send_rule: { max_count }, sent_count_info: { total_count } }) =>
            left === 0 ? total_count >= max_count : total_count < max_count || stockState !== 'SENDING',
          )
          .map(({ brand_id, product_coupon_id, stock_id, coupon_code_mode, stock_send_rule }) => ({
            ...{ brand_id, product_coupon_id, stock_id, coupon_code_mode },
            max_count_per_user: String(stock_send_rule.max_count_per_user),
          })),
      things: () => [thing],
    },
  )

/** Before any time that a contract may use a coupon at. */
const LONG_AGO = Date.parse('2020-01-01T00:00:00+08:00')

/** Members of a coupon that is in a state at an instant. */
const MEMBERS: Readonly<Record<Exclude<CouponState, 'USED'>, (now: number) => Partial<GivenUserCoupon>>> = {
  CONFIRMING: () => ({}),
  PENDING: (now) => ({ confirm_time: now, valid_begin_time: now + DAY_MS }),
  EFFECTIVE: () => ({ receive_time: LONG_AGO, confirm_time: LONG_AGO, valid_begin_time: LONG_AGO }),
  EXPIRED: (now) => ({ receive_time: now - DAY_MS, confirm_time: now - DAY_MS, valid_end_time: now }),
  DEACTIVATED: (now) => ({ confirm_time: now, deactivate_time: now, deactivate_reason: '发错了' }),
  DELETED: (now) => ({ confirm_time: now, delete_time: now }),
}

async function addCoupon(
  { control }: Scene<Control>,
  coupon: Partial<Given<typeof SENT>>,
  membersAt: (now: number) => Partial<GivenUserCoupon>,
): Promise<void> {
  const now = Date.parse((await control.clock()).now)
  await control.addUserProductCoupon({ ...coupon, ...z.encode(givenUserCoupon, membersAt(now)) })
}

/** Coupons of the caller that a call found in a state, but for those of a bundle. */
const couponsIn = (couponState: CouponState, { mchid, at, before }: RecordedCall<Before>): readonly UserCoupon[] =>
  before.user_product_coupons
    .map((one) => z.decode(userCoupon, one))
    .filter((one) => one.mchid === mchid && one.user_coupon_bundle_id === undefined && stateOf(one, at) === couponState)

function parametersOf(one: UserCoupon): Given<typeof SENT> {
  const { brand_id, product_coupon_id, stock_id, coupon_code, openid, send_request_no } = one
  return { brand_id, product_coupon_id, stock_id, coupon_code, openid, send_request_no }
}

const couponIn = (couponState: keyof typeof MEMBERS, thing: Texts) =>
  state(SENT, (coupon, scene) => addCoupon(scene, coupon, MEMBERS[couponState]), {
    found: (call) => couponsIn(couponState, call).map(parametersOf),
    things: () => [thing],
  })

const usedWith =
  ({ use_request_no, ...associated_order_info }: Given<typeof ORDER> & { readonly use_request_no: string }) =>
  (now: number): Partial<GivenUserCoupon> => ({
    confirm_time: now,
    usage: { use_request_no, use_time: now, associated_order_info },
  })

/** Makes a call about a coupon. A missing one is added first, as the call needs it. */
async function callAbout(
  { openid, coupon_code, ...body }: Given<typeof CHANGE>,
  { path }: { readonly path: string },
  membersAt: (now: number) => Partial<GivenUserCoupon>,
  scene: Scene<Control>,
): Promise<void> {
  const { brand_id, product_coupon_id, stock_id } = body
  const { user_product_coupons } = await scene.control.world()
  if (!user_product_coupons.some((one) => one.stock_id === stock_id && one.coupon_code === coupon_code)) {
    await addCoupon(scene, { brand_id, product_coupon_id, stock_id, openid, coupon_code }, membersAt)
  }
  await callIn(scene, { path: pathWith(path, { openid, coupon_code }) }, body)
}

function pathWith(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

/** The states of contracts that are about product coupons. */
export const states = {
  'a brand has withdrawn its authorization': state({ brand_id: BATCH.brand_id }, ({ brand_id }, { control }) =>
    control.addBrandPartner({ brand_id, authorized: false }),
  ),
  'events of product coupons have an address': state(
    { notify_url: 'https://www.example.com/product-coupons' },
    (address, scene) => callIn(scene, setProductCouponAddress, address),
  ),

  'a batch of product coupons is sending': batchIn('SENDING', { en: 'a batch that sends', zh: '发放中的批次' }),
  'a batch of product coupons is paused': batchIn('PAUSED', { en: 'a paused batch', zh: '已暂停的批次' }),
  'a batch of product coupons has none left': batchIn(
    'SENDING',
    { en: 'a batch that has no coupons left', zh: '已发完的批次' },
    0,
  ),

  'a product coupon waits to be confirmed': couponIn('CONFIRMING', {
    en: 'an unconfirmed product coupon',
    zh: '待确认的商品券',
  }),
  'a product coupon is not usable yet': couponIn('PENDING', { en: 'a pending product coupon', zh: '待生效的商品券' }),
  'a user holds a usable product coupon': couponIn('EFFECTIVE', { en: 'a usable product coupon', zh: '可用的商品券' }),
  'a product coupon is used': state(
    { ...SENT, ...ORDER, use_request_no: CHANGE.out_request_no },
    ({ mchid, out_trade_no, use_request_no, ...coupon }, scene) =>
      addCoupon(scene, coupon, usedWith({ mchid, out_trade_no, use_request_no })),
    {
      found: (call) =>
        couponsIn('USED', call).map(({ usage, ...one }) => ({
          ...parametersOf({ usage, ...one }),
          ...(usage && { use_request_no: usage.use_request_no }),
          ...(usage?.associated_order_info?.out_trade_no && { out_trade_no: usage.associated_order_info.out_trade_no }),
        })),
      things: () => [{ en: 'a used product coupon', zh: '已核销的商品券' }],
    },
  ),
  'a product coupon is expired': couponIn('EXPIRED', { en: 'an expired product coupon', zh: '已过期的商品券' }),
  'a product coupon is deactivated': couponIn('DEACTIVATED', {
    en: 'a deactivated product coupon',
    zh: '已失效的商品券',
  }),
  'a product coupon is deleted': couponIn('DELETED', { en: 'a deleted product coupon', zh: '已删除的商品券' }),

  'a product coupon send request was made': state(
    { ...SENT, appid: CHANGE.appid },
    async ({ openid, ...body }, scene) => {
      const { brand_id, product_coupon_id, stock_id } = body
      const { control } = scene
      const { product_coupon_stocks } = await control.world()
      if (!product_coupon_stocks.some((one) => one.stock_id === stock_id)) {
        const batch = { brand_id, product_coupon_id, stock_id, coupon_code_mode: 'API_ASSIGN' } as const
        await control.addProductCouponStock(batch)
      }
      await callIn(scene, { path: pathWith(sendProductCouponToUser.path, { openid }) }, body)
    },
  ),
  'a product coupon confirm request was made': state(CHANGE, (given, scene) =>
    callAbout(given, confirmProductCoupon, MEMBERS.CONFIRMING, scene),
  ),
  'a product coupon use request was made': state(
    { ...CHANGE, ...ORDER, use_time: '' },
    async ({ mchid, out_trade_no, use_time, ...change }, scene) => {
      const { now } = await scene.control.clock()
      const use = { ...change, use_time: use_time || now, associated_order_info: { mchid, out_trade_no } }
      await callAbout(use, useProductCoupon, MEMBERS.EFFECTIVE, scene)
    },
  ),
  'a product coupon return request was made': state(CHANGE, (given, scene) =>
    callAbout(given, returnProductCoupon, usedWith({ ...ORDER, use_request_no: '10000_20260105_A122' }), scene),
  ),
} as const

type States = typeof states

/** A name for the type, which declarations mention instead of every member. */
export interface ProductCouponStates extends States {}
