import { documentedCall } from '../../catalogue/documented-call.ts'
import { documented, inferred } from '../../engine/operation.ts'
import { fromPage } from '../common/refusal.ts'
import { BUNDLE_REFUSALS, checkRules, statementsOf } from './fitting.ts'
import { APPID_RULE, NUMBER_RULES } from './product-calls.ts'
import {
  APPID_REFUSALS,
  alreadyExists,
  bundleFor,
  checkAppids,
  checkRunning,
  ENDED,
  type NumberedBody,
  onceFor,
  PRODUCT_REFUSALS,
  productFor,
  STATE_REFUSALS,
  UNFIT_ROW,
} from './request-facts.ts'
import { CHANGE_REFUSALS, CHANGE_RULES, type ChangeBody, changeStocks, checkRoom, ROOM_RULES } from './stock-calls.ts'
import {
  addBundle,
  appidsOf,
  BUNDLE_FIELDS,
  bundleShown,
  CHANGE_FIELDS,
  type NewBundle,
  REQUEST_FIELDS,
  roundsOf,
} from './stock-requests.ts'
import { BUNDLE_RULES } from './stock-rules.ts'

const BUNDLES = '/v3/marketing/partner/product-coupon/product-coupons/{product_coupon_id}/stock-bundles'

interface ProductPath {
  readonly product_coupon_id: string
}

/** 添加商品券批次组: add a bundle, a batch for each use. */
export const addStockBundle = documentedCall(`POST ${BUNDLES}`, {
  id: 'addStockBundle',
  summary: 'Add a bundle of batches to a product coupon',
  fields: { ...REQUEST_FIELDS, ...BUNDLE_FIELDS },
  refusals: {
    ...PRODUCT_REFUSALS,
    ...alreadyExists('商品券批次组已存在'),
    ...STATE_REFUSALS,
    ...BUNDLE_REFUSALS,
    ...APPID_REFUSALS,
  },
  rules: [
    ...NUMBER_RULES,
    ...ROOM_RULES,
    ...statementsOf(BUNDLE_RULES),
    APPID_RULE,
    documented('All batches of a bundle are alike, but for the benefit; only the first has a limit of a day.'),
    inferred('Checks run in the order fields, brand, product coupon, number, state, fields together, appids.'),
  ],
  async handle({ path, body }: { path: ProductPath; body: NumberedBody & { stock_bundle: NewBundle } }, context) {
    const { brand_id, stock_bundle: bundle } = body
    const product = await productFor({ ...path, ...body }, context)
    const { result = '' } = await onceFor(context, 'addStockBundle', { path, body }, async () => {
      await checkRoom(product, roundsOf(bundle.progressive_bundle_usage_rule).length, context)
      checkRules(BUNDLE_RULES, { product, bundle }, context)
      await checkAppids(appidsOf(bundle), brand_id, context)
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
  async handle({ path, body }: { path: ProductPath & { stock_bundle_id: string }; body: ChangeBody }, context) {
    const batches = await bundleFor({ ...path, ...body }, context)
    await onceFor(context, 'modifyStockBundle', { path, body }, async () => {
      for (const one of batches) checkRunning(one, context)
      await changeStocks(batches, body, context)
      return {}
    })
    return bundleShown(path.stock_bundle_id, context)
  },
})
