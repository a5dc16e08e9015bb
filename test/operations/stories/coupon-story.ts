import { createProductCoupon } from '../../../src/products/operations.ts'
import { APPID, type Take } from './story.ts'

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
export const aStock = (wishes: StockWishes = {}) => ({ ...common(wishes), single_usage_rule: usable(wishes.period) })

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
