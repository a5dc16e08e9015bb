import { get, type Plan as PlanOf } from '../plans.ts'
import { queryBatch, queryProduct, type WantedBatch, type Whose } from './batches.ts'
import { type Book, type Coupon, type Period, wireTime } from './book.ts'
import { queryCoupon, type Who } from './holdings.ts'
import { userOf, whoseOf } from './steps.ts'

export type Plan = PlanOf<Book>

export const PATH = '/v3/marketing/partner/product-coupon'
export const APPID = 'wx8888888888888888'
export const NONE = '9999999999'

const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']

function shownPeriod({ from, until, days, wait, seconds, weekly, irregular }: Period) {
  return {
    ...{ available_begin_time: wireTime(from), available_end_time: wireTime(until) },
    ...{ available_days: days, wait_days_after_receive: wait, available_seconds: seconds },
    ...(weekly && {
      weekly_available_period: {
        day_list: weekly.days.map((day) => DAYS[day]),
        day_period_list: [{ begin_time: weekly.from, end_time: weekly.until }],
      },
    }),
    ...(irregular && {
      irregular_available_period_list: irregular.map((one) => ({
        begin_time: wireTime(one.from),
        end_time: wireTime(one.until),
      })),
    }),
  }
}

export const BENEFIT = { threshold: 10_000, discount_amount: 2_000 }

/** The body of a batch, or of a bundle of so many rounds. */
export function batchBody({ mode, max, byDay, byUser, period }: WantedBatch, rounds: number, remark: string) {
  const rule = { coupon_available_period: shownPeriod(period) }
  return {
    ...{ remark, coupon_code_mode: mode },
    stock_send_rule: { max_count: max, max_count_per_day: byDay, max_count_per_user: byUser },
    ...(rounds === 1
      ? { single_usage_rule: rule }
      : { progressive_bundle_usage_rule: { ...rule, normal_coupon_list: Array(rounds).fill(BENEFIT) } }),
    usage_rule_display_info: {
      coupon_usage_method_list: ['OFFLINE'],
      usage_description: '到店出示券码使用',
      coupon_available_store_info: { description: '全部门店' },
    },
    coupon_display_info: { code_display_mode: 'QRCODE', background_color: 'Color020' },
    ...{ notify_config: { notify_appid: APPID }, store_scope: 'NONE' },
  }
}

export const idOf = (id: string | undefined) => id || NONE

export function batchQuery(book: Book, key: string, { by, brand }: Whose): Plan {
  const { id, product = '' } = book.batches.get(key) ?? {}
  const path = `${PATH}/product-coupons/${idOf(book.products.get(product)?.id)}/stocks/${idOf(id)}`
  return {
    group: 'all',
    request: get(by, path, { brand_id: brand }),
    tell: (at) => queryBatch(at, key, { by, brand }),
  }
}

export function productQuery(book: Book, key: string, { by, brand }: Whose): Plan {
  const path = `${PATH}/product-coupons/${idOf(book.products.get(key)?.id)}`
  return {
    group: 'all',
    request: get(by, path, { brand_id: brand }),
    tell: (at) => queryProduct(at, key, { by, brand }),
  }
}

/** The numbers by which a coupon is named, with who asks. */
export function namesOf(book: Book, key: string, coupon: Coupon | undefined, user: number | undefined) {
  const batch = coupon && book.batchOf(coupon)
  const product = batch && book.productOf(batch)
  const whose: Whose = product ?? whoseOf(0)
  const own: Who = coupon ?? userOf(0)
  const { openid, user: person } = user === undefined ? own : userOf(user)
  const path = `${PATH}/users/${openid}/coupons/${coupon?.code ?? 'NONE'}`
  const names = { product_coupon_id: idOf(product?.id), stock_id: idOf(batch?.id), appid: APPID, brand_id: whose.brand }
  return { key, path, names, asked: { by: whose.by, brand: whose.brand, openid, user: person } }
}

export function couponQuery(book: Book, key: string, user?: number): Plan {
  const { path, names, asked } = namesOf(book, key, book.coupons.get(key), user)
  return { group: 'all', request: get(asked.by, path, names), tell: (at) => queryCoupon(at, key, asked) }
}
