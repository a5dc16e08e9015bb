import type { Texts } from '../../wire/shared/texts.ts'
import type { ProductCoupon } from './product-coupons.ts'
import {
  type Benefit,
  type MiniProgram,
  type NewBundle,
  type NewProduct,
  type NewStock,
  type PeriodJson,
  type ProductDisplay,
  roundsOf,
  type UsageDisplay,
} from './stock-requests.ts'

/** A rule about members that have to fit together; `en` and `zh` state it. Documented, unless it says otherwise. */
export interface FittingRule<Value, Refusal extends string = 'rule_broken'> extends Texts {
  readonly fits: (value: Value) => boolean
  readonly refusal: Refusal
  readonly isInferred?: true
}

/** Rules that have no refusal of their own. */
const rules = <Value>(...given: readonly Omit<FittingRule<Value>, 'refusal'>[]): readonly FittingRule<Value>[] =>
  given.map((one) => ({ ...one, refusal: 'rule_broken' }))

/** Rules of a part of a request, where it has that part. */
const ofPart = <Whole, Part, Refusal extends string>(
  part: (whole: Whole) => Part | undefined,
  given: readonly FittingRule<Part, Refusal>[],
): readonly FittingRule<Whole, Refusal>[] =>
  given.map((one) => ({
    ...one,
    fits: (whole) => {
      const value = part(whole)
      return value === undefined || one.fits(value)
    },
  }))

const BENEFITS = { NORMAL: 'normal_coupon', DISCOUNT: 'discount_coupon', EXCHANGE: 'exchange_coupon' } as const

/** Whether the only benefit that an object has is that of a type. */
function hasOnly(given: object, type: ProductCoupon['type'], list = ''): boolean {
  return Object.values(BENEFITS).every((name) => Object.hasOwn(given, `${name}${list}`) === (name === BENEFITS[type]))
}

const belowThreshold = <Value>(
  benefitsOf: (value: Value) => readonly Benefit[],
): FittingRule<Value, 'discount_above_threshold'> => ({
  en: 'discount_amount is not above threshold, unless that is 0.',
  zh: 'threshold 不为 0 时，discount_amount 不得大于 threshold。',
  refusal: 'discount_above_threshold',
  fits: (value) =>
    benefitsOf(value).every(
      ({ normal_coupon: one }) => !one || one.threshold === 0 || one.discount_amount <= one.threshold,
    ),
})

const isOpenable = ({ mini_program_appid: appid, mini_program_path: path }: MiniProgram) =>
  (appid === undefined) === (path === undefined)

interface Displayed extends Pick<ProductCoupon, 'scope'> {
  readonly display_info: ProductDisplay
}

/** Rules of a product coupon as it is shown. */
export const DISPLAY_RULES = rules<Displayed>(
  {
    en: 'scope SINGLE needs combo_package_list.',
    zh: 'scope 为 SINGLE 时，combo_package_list 必填。',
    fits: ({ scope, display_info: { combo_package_list: combos = [] } }) => scope === 'ALL' || combos.length > 0,
  },
  {
    en: 'mini_program_appid and mini_program_path of a choice come together.',
    zh: 'choice_list 中的 mini_program_appid 与 mini_program_path 须一同填写。',
    fits: ({ display_info: { combo_package_list: combos = [] } }) =>
      combos.every(({ choice_list }) => choice_list.every(isOpenable)),
  },
)

/** Rules of the ways to use a coupon. */
export const USAGE_RULES = rules<UsageDisplay>(
  {
    en: 'MINI_PROGRAM needs mini_program_appid and mini_program_path; one of them never comes alone, nor does one of the stores.',
    zh: '使用方式含 MINI_PROGRAM 时须填写 mini_program_appid 和 mini_program_path；两者不可只填其一，门店信息中亦然。',
    fits: (usage) =>
      isOpenable(usage) &&
      isOpenable(usage.coupon_available_store_info ?? {}) &&
      (usage.mini_program_appid !== undefined || !usage.coupon_usage_method_list.includes('MINI_PROGRAM')),
  },
  {
    en: 'APP needs app_jump_type; H5 needs app_path, PASSCODE_LINK needs passcode_link.',
    zh: '使用方式含 APP 时须填写 app_jump_type；其为 H5 时须填写 app_path，为 PASSCODE_LINK 时须填写 passcode_link。',
    fits: ({ coupon_usage_method_list: methods, app_jump_type: jump, app_path, passcode_link }) =>
      (jump !== undefined || !methods.includes('APP')) &&
      (jump !== 'H5' || app_path !== undefined) &&
      (jump !== 'PASSCODE_LINK' || passcode_link !== undefined),
  },
)

const MOST_DAYS_MS = 365 * 86_400_000

/** Rules of the time in which coupons can be used. @internal */
export const PERIOD_RULES = rules<PeriodJson>(
  {
    en: 'available_end_time is after available_begin_time, by 365 days at most.',
    zh: 'available_end_time 须晚于 available_begin_time，且相距不超过 365 天。',
    fits: ({ available_begin_time: from, available_end_time: end }) => {
      const length = Date.parse(end) - Date.parse(from)
      return length > 0 && length <= MOST_DAYS_MS
    },
  },
  {
    en: 'wait_days_after_receive needs available_days.',
    zh: '填写 wait_days_after_receive 时须一同填写 available_days。',
    fits: ({ wait_days_after_receive: wait, available_days: days }) => wait === undefined || days !== undefined,
  },
  {
    en: "irregular_available_period_list goes without available_days, wait_days_after_receive and weekly_available_period; the vendor's samples 4016756270 to 4016756274 send them together.",
    zh: 'irregular_available_period_list 不可与 available_days、wait_days_after_receive、weekly_available_period 同时配置；官方示例代码 4016756270 至 4016756274 却同时传了它们。',
    fits: ({ irregular_available_period_list: dated, available_days: days, weekly_available_period: week }) =>
      dated === undefined || (days === undefined && week === undefined),
  },
  {
    en: 'available_seconds is a multiple of 3,600, and goes without days, weekly and dated windows.',
    zh: 'available_seconds 须为 3600 的整数倍，且不可与天数、每周可用时间、指定可用时间段同时配置。',
    fits: ({
      available_seconds: seconds,
      available_days: days,
      weekly_available_period: week,
      irregular_available_period_list: dated,
    }) => seconds === undefined || (seconds % 3_600 === 0 && (days ?? week ?? dated) === undefined),
  },
  {
    en: 'day_period_list needs day_list.',
    zh: '配置 day_period_list 时 day_list 必填。',
    fits: ({ weekly_available_period: { day_list: days = [], day_period_list: hours = [] } = {} }) =>
      hours.length === 0 || days.length > 0,
  },
  {
    en: 'Windows of a day and dated ones end after they begin, and do not overlap.',
    zh: '当天可用时间段和指定可用时间段的结束时间须晚于开始时间，且各时间段不得重叠。',
    fits: ({ weekly_available_period: week, irregular_available_period_list: dated = [] }) =>
      areApart(week?.day_period_list ?? []) &&
      areApart(dated.map((one) => ({ begin_time: Date.parse(one.begin_time), end_time: Date.parse(one.end_time) }))),
  },
)

function areApart(windows: readonly { readonly begin_time: number; readonly end_time: number }[]): boolean {
  const sorted = windows.toSorted((a, b) => a.begin_time - b.begin_time)
  return sorted.every((one, i) => {
    const before = sorted[i - 1]
    return one.begin_time < one.end_time && (!before || before.end_time <= one.begin_time)
  })
}

type Product = Pick<ProductCoupon, 'scope' | 'type' | 'usage_mode' | 'progressive_bundle_usage_info'>

interface StockOf {
  readonly product: Product
  readonly stock: NewStock
}

/** Rules of a batch that is added to a product coupon. */
export const STOCK_RULES = [
  ...rules<StockOf>(
    {
      en: 'stock is for usage_mode SINGLE.',
      zh: 'usage_mode 为 SINGLE 时才可填写 stock。',
      fits: ({ product }) => product.usage_mode === 'SINGLE',
    },
    {
      en: 'With scope SINGLE, single_usage_rule has the benefit of type and no other; with scope ALL it has none.',
      zh: 'scope 为 SINGLE 时，single_usage_rule 须填写且只填写与 type 对应的优惠；scope 为 ALL 时不应填写优惠。',
      fits: ({ product: { scope, type }, stock: { single_usage_rule: rule } }) =>
        scope === 'SINGLE' ? hasOnly(rule, type) : Object.values(BENEFITS).every((name) => rule[name] === undefined),
    },
  ),
  belowThreshold(({ stock }: StockOf) => [stock.single_usage_rule]),
  ...ofPart(({ stock }: StockOf) => stock.single_usage_rule.coupon_available_period, PERIOD_RULES),
  ...ofPart(({ stock }: StockOf) => stock.usage_rule_display_info, USAGE_RULES),
]

interface BundleOf {
  readonly product: Product
  readonly bundle: NewBundle
}

const benefitsOf = ({ bundle }: BundleOf) => roundsOf(bundle.progressive_bundle_usage_rule)

/** Rules of a bundle that is added to a product coupon. */
export const BUNDLE_RULES = [
  ...rules<BundleOf>(
    {
      en: 'stock_bundle is for usage_mode PROGRESSIVE_BUNDLE.',
      zh: 'usage_mode 为 PROGRESSIVE_BUNDLE 时才可填写 stock_bundle。',
      fits: ({ product }) => product.usage_mode === 'PROGRESSIVE_BUNDLE',
    },
    {
      en: 'progressive_bundle_usage_rule has the list of type and no other.',
      zh: 'progressive_bundle_usage_rule 须填写且只填写与 type 对应的列表。',
      fits: ({ product, bundle }) => hasOnly(bundle.progressive_bundle_usage_rule, product.type, '_list'),
    },
    {
      en: 'That list has an entry for each of count uses.',
      zh: '该列表的项数须与 count 相同，每次使用一项。',
      isInferred: true,
      fits: (one) => benefitsOf(one).length === one.product.progressive_bundle_usage_info?.count,
    },
  ),
  belowThreshold(benefitsOf),
  {
    en: 'From the third use on, none is worse than the one before: discount_amount and percent_off do not fall, exchange_price does not rise.',
    zh: '从第三次使用起，每次的优惠力度须大于等于前一次：discount_amount、percent_off 不得减小，exchange_price 不得增大。',
    refusal: 'uses_get_worse',
    fits: (one: BundleOf) => {
      const [, ...others] = benefitsOf(one).map(worthOf)
      return others.every((worth, i) => worth >= (others[i - 1] ?? worth))
    },
  } as const,
  ...ofPart(({ bundle }: BundleOf) => bundle.progressive_bundle_usage_rule.coupon_available_period, PERIOD_RULES),
  ...ofPart(({ bundle }: BundleOf) => bundle.usage_rule_display_info, USAGE_RULES),
]

/** How much a benefit is worth to a user, beside others of its type. */
function worthOf({ normal_coupon, discount_coupon, exchange_coupon }: Benefit): number {
  return normal_coupon?.discount_amount ?? discount_coupon?.percent_off ?? -(exchange_coupon?.exchange_price ?? 0)
}

/** Rules of a product coupon that is made with its first batch or bundle. */
export const PRODUCT_RULES = [
  ...rules<NewProduct>(
    {
      en: 'EXCHANGE is for scope SINGLE.',
      zh: 'scope 为 SINGLE 时才可选择 EXCHANGE。',
      fits: ({ scope, type }) => scope === 'SINGLE' || type !== 'EXCHANGE',
    },
    {
      en: 'With scope ALL and usage_mode SINGLE, single_usage_info has the benefit of type and no other; otherwise it is left out.',
      zh: 'scope 为 ALL 且 usage_mode 为 SINGLE 时，single_usage_info 须填写且只填写与 type 对应的优惠；其他情况不应填写。',
      fits: ({ scope, type, usage_mode, single_usage_info: info }) =>
        scope === 'ALL' && usage_mode === 'SINGLE' ? hasOnly(info ?? {}, type) : info === undefined,
    },
    {
      en: 'usage_mode SINGLE needs stock; PROGRESSIVE_BUNDLE needs stock_bundle, and progressive_bundle_usage_info with a count from 3 to 15.',
      zh: 'usage_mode 为 SINGLE 时 stock 必填；为 PROGRESSIVE_BUNDLE 时 stock_bundle 和 progressive_bundle_usage_info 必填，且 count 为 3 至 15。',
      fits: ({ usage_mode, stock, stock_bundle, progressive_bundle_usage_info: info }) =>
        usage_mode === 'SINGLE'
          ? stock !== undefined && info === undefined
          : stock_bundle !== undefined && info !== undefined && info.count >= 3 && info.count <= 15,
    },
  ),
  belowThreshold(({ single_usage_info: info }: NewProduct) => (info ? [info] : [])),
  ...ofPart((product: NewProduct) => product, DISPLAY_RULES),
  ...ofPart((product: NewProduct) => product.stock && { product, stock: product.stock }, STOCK_RULES),
  ...ofPart((product: NewProduct) => product.stock_bundle && { product, bundle: product.stock_bundle }, BUNDLE_RULES),
]
