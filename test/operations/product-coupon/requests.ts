/** Valid requests for product coupons, batches and bundles. */

export const BRAND = { brand_id: '40001' } as const

export const PERIOD = {
  available_begin_time: '2026-11-25T00:00:00+08:00',
  available_end_time: '2026-12-25T23:59:59+08:00',
} as const

const SHOWN = {
  usage_rule_display_info: { coupon_usage_method_list: ['OFFLINE'], usage_description: '工作日可用' },
  coupon_display_info: { code_display_mode: 'QRCODE' },
  notify_config: { notify_appid: 'wx0000000000000001' },
  store_scope: 'NONE',
} as const

const NORMAL = { threshold: 10_000, discount_amount: 2_000 } as const

export const aStock = (changes: object = {}) => ({
  coupon_code_mode: 'WECHATPAY',
  stock_send_rule: { max_count: 1_000, max_count_per_user: 2 },
  single_usage_rule: { coupon_available_period: PERIOD },
  ...SHOWN,
  ...changes,
})

export const aBundle = (changes: object = {}) => ({
  coupon_code_mode: 'WECHATPAY',
  stock_send_rule: { max_count: 1_000, max_count_per_day: 100, max_count_per_user: 2 },
  progressive_bundle_usage_rule: { coupon_available_period: PERIOD, normal_coupon_list: [NORMAL, NORMAL, NORMAL] },
  ...SHOWN,
  ...changes,
})

const DISPLAY = {
  name: '满100减20元',
  image_url: 'https://p.example.com/1.png',
  background_url: 'https://p.example.com/2.png',
}

/** Products that a coupon is for, which scope SINGLE needs. */
export const COMBOS = {
  combo_package_list: [{ name: '套餐', pick_count: 1, choice_list: [{ name: '咖啡', price: 1_800, count: 1 }] }],
} as const

export const display = (changes: object = {}) => ({ display_info: { ...DISPLAY, ...changes } })

/** A hundred yuan less twenty, for everything, once. */
export const aProduct = (changes: object = {}) => ({
  ...BRAND,
  out_request_no: 'CREATE_1',
  scope: 'ALL',
  type: 'NORMAL',
  usage_mode: 'SINGLE',
  single_usage_info: { normal_coupon: NORMAL },
  ...display(),
  stock: aStock(),
  ...changes,
})

/** The same three times. */
export const aProductOfBundles = (changes: object = {}) =>
  aProduct({
    usage_mode: 'PROGRESSIVE_BUNDLE',
    single_usage_info: undefined,
    progressive_bundle_usage_info: { count: 3, interval_days: 1 },
    stock: undefined,
    stock_bundle: aBundle(),
    ...changes,
  })
