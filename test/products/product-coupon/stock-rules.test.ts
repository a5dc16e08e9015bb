import { expect, test } from 'vitest'
import {
  BUNDLE_RULES,
  type FittingRule,
  PERIOD_RULES,
  PRODUCT_RULES,
  STOCK_RULES,
  USAGE_RULES,
} from '../../../src/products/product-coupon/stock-rules.ts'
import {
  aBundle,
  aProduct,
  aProductOfBundles,
  aStock,
  COMBOS,
  display,
  PERIOD,
} from '../../operations/product-coupon/requests.ts'

/** The start of the first rule that a value breaks. Requests of tests are JSON, in which what is undefined is left out. */
function broken<Value>(rules: readonly FittingRule<Value, string>[], value: unknown): string | undefined {
  const one = JSON.parse(JSON.stringify(value)) as Value
  return rules
    .find(({ fits }) => !fits(one))
    ?.en.split(/[ ,;:.]/, 2)
    .join(' ')
}

const NORMAL = { normal_coupon: { threshold: 100, discount_amount: 100 } }
const DISCOUNT = { discount_coupon: { threshold: 0, percent_off: 20 } }
const choice = (changes: object) =>
  display({ combo_package_list: [{ name: '套餐', pick_count: 1, choice_list: [{ name: '咖啡', ...changes }] }] })
const withStock = (changes: object) => ({ stock: aStock(changes) })

test.for<[object, string | undefined]>([
  [{}, undefined],
  [{ type: 'EXCHANGE' }, 'EXCHANGE is'],
  [{ type: 'DISCOUNT' }, 'With scope'],
  [{ single_usage_info: { ...NORMAL, ...DISCOUNT } }, 'With scope'],
  [{ single_usage_info: undefined }, 'With scope'],
  [{ scope: 'SINGLE' }, 'With scope'],
  [{ progressive_bundle_usage_info: { count: 3 } }, 'usage_mode SINGLE'],
  [{ stock: undefined }, 'usage_mode SINGLE'],
  [{ stock_bundle: aBundle() }, 'stock_bundle is'],
  [aProductOfBundles(), undefined],
  [aProductOfBundles({ stock_bundle: undefined }), 'usage_mode SINGLE'],
  [aProductOfBundles({ stock: aStock() }), 'stock is'],
  [aProductOfBundles({ single_usage_info: NORMAL }), 'With scope'],
  [aProductOfBundles({ progressive_bundle_usage_info: { count: 2 } }), 'usage_mode SINGLE'],
  [aProductOfBundles({ progressive_bundle_usage_info: { count: 16 } }), 'usage_mode SINGLE'],
  [aProductOfBundles({ progressive_bundle_usage_info: { count: 4 } }), 'That list'],
  [{ single_usage_info: NORMAL }, undefined],
  [{ single_usage_info: { normal_coupon: { threshold: 0, discount_amount: 1 } } }, undefined],
  [{ single_usage_info: { normal_coupon: { threshold: 99, discount_amount: 100 } } }, 'discount_amount is'],
  [
    {
      scope: 'SINGLE',
      single_usage_info: undefined,
      ...withStock({ single_usage_rule: { ...NORMAL, coupon_available_period: PERIOD } }),
    },
    'scope SINGLE',
  ],
  [{ scope: 'SINGLE', single_usage_info: undefined, ...display(COMBOS) }, 'With scope'],
  [choice({ mini_program_path: '/' }), 'mini_program_appid and'],
  [choice({ mini_program_path: '/', mini_program_appid: 'wx1' }), undefined],
  [withStock({ usage_rule_display_info: { coupon_usage_method_list: ['APP'] } }), 'APP needs'],
  [
    withStock({ single_usage_rule: { coupon_available_period: { ...PERIOD, wait_days_after_receive: 1 } } }),
    'wait_days_after_receive needs',
  ],
])('a product coupon with %j breaks %j', ([changes, expected]) => {
  expect(broken(PRODUCT_RULES, aProduct(changes))).toBe(expected)
})

test.for<[object, object, string | undefined]>([
  [{ scope: 'ALL' }, {}, undefined],
  [{ scope: 'ALL' }, NORMAL, 'With scope'],
  [{ scope: 'SINGLE' }, {}, 'With scope'],
  [{ scope: 'SINGLE' }, NORMAL, undefined],
  [{ scope: 'SINGLE' }, { ...NORMAL, ...DISCOUNT }, 'With scope'],
  [{ scope: 'SINGLE', type: 'DISCOUNT' }, NORMAL, 'With scope'],
  [{ scope: 'SINGLE' }, { normal_coupon: { threshold: 1, discount_amount: 2 } }, 'discount_amount is'],
])('a batch of a product coupon %j with %j breaks %j', ([changes, benefit, expected]) => {
  const product = { type: 'NORMAL', usage_mode: 'SINGLE', ...changes }
  const stock = aStock({ single_usage_rule: { coupon_available_period: PERIOD, ...benefit } })

  expect(broken(STOCK_RULES, { product, stock })).toBe(expected)
})

/** The examples of the page: 8折 is 20 per cent off. */
test.for<[number[], string | undefined]>([
  [[20, 30, 40, 50, 60], undefined],
  [[20, 20, 20, 20, 20], undefined],
  [[40, 30, 40, 50, 60], undefined],
  [[40, 30, 30, 30, 30], undefined],
  [[40, 30, 20, 30, 30], 'From the'],
  [[20, 30, 40, 30, 60], 'From the'],
])('a bundle of uses with %j per cent off breaks %j', ([uses, expected]) => {
  const product = { type: 'DISCOUNT', usage_mode: 'PROGRESSIVE_BUNDLE', progressive_bundle_usage_info: { count: 5 } }
  const lists = {
    discount_coupon_list: uses.map((percent_off) => ({ threshold: 0, percent_off })),
    normal_coupon_list: uses.map((percent) => ({ threshold: 0, discount_amount: percent })),
    exchange_coupon_list: uses.map((percent) => ({ threshold: 0, exchange_price: 100 - percent })),
  }
  const types = {
    DISCOUNT: 'discount_coupon_list',
    NORMAL: 'normal_coupon_list',
    EXCHANGE: 'exchange_coupon_list',
  } as const
  const verdicts = Object.entries(types).map(([type, list]) => {
    const rule = { coupon_available_period: PERIOD, [list]: lists[list] }
    return broken(BUNDLE_RULES, {
      product: { ...product, type },
      bundle: aBundle({ progressive_bundle_usage_rule: rule }),
    })
  })

  expect(verdicts).toEqual([expected, expected, expected])
  const both = aBundle({ progressive_bundle_usage_rule: { coupon_available_period: PERIOD, ...lists } })
  expect(broken(BUNDLE_RULES, { product, bundle: both })).toBe('progressive_bundle_usage_rule has')
})

const dated = (...windows: readonly (readonly [from: string, end: string])[]) => ({
  irregular_available_period_list: windows.map(([from, end]) => ({
    begin_time: `2026-12-01T${from}:00+08:00`,
    end_time: `2026-12-01T${end}:00+08:00`,
  })),
})
const hours = (...windows: readonly (readonly [begin_time: number, end_time: number])[]) => ({
  weekly_available_period: {
    day_list: ['MONDAY'],
    day_period_list: windows.map(([begin_time, end_time]) => ({ begin_time, end_time })),
  },
})
const MONDAYS = { weekly_available_period: { day_list: ['MONDAY'] } }

test.for<[object, string | undefined]>([
  [{}, undefined],
  [{ available_end_time: PERIOD.available_begin_time }, 'available_end_time is'],
  [{ available_end_time: '2027-11-25T00:00:00+08:00' }, undefined],
  [{ available_end_time: '2027-11-25T00:00:01+08:00' }, 'available_end_time is'],
  [{ available_days: 2, wait_days_after_receive: 1, ...MONDAYS }, undefined],
  [{ available_days: 2, wait_days_after_receive: 0 }, undefined],
  [{ wait_days_after_receive: 1 }, 'wait_days_after_receive needs'],
  [{ available_days: 1, ...dated(['10:00', '11:00']) }, 'irregular_available_period_list goes'],
  [{ ...MONDAYS, ...dated(['10:00', '11:00']) }, 'irregular_available_period_list goes'],
  [{ available_seconds: 7_200 }, undefined],
  [{ available_seconds: 3_601 }, 'available_seconds is'],
  [{ available_seconds: 3_600, available_days: 1 }, 'available_seconds is'],
  [{ available_seconds: 3_600, ...MONDAYS }, 'available_seconds is'],
  [{ available_seconds: 3_600, ...dated(['10:00', '11:00']) }, 'available_seconds is'],
  [{ weekly_available_period: { day_period_list: [{ begin_time: 1, end_time: 2 }] } }, 'day_period_list needs'],
  [hours([3_600, 7_200], [0, 3_600]), undefined],
  [hours([3_600, 7_200], [0, 3_601]), 'Windows of'],
  [hours([3_600, 3_600]), 'Windows of'],
  [dated(['11:00', '12:00'], ['10:00', '11:00']), undefined],
  [dated(['10:00', '11:00'], ['10:59', '12:00']), 'Windows of'],
  [dated(['10:00', '10:00']), 'Windows of'],
])('a time with %j breaks %j', ([changes, expected]) => {
  expect(broken(PERIOD_RULES, { ...PERIOD, ...changes })).toBe(expected)
})

const APP = { mini_program_appid: 'wx1', mini_program_path: '/' }

test.for<[string[], object, string | undefined]>([
  [['OFFLINE', 'PAYMENT_CODE'], {}, undefined],
  [['MINI_PROGRAM'], {}, 'MINI_PROGRAM needs'],
  [['MINI_PROGRAM'], APP, undefined],
  [['OFFLINE'], { mini_program_path: '/' }, 'MINI_PROGRAM needs'],
  [['OFFLINE'], { coupon_available_store_info: { mini_program_appid: 'wx1' } }, 'MINI_PROGRAM needs'],
  [['OFFLINE'], { coupon_available_store_info: APP }, undefined],
  [['APP'], {}, 'APP needs'],
  [['APP'], { app_jump_type: 'H5' }, 'APP needs'],
  [['APP'], { app_jump_type: 'H5', app_path: '/' }, undefined],
  [['APP'], { app_jump_type: 'PASSCODE_LINK', app_path: '/' }, 'APP needs'],
  [['APP'], { app_jump_type: 'PASSCODE_LINK', passcode_link: '1' }, undefined],
])('coupons used by %j with %j break %j', ([coupon_usage_method_list, changes, expected]) => {
  expect(broken(USAGE_RULES, { coupon_usage_method_list, ...changes })).toBe(expected)
})
