import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred, type OperationContext } from '../../engine/operation.ts'
import { fromPage, invalidRequest } from '../common/refusal.ts'
import { BENEFIT_REFUSALS, BUNDLE_REFUSALS, checkRules, FITTING_REFUSALS, statementsOf } from './fitting.ts'
import { APPID_RULE, NUMBER_RULES } from './product-calls.ts'
import type { ProductCoupon } from './product-coupons.ts'
import {
  alreadyExists,
  bundleFor,
  checkAppids,
  checkImages,
  checkRunning,
  checkState,
  deactivated,
  ENDED,
  LONE_STOCK_REFUSALS,
  loneStockFor,
  NUMBER_REFUSALS,
  type NumberedBody,
  onceFor,
  PRODUCT_REFUSALS,
  pageOf,
  productCouponSources,
  productFor,
  REFERENCE_REFUSALS,
  STATE_REFUSALS,
  STOCK_REFUSALS,
  stockFor,
  UNFIT_ROW,
} from './request-checks.ts'
import {
  addBundle,
  addStock,
  appidsOf,
  BUNDLE_FIELDS,
  BUNDLE_NOTES,
  bundleShown,
  CHANGE_FIELDS,
  type NewBundle,
  type NewStock,
  REQUEST_FIELDS,
  roundsOf,
  STOCK_FIELDS,
  type StockChange,
  stockShown,
} from './stock-requests.ts'
import { BUNDLE_RULES, STOCK_RULES, USAGE_RULES } from './stock-rules.ts'
import { type Stock, stockDetails, stockStateOf, stocks } from './stocks.ts'

const PRODUCT = '/v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}'

/** The most batches of a product coupon that are neither over nor deactivated. */
const MOST_STOCKS = 200

/** Refuses more batches for a product coupon than it may have, and any for one that is not EFFECTIVE. */
async function checkRoom(
  product: ProductCoupon,
  more: number,
  context: Pick<OperationContext<'state_unfit'>, 'tx' | 'now' | 'fail'>,
): Promise<void> {
  checkState(product.state, ['EFFECTIVE'], context)
  const { tx, now, fail } = context
  const { product_coupon_id: id, mchid } = product
  const all = await tx.in(stocks).where('product_coupon_id', id, mchid)
  const counted = all.filter((one) => !['STOPPED', 'DEACTIVATED'].includes(stockStateOf(one, now))).length
  if (counted + more <= MOST_STOCKS) return
  fail('state_unfit', {
    en: `product coupon ${id} has ${counted} batches that are in effect; ${MOST_STOCKS} is the most`,
    zh: `商品券 ${id} 已有 ${counted} 个生效中的批次，最多 ${MOST_STOCKS} 个`,
  })
}

const ROOM_RULES = [
  documented('The product coupon is EFFECTIVE.'),
  documented(`It has ${MOST_STOCKS} batches at most; those that are over or deactivated do not count.`),
]

/** 添加商品券批次: add a batch. */
export const addProductCouponStock = documentedCall(`POST ${PRODUCT}/stocks`, {
  id: 'addProductCouponStock',
  summary: 'Add a batch to a product coupon',
  fields: { ...REQUEST_FIELDS, ...STOCK_FIELDS },
  refusals: {
    ...PRODUCT_REFUSALS,
    ...alreadyExists('商品券批次已存在'),
    ...STATE_REFUSALS,
    ...BENEFIT_REFUSALS,
    ...REFERENCE_REFUSALS,
  },
  rules: [
    ...NUMBER_RULES,
    ...ROOM_RULES,
    ...statementsOf(STOCK_RULES),
    APPID_RULE,
    inferred('A batch is SENDING at once. Its id is that of the product coupon and three digits.'),
    inferred('Checks run in the order fields, brand, product coupon, number, state, fields together, appids.'),
  ],
  async handle({ path, body }, context) {
    const { brand_id } = body
    // STOCK_FIELDS requires its rule.
    const stock = body.stock as NewStock
    const product = await productFor({ ...path, ...body }, context)
    const { result = '' } = await onceFor(context, 'addProductCouponStock', { path, body }, async () => {
      await checkRoom(product, 1, context)
      checkRules(STOCK_RULES, { product, stock }, context)
      await checkAppids(appidsOf(stock), brand_id, context)
      checkImages(stock, context)
      return { result: await addStock(product, stock, context) }
    })
    return stockShown(result, context)
  },
})

/** 查询商品券批次列表: list the batches of a product coupon. */
export const listProductCouponStocks = documentedCall(`GET ${PRODUCT}/stocks`, {
  id: 'listProductCouponStocks',
  summary: 'List the batches of a product coupon',
  fields: { 'query/page_size': { min: 1, max: 50 }, 'answer/total_count': { required: false } },
  refusals: PRODUCT_REFUSALS,
  rules: [
    documented('page_size is 20 if left out. Only the first page tells total_count, and the last no next_page_token.'),
    documented('A batch that has reached its end is STOPPED.'),
    inferred('The newest batch comes first; those of a bundle in the order of their use.'),
    inferred('A stock_bundle_id that the product coupon does not have lists nothing.'),
  ],
  async handle({ path, query }, context) {
    const { now } = context
    const { state, stock_bundle_id: bundle, page_size = 20 } = query
    await productFor({ ...path, ...query }, context)
    const fits = (one: Stock) =>
      (state === undefined || stockStateOf(one, now) === state) &&
      (bundle === undefined || one.stock_bundle_info?.stock_bundle_id === bundle)
    const list = ['ofProductCoupon', path.product_coupon_id] as const
    const filter = (state ?? bundle) === undefined ? undefined : fits
    const { rows, ...page } = await pageOf(stocks, list, { ...query, page_size }, context, filter)
    return { ...page, stock_list: rows.map((one) => stockDetails(one, now)) }
  },
})

/** 查询商品券指定批次: look a batch up. */
export const queryProductCouponStock = documentedCall(`GET ${PRODUCT}/stocks/{stock_id}`, {
  id: 'queryProductCouponStock',
  summary: 'Query a batch of a product coupon',
  refusals: STOCK_REFUSALS,
  rules: [documented('A batch that has reached its end is STOPPED.')],
  async handle({ path, query }, context) {
    const { stock } = await stockFor({ ...path, ...query }, context)
    return stockDetails(stock, context.now)
  },
})

/** Refusals of a call that changes a batch or a bundle. */
const CHANGE_REFUSALS = {
  ...NUMBER_REFUSALS,
  ...FITTING_REFUSALS,
  ...REFERENCE_REFUSALS,
  being_changed: invalidRequest('documented', '批次正在修改中，请稍后重试', {
    en: 'a change before is being reviewed (text documented, status and code inferred); only as a planned fault',
    zh: '之前的修改仍在审核中（文字见文档，状态码和错误码为推断）；只能通过故障注入触发',
    source: productCouponSources.questions,
  }),
} as const

const CHANGE_RULES = [
  ...NUMBER_RULES,
  ...statementsOf(USAGE_RULES),
  APPID_RULE,
  documented('store_scope is NONE if left out. Other members that are left out stay.'),
  documented('Of coupons that were sent before, users and answers still show both display infos as they were.'),
  inferred('An object that is given takes the place of the one before, as a whole.'),
]

type ChangeBody = NumberedBody & StockChange

/** Changes batches, after it has checked what the request says. */
async function changeStocks(
  batches: readonly Stock[],
  { out_request_no: _, brand_id, ...change }: ChangeBody,
  context: OperationContext<'rule_broken' | 'appid_unbound' | 'image_unfit'>,
): Promise<void> {
  if (change.usage_rule_display_info) checkRules(USAGE_RULES, change.usage_rule_display_info, context)
  await checkAppids(appidsOf(change), brand_id, context)
  checkImages(change, context)
  for (const one of batches) await context.tx.in(stocks).save({ ...one, store_scope: 'NONE', ...change })
}

/** 修改商品券批次: change how a batch is shown. */
export const modifyProductCouponStock = documentedCall(`PATCH ${PRODUCT}/stocks/{stock_id}`, {
  id: 'modifyProductCouponStock',
  summary: 'Change a batch of a product coupon',
  fields: CHANGE_FIELDS,
  refusals: { ...LONE_STOCK_REFUSALS, ...CHANGE_REFUSALS, ...STATE_REFUSALS },
  rules: [
    ...CHANGE_RULES,
    documented('The batch is SENDING or PAUSED, and in no bundle.'),
    inferred('Checks run in the order fields, brand, product coupon, batch, number, state, fields together, appids.'),
  ],
  async handle({ path, body }, context) {
    const stock = await loneStockFor({ ...path, ...body }, context)
    await onceFor(context, 'modifyProductCouponStock', { path, body }, async () => {
      checkState(stockStateOf(stock, context.now), ['SENDING', 'PAUSED'], context)
      await changeStocks([stock], body, context)
      return {}
    })
    return stockShown(path.stock_id, context)
  },
})

/** 失效商品券批次: end a batch. */
export const deactivateProductCouponStock = documentedCall(`POST ${PRODUCT}/stocks/{stock_id}/deactivate`, {
  id: 'deactivateProductCouponStock',
  summary: 'Deactivate a batch of a product coupon',
  fields: REQUEST_FIELDS,
  refusals: { ...STOCK_REFUSALS, ...NUMBER_REFUSALS, ...STATE_REFUSALS },
  rules: [
    ...NUMBER_RULES,
    documented('The batch is SENDING or PAUSED. The product coupon and its other batches stay as they are.'),
    documented('Coupons that were sent stay as they are.'),
    inferred('A batch of a bundle can be deactivated alone.'),
    inferred('Checks run in the order fields, brand, product coupon, batch, number, state.'),
  ],
  async handle({ path, body }, context) {
    const { tx, now } = context
    const { stock } = await stockFor({ ...path, ...body }, context)
    await onceFor(context, 'deactivateProductCouponStock', { path, body }, async () => {
      checkState(stockStateOf(stock, now), ['SENDING', 'PAUSED'], context)
      await tx.in(stocks).save({ ...stock, ...deactivated(body, now) })
      return {}
    })
    return stockShown(path.stock_id, context)
  },
})

const BUNDLES = `${PRODUCT}/stock-bundles` as const

/** 添加商品券批次组: add a bundle, a batch for each use. */
export const addStockBundle = documentedCall(`POST ${BUNDLES}`, {
  id: 'addStockBundle',
  summary: 'Add a bundle of batches to a product coupon',
  fields: { ...REQUEST_FIELDS, ...BUNDLE_FIELDS },
  notes: BUNDLE_NOTES,
  refusals: {
    ...PRODUCT_REFUSALS,
    ...alreadyExists('商品券批次组已存在'),
    ...STATE_REFUSALS,
    ...BUNDLE_REFUSALS,
    ...REFERENCE_REFUSALS,
  },
  rules: [
    ...NUMBER_RULES,
    ...ROOM_RULES,
    ...statementsOf(BUNDLE_RULES),
    APPID_RULE,
    documented('All batches of a bundle are alike, but for the benefit; only the first has a limit of a day.'),
    inferred('Checks run in the order fields, brand, product coupon, number, state, fields together, appids.'),
  ],
  async handle({ path, body }, context) {
    const { brand_id } = body
    // BUNDLE_FIELDS requires its rule.
    const bundle = body.stock_bundle as NewBundle
    const product = await productFor({ ...path, ...body }, context)
    const { result = '' } = await onceFor(context, 'addStockBundle', { path, body }, async () => {
      await checkRoom(product, roundsOf(bundle.progressive_bundle_usage_rule).length, context)
      checkRules(BUNDLE_RULES, { product, bundle }, context)
      await checkAppids(appidsOf(bundle), brand_id, context)
      checkImages(bundle, context)
      return { result: await addBundle(product, bundle, context) }
    })
    return bundleShown(result, context)
  },
})

/** 修改商品券批次组: change how all batches of a bundle are shown. */
export const modifyStockBundle = documentedCall(`PATCH ${BUNDLES}/{stock_bundle_id}`, {
  id: 'modifyStockBundle',
  summary: 'Change all batches of a bundle',
  fields: CHANGE_FIELDS,
  refusals: {
    ...PRODUCT_REFUSALS,
    stock_unknown: '404 NOT_FOUND 未找到 stock_bundle_id 对应的商品券批次组',
    ...CHANGE_REFUSALS,
    ended: fromPage(UNFIT_ROW, ENDED),
  },
  rules: [
    ...CHANGE_RULES,
    documented('No batch of the bundle was deactivated or is over.'),
    inferred('Checks run in the order fields, brand, product coupon, bundle, number, end, fields together, appids.'),
  ],
  async handle({ path, body }, context) {
    const batches = await bundleFor({ ...path, ...body }, context)
    await onceFor(context, 'modifyStockBundle', { path, body }, async () => {
      for (const one of batches) checkRunning(one, context)
      await changeStocks(batches, body, context)
      return {}
    })
    return bundleShown(path.stock_bundle_id, context)
  },
})
