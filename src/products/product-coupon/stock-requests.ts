import { z } from 'zod'
import { type FieldRule, HELD_BY_RULES } from '../../catalogue/documented-call.ts'
import type { OperationContext } from '../../engine/operation.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { newProductCouponId, type ProductCoupon, type productCoupon, productCoupons } from './product-coupons.ts'
import { REQUEST_NO } from './request-checks.ts'
import {
  completeStock,
  givenStock,
  MOST_COUPONS,
  type stock,
  stockDetails,
  stocks,
  stocksOfBundle,
  type usageRule,
} from './stocks.ts'

/** Requests that make or change product coupons and batches: their members, limits that the tables of the pages lack, and the rows that come of them. */

type StockJson = z.input<typeof stock>
type UsageRuleJson = z.input<typeof usageRule>
export type PeriodJson = UsageRuleJson['coupon_available_period']
export type Benefit = Pick<UsageRuleJson, 'normal_coupon' | 'discount_coupon' | 'exchange_coupon'>

export type MiniProgram = { readonly mini_program_appid?: string; readonly mini_program_path?: string }

export type UsageDisplay = MiniProgram &
  StockJson['usage_rule_display_info'] & {
    readonly app_jump_type?: string
    readonly app_path?: string
    readonly passcode_link?: string
    readonly coupon_available_store_info?: MiniProgram
  }

export type ProductDisplay = ProductCoupon['display_info'] & {
  readonly combo_package_list?: readonly { readonly choice_list: readonly MiniProgram[] }[]
}

/** Members of a batch that can be changed later. */
export interface StockChange extends Partial<Pick<StockJson, 'remark' | 'notify_config' | 'store_scope'>> {
  readonly usage_rule_display_info?: UsageDisplay
  readonly coupon_display_info?: StockJson['coupon_display_info'] & {
    readonly entrance_mini_program?: { readonly appid: string }
    readonly entrance_official_account?: { readonly appid: string }
  }
}

type NewStocks = Required<Omit<StockChange, 'remark'>> &
  Pick<StockChange, 'remark'> &
  Pick<StockJson, 'coupon_code_mode' | 'stock_send_rule'>

export type NewStock = NewStocks & { readonly single_usage_rule: UsageRuleJson }

/** The benefits of a bundle, an entry for each use. */
type Rounds = { readonly [Name in keyof Benefit as `${Name}_list`]?: readonly NonNullable<Benefit[Name]>[] }

export type NewBundle = NewStocks & {
  readonly progressive_bundle_usage_rule: Rounds & { readonly coupon_available_period: PeriodJson }
}

export interface NewProduct
  extends Pick<
    z.input<typeof productCoupon>,
    'scope' | 'type' | 'usage_mode' | 'single_usage_info' | 'progressive_bundle_usage_info' | 'out_product_no'
  > {
  readonly display_info: ProductDisplay
  readonly stock?: NewStock
  readonly stock_bundle?: NewBundle
}

type Fields = Readonly<Record<string, FieldRule>>

const at = (place: string, fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, rule]) => [`${place}/${name}`, rule]))

/** Limits of the members of every management call; those that stand in the texts of the pages. */
export const REQUEST_FIELDS: Fields = { 'body/out_request_no': REQUEST_NO, 'body/brand_id': { max: 40 } }

/** An object that a row keeps as it came. The limit is the mock's. */
const AS_GIVEN: FieldRule = { bytes: true, max: 16_384 }

export const DISPLAY_FIELDS: Fields = {
  'body/display_info': AS_GIVEN,
  ...at('body/display_info', {
    name: { min: 3 },
    detail_image_url_list: { entries: [0, 8] },
    original_price: { min: 0, max: 10_000_000 },
    combo_package_list: { max: 50 },
    'combo_package_list/pick_count': { min: 1 },
    'combo_package_list/choice_list': { max: 99 },
    'combo_package_list/choice_list/price': { min: 0 },
    'combo_package_list/choice_list/count': { min: 1, max: 99 },
  }),
}

const CHANGED: Fields = {
  usage_rule_display_info: AS_GIVEN,
  coupon_display_info: AS_GIVEN,
  'notify_config/notify_appid': { max: 32 },
}

export const CHANGE_FIELDS: Fields = { ...REQUEST_FIELDS, ...at('body', CHANGED) }

const reductionFields = (list = ''): Fields => ({
  [`normal_coupon${list}/threshold`]: { min: 0 },
  [`normal_coupon${list}/discount_amount`]: { min: 1 },
  [`discount_coupon${list}/threshold`]: { min: 0 },
  [`discount_coupon${list}/percent_off`]: { min: 1, max: 99 },
})

const benefitFields = (list = ''): Fields => ({
  ...reductionFields(list),
  [`exchange_coupon${list}/threshold`]: { min: 0 },
  [`exchange_coupon${list}/exchange_price`]: { min: 0 },
})

const COUNT: FieldRule = { min: 1, max: MOST_COUPONS }
const SECOND_OF_DAY: FieldRule = { min: 0, max: 86_399 }

const newFields = (place: string, rule: string, benefits: Fields): Fields =>
  at(place, {
    ...CHANGED,
    'stock_send_rule/max_count': COUNT,
    'stock_send_rule/max_count_per_day': COUNT,
    'stock_send_rule/max_count_per_user': { min: 1, max: 100 },
    [rule]: { required: true },
    ...at(rule, benefits),
    ...at(`${rule}/coupon_available_period`, {
      available_days: { ...HELD_BY_RULES, min: 1, max: 365 },
      wait_days_after_receive: { ...HELD_BY_RULES, min: 0, max: 30 },
      weekly_available_period: HELD_BY_RULES,
      available_seconds: { ...HELD_BY_RULES, min: 3_600, max: 86_400 },
      'weekly_available_period/day_list': { entries: [0, 7] },
      'weekly_available_period/day_period_list': { max: 3 },
      'weekly_available_period/day_period_list/begin_time': SECOND_OF_DAY,
      'weekly_available_period/day_period_list/end_time': SECOND_OF_DAY,
      irregular_available_period_list: { ...HELD_BY_RULES, max: 2 },
    }),
  })

export const STOCK_FIELDS = newFields('body/stock', 'single_usage_rule', benefitFields())
export const BUNDLE_FIELDS = newFields('body/stock_bundle', 'progressive_bundle_usage_rule', benefitFields('_list'))

export const PRODUCT_FIELDS: Fields = {
  ...REQUEST_FIELDS,
  'body/progressive_bundle_usage_info/interval_days': { min: 0, max: 7 },
  ...at('body/single_usage_info', reductionFields()),
  ...DISPLAY_FIELDS,
  ...STOCK_FIELDS,
  ...BUNDLE_FIELDS,
}

const LISTED: Texts = {
  en: "The vendor's samples 4016756283 to 4016756287 send the benefit of a bundle without _list; its reference, which the mock follows, has a list for each type",
  zh: '官方示例代码 4016756283 至 4016756287 中批次组的优惠字段不带 _list，而接口参数表中每种类型都是列表；模拟服务以参数表为准',
}

/** Where the vendor's samples of bundles contradict its reference. */
export const BUNDLE_NOTES: Readonly<Record<string, Texts>> = Object.fromEntries(
  ['normal_coupon', 'discount_coupon', 'exchange_coupon'].map((name) => [
    `/body/stock_bundle/progressive_bundle_usage_rule/${name}`,
    LISTED,
  ]),
)

/** The same for product coupons. */
export const PRODUCT_NOTES: Readonly<Record<string, Texts>> = {
  '/body/display_info/name': {
    en: "The comments in the vendor's samples allow 20 characters, and sample 4016756287 sends 18; its reference, which the mock follows, has 15",
    zh: '官方示例代码的注释写最多 20 个字符，示例 4016756287 传了 18 个字符，而接口参数表中最多 15 个；模拟服务以参数表为准',
  },
  ...BUNDLE_NOTES,
}

/** The appids that a request names. */
export function appidsOf({
  display_info,
  notify_config,
  usage_rule_display_info: usage,
  coupon_display_info: display,
}: StockChange & { readonly display_info?: ProductDisplay }): readonly string[] {
  const choices = display_info?.combo_package_list?.flatMap(({ choice_list }) => choice_list) ?? []
  return [
    notify_config?.notify_appid,
    usage?.mini_program_appid,
    usage?.coupon_available_store_info?.mini_program_appid,
    display?.entrance_mini_program?.appid,
    display?.entrance_official_account?.appid,
    ...choices.map(({ mini_program_appid }) => mini_program_appid),
  ].filter((appid) => appid !== undefined)
}

/** The benefits of a bundle, in the order of its uses. */
export function roundsOf({ normal_coupon_list, discount_coupon_list, exchange_coupon_list }: Rounds): Benefit[] {
  return [
    ...(normal_coupon_list ?? []).map((normal_coupon) => ({ normal_coupon })),
    ...(discount_coupon_list ?? []).map((discount_coupon) => ({ discount_coupon })),
    ...(exchange_coupon_list ?? []).map((exchange_coupon) => ({ exchange_coupon })),
  ]
}

type MakeContext = Pick<OperationContext<never>, 'tx' | 'now' | 'ids'>

/** A product coupon id that no partner has. */
export async function freeProductId({ tx, ids }: Pick<MakeContext, 'tx' | 'ids'>): Promise<string> {
  for (;;) {
    const id = newProductCouponId(ids)
    if ((await tx.in(productCoupons).where('product_coupon_id', id)).length === 0) return id
  }
}

/** Adds a batch to a product coupon. @returns its id */
export async function addStock(
  product: ProductCoupon,
  given: z.input<typeof givenStock>,
  { tx, now, ids }: MakeContext,
): Promise<string> {
  const table = tx.in(stocks)
  const { product_coupon_id } = product
  // Ids on the pages are that of the product coupon and three digits.
  let number = (await table.countAmong('ofProductCoupon', product_coupon_id)) + 1
  const id = () => `${product_coupon_id}${String(number).padStart(3, '0')}`
  while ((await table.where('stock_id', id())).length > 0) number += 1
  const made = completeStock({ ...z.decode(givenStock, given), stock_id: id() }, product, { now, ids })
  await table.save(made)
  return made.stock_id
}

/** Adds a bundle to a product coupon, a batch for each use; only the first has the limit of a day (documented). @returns the id of the bundle */
export async function addBundle(
  product: ProductCoupon,
  { progressive_bundle_usage_rule, stock_send_rule, ...given }: NewBundle,
  context: MakeContext,
): Promise<string> {
  const { coupon_available_period, ...lists } = progressive_bundle_usage_rule
  const { max_count_per_day: _, ...others } = stock_send_rule
  const stock_bundle_id = context.ids.digits(18)
  for (const [index, benefit] of roundsOf(lists).entries()) {
    const round = {
      ...given,
      stock_send_rule: index === 0 ? stock_send_rule : others,
      progressive_bundle_usage_rule: { coupon_available_period, ...benefit },
      stock_bundle_info: { stock_bundle_id, stock_bundle_index: index },
    }
    await addStock(product, round, context)
  }
  return stock_bundle_id
}

type ShowContext = Pick<OperationContext<never>, 'tx' | 'now' | 'caller'>

/** A batch that the caller has, as answers show it. */
export async function stockShown(id: string, { tx, now, caller }: ShowContext) {
  const one = await tx.in(stocks).find(caller.mchid, id)
  if (!one) throw new Error(`There is no batch ${id}.`)
  return stockDetails(one, now)
}

/** A bundle that the caller has, as answers show it. */
export async function bundleShown(stock_bundle_id: string, { tx, now, caller }: ShowContext) {
  const batches = await stocksOfBundle(tx, caller.mchid, stock_bundle_id)
  return { stock_bundle_id, stock_list: batches.map((one) => stockDetails(one, now)) }
}
