import { expect } from 'vitest'
import type { MockControl } from '../../../src/mock-control.ts'
import {
  confirmProductCoupon,
  createProductCoupon,
  jsapiPrepay,
  listUserProductCoupons,
  queryUserProductCoupon,
  returnProductCoupon,
  sendProductCouponToUser,
  setProductCouponAddress,
  uploadProductCouponCodes,
  useProductCoupon,
} from '../../../src/products/operations.ts'
import { formatInstant } from '../../../src/wire/protocol/instant.ts'
import type { told } from '../../products/transfer/transfers.ts'
import { APPID, anOrder, NUMBER, PAYER, type Take } from './story.ts'

export const BRAND = '40001'
export const OPENID = 'oUser'

/** Refusals that several stories meet. */
export const REFUSED = {
  notUsable: '403 NOT_ENOUGH 用户商品券当前无法使用',
  noBudget: '403 NOT_ENOUGH 商品券批次发放预算不足',
  noCode: '403 NOT_ENOUGH 商品券批次预上传券Code剩余数量不足',
  unfit: '400 INVALID_REQUEST 传入参数不符合业务规则',
  productUnknown: '404 NOT_FOUND 未找到 product_coupon_id 对应的商品券',
} as const

const BENEFIT = { threshold: 10_000, discount_amount: 2_000 }

export interface StockWishes {
  readonly coupon_code_mode?: string
  readonly stock_send_rule?: object
  readonly period?: object
}

const common = ({ coupon_code_mode = 'WECHATPAY', stock_send_rule }: StockWishes) => ({
  coupon_code_mode,
  stock_send_rule: { max_count: 1_000, max_count_per_user: 100, ...stock_send_rule },
  usage_rule_display_info: {
    coupon_usage_method_list: ['OFFLINE'],
    usage_description: '到店出示券码使用',
    coupon_available_store_info: { description: '全部门店' },
  },
  coupon_display_info: { code_display_mode: 'QRCODE', background_color: 'Color020' },
  notify_config: { notify_appid: APPID },
  store_scope: 'NONE',
})

const usable = (period: object = {}) => ({
  coupon_available_period: {
    available_begin_time: '2026-11-01T00:00:00+08:00',
    available_end_time: '2026-12-31T23:59:59+08:00',
    ...period,
  },
})

/** The request of a batch, with changes. */
const aStock = (wishes: StockWishes = {}) => ({ ...common(wishes), single_usage_rule: usable(wishes.period) })

/** The request of a product coupon of twenty yuan off a hundred, with its first batch. */
export const aProductCoupon = (out_request_no: string, wishes: StockWishes = {}) => ({
  ...{ out_request_no, brand_id: BRAND, scope: 'ALL', type: 'NORMAL', usage_mode: 'SINGLE' },
  single_usage_info: { normal_coupon: BENEFIT },
  display_info: {
    name: '满100减20元',
    image_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/coupon.png',
    background_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/background.png',
  },
  stock: aStock(wishes),
})

/** The request of a product coupon that is used so often, one after the other with days in between. */
export function aSeries(out_request_no: string, count: number, interval_days: number, wishes: StockWishes = {}) {
  const { single_usage_info: _, stock, ...others } = aProductCoupon(out_request_no, wishes)
  const { single_usage_rule, ...rest } = stock
  return {
    ...{ ...others, usage_mode: 'PROGRESSIVE_BUNDLE', progressive_bundle_usage_info: { count, interval_days } },
    stock_bundle: {
      ...rest,
      progressive_bundle_usage_rule: {
        ...single_usage_rule,
        normal_coupon_list: Array.from({ length: count }, (_, i) => ({ ...BENEFIT, discount_amount: 1_000 + i * 500 })),
      },
    },
  }
}

/** A batch and its user, as calls about coupons name them. */
export const namesIn = (batch: {
  readonly product_coupon_id?: string | undefined
  readonly stock_id?: string | undefined
}) => ({
  ...{ product_coupon_id: batch.product_coupon_id, stock_id: batch.stock_id },
  ...{ openid: OPENID, appid: APPID, brand_id: BRAND },
})

/** Makes a product coupon. @returns the names of its first batch, for the user */
export async function made(take: Take, request: object) {
  const { stock } = await take(createProductCoupon, { ...request })
  return namesIn(Object(stock))
}

/** Members of a use besides those that name the coupon. */
export const used = (out_request_no: string, use_time: string, associated_order_info: object) => ({
  ...{ out_request_no, use_time, associated_order_info },
})

/** The same batch, as calls about batches name it. */
export const batchOf = ({ openid: _, appid: __, ...batch }: ReturnType<typeof namesIn>) => batch

/** Who plays the story of a coupon's life, and how: a client of the tests, or a program with a real SDK. */
export interface Players {
  readonly take: Take
  readonly control: MockControl
  /** The partner. */
  readonly mchid: string
  /** Its server: the address, and callbacks that came there, opened with its key. */
  readonly shop: {
    readonly url: string
    readonly notices: () => Promise<
      readonly Pick<ReturnType<typeof told>, 'event_type' | 'original_type' | 'resource'>[]
    >
  }
}

const SPENT = '400 INVALID_REQUEST 已使用过此单号核销券'

/** Story 1 of product-coupon.md 15: a coupon is sent, used with an order, given back, and used with another one. */
export async function liveWithOrders({ take, control, mchid, shop }: Players): Promise<void> {
  await take(setProductCouponAddress, { notify_url: shop.url }, { notify_url: shop.url })
  const now = Date.parse((await control.clock()).now)
  // SDKs refuse answers that are five minutes away from their own time.
  const period = { available_begin_time: formatInstant(now), available_end_time: formatInstant(now + 120_000) }
  const names = await made(take, aProductCoupon('CREATE_0001', { coupon_code_mode: 'UPLOAD', period }))
  const upload = { ...batchOf(names), out_request_no: 'UPLOAD_0001', code_list: ['Code_0001'] }
  await take(uploadProductCouponCodes, upload, { success_code_list: ['Code_0001'] })
  const sending = { ...names, send_request_no: 'SEND_0001', attach: '开业' }
  const { coupon_code = '', ...sent } = await take(sendProductCouponToUser, sending, { coupon_state: 'CONFIRMING' })
  expect(coupon_code).toBe('Code_0001')
  expect(await take(sendProductCouponToUser, sending)).toEqual({ coupon_code, ...sent })
  await take(sendProductCouponToUser, { ...sending, attach: '别的' }, '400 ALREADY_EXISTS out_request_no 冲突')

  const [notice, ...more] = await shop.notices()
  expect(more).toEqual([])
  const { receive_time, valid_begin_time, valid_end_time } = sent
  const { product_coupon_id, stock_id } = names
  expect(notice).toMatchObject({ event_type: 'PRODUCT_COUPON_SP.SEND', original_type: 'product_coupon' })
  expect(notice?.resource).toEqual({
    ...{ brand_id: BRAND, coupon_code, product_coupon_id, stock_id, appid: APPID, openid: OPENID },
    ...{ unionid: expect.any(String), send_request_no: 'SEND_0001', send_channel: 'API', attach: '开业' },
    ...{ receive_time, valid_begin_time, valid_end_time },
  })

  const coupon = { ...names, coupon_code }
  const order = { out_trade_no: NUMBER, mchid }
  const use = used('USE_0001', receive_time ?? '', order)
  await take(jsapiPrepay, anOrder({ ...PAYER, mchid }))
  const { transaction_id } = await control.payOrder(NUMBER, {}, { mchid })
  await take(useProductCoupon, { ...coupon, ...use }, REFUSED.notUsable)
  await take(listUserProductCoupons, { ...names, coupon_state: 'CONFIRMING' }, { total_count: 1 })
  const confirmation = { ...coupon, out_request_no: 'CONFIRM_0001' }
  await take(confirmProductCoupon, confirmation, { coupon_state: 'EFFECTIVE', confirm_request_no: 'CONFIRM_0001' })
  await take(confirmProductCoupon, confirmation, { coupon_state: 'EFFECTIVE' })

  const paid = { ...order, transaction_id }
  const usage = { coupon_state: 'USED', single_usage_detail: { associated_order_info: paid } }
  await take(useProductCoupon, { ...coupon, ...use }, usage)
  await take(useProductCoupon, { ...coupon, ...use }, usage)
  await take(useProductCoupon, { ...coupon, ...use, out_request_no: 'USE_0002' }, REFUSED.notUsable)
  await take(queryUserProductCoupon, coupon, {
    ...{ ...usage, brand_id: BRAND, stock: { sent_count_info: { total_count: 1 } } },
  })

  const back = { ...coupon, out_request_no: 'RETURN_0001' }
  await take(returnProductCoupon, back, { coupon_state: 'EFFECTIVE' })
  await take(returnProductCoupon, back, { coupon_state: 'EFFECTIVE' })
  await take(returnProductCoupon, { ...back, out_request_no: 'RETURN_0002' }, '400 INVALID_REQUEST 券当前是可用的')
  await take(useProductCoupon, { ...coupon, ...use }, SPENT)
  const other = await control.addOrder({ mchid, out_trade_no: 'ORDER_0002', total: 10_000 })
  const again = used('USE_0003', receive_time ?? '', { transaction_id: other.transaction_id })
  await take(useProductCoupon, { ...coupon, ...again })
  const { single_usage_detail } = await take(queryUserProductCoupon, coupon)
  expect(single_usage_detail).toMatchObject({
    use_request_no: 'USE_0003',
    associated_order_info: { transaction_id: other.transaction_id, out_trade_no: 'ORDER_0002' },
  })
  expect(single_usage_detail).not.toHaveProperty('return_request_no')
  await take(useProductCoupon, { ...coupon, ...use }, SPENT)
  await control.advance('PT120S')
  await take(returnProductCoupon, { ...back, out_request_no: 'RETURN_0003' }, REFUSED.unfit)
}
