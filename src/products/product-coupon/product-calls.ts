import { documentedCall, HELD_BY_RULES } from '../../catalogue/documented-call.ts'
import { EVENT_ADDRESS_UNFIT, explainEventAddress, isEventAddress } from '../../catalogue/fields.ts'
import { documented, inferred, REPEAT, upon } from '../../engine/operation.ts'
import { sources } from '../../wire/protocol/sources.ts'
import { fromPage, parameterUnfit } from '../common/refusal.ts'
import { BUNDLE_REFUSALS, checkRules, FITTING_REFUSALS, statementsOf } from './fitting.ts'
import { completeProductCoupon, couponAddresses, couponAddressOf, productCoupons } from './product-coupons.ts'
import {
  alreadyExists,
  BRAND_REFUSALS,
  checkAppids,
  checkBrand,
  checkImages,
  checkOpened,
  checkState,
  deactivated,
  NUMBER_REFUSALS,
  onceFor,
  PRODUCT_REFUSALS,
  productFor,
  REFERENCE_REFUSALS,
  STATE_REFUSALS,
} from './request-checks.ts'
import {
  addBundle,
  addStock,
  appidsOf,
  bundleShown,
  DISPLAY_FIELDS,
  freeProductId,
  PRODUCT_FIELDS,
  PRODUCT_NOTES,
  REQUEST_FIELDS,
  stockShown,
} from './stock-requests.ts'
import { DISPLAY_RULES, PRODUCT_RULES } from './stock-rules.ts'
import { stocks } from './stocks.ts'

const PRODUCTS = '/v3/marketing/partner/product-coupon/product-coupons'

/** Rule of a call with an out_request_no that is made again. */
export const REPEAT_RULE = upon(
  REPEAT,
  documented('The same number with the same values has the same result, and does nothing again.', sources.vendorSkills),
)

/** Rules of every call with an out_request_no. */
export const NUMBER_RULES = [
  inferred('A number counts for the partner, the brand and the call.'),
  REPEAT_RULE,
  inferred('A repeat answers with the object as it is now.'),
]

export const APPID_RULE = documented('Each appid that is named is linked to the partner or to the brand.')

/** 创建商品券: make a product coupon, with its first batch or bundle. */
export const createProductCoupon = documentedCall(`POST ${PRODUCTS}`, {
  id: 'createProductCoupon',
  summary: 'Create a product coupon with a batch or bundle',
  fields: PRODUCT_FIELDS,
  notes: PRODUCT_NOTES,
  refusals: {
    ...BRAND_REFUSALS,
    ...alreadyExists('商品券已存在'),
    ...BUNDLE_REFUSALS,
    ...REFERENCE_REFUSALS,
  },
  rules: [
    ...NUMBER_RULES,
    ...statementsOf(PRODUCT_RULES),
    APPID_RULE,
    inferred('There is no review: a product coupon is EFFECTIVE at once, and its batches SENDING.'),
    documented('Images have addresses of the upload call; any other is taken unless productCouponImages=uploaded.'),
    inferred('display_info, usage_rule_display_info and coupon_display_info have 16,384 bytes each at most, as JSON.'),
    inferred('Checks run in the order fields, brand, number, fields together, appids, images.'),
  ],
  async handle({ body }, context) {
    const { tx, now, caller, ids } = context
    const { brand_id, out_request_no: _, stock, stock_bundle, ...given } = body
    await checkBrand(brand_id, context)
    const { result = '' } = await onceFor(context, 'createProductCoupon', { body }, async () => {
      checkRules(PRODUCT_RULES, body, context)
      await checkAppids(appidsOf({ ...given, ...stock, ...stock_bundle }), brand_id, context)
      checkImages(body, context)
      const made = completeProductCoupon(
        { ...given, brand_id, product_coupon_id: await freeProductId(context) },
        { now, ids, defaultMchid: caller.mchid },
      )
      await tx.in(productCoupons).save(made)
      const first = stock && (await addStock(made, stock, context))
      const bundle = stock_bundle && (await addBundle(made, stock_bundle, context))
      return { result: `${made.product_coupon_id} ${first ?? bundle}` }
    })
    const [id = '', part = ''] = result.split(' ')
    return {
      ...(await tx.in(productCoupons).find(caller.mchid, id)),
      stock: stock && (await stockShown(part, context)),
      stock_bundle: stock_bundle && (await bundleShown(part, context)),
    }
  },
})

/** 查询商品券: look a product coupon up. */
export const queryProductCoupon = documentedCall(`GET ${PRODUCTS}/{product_coupon_id}`, {
  id: 'queryProductCoupon',
  summary: 'Query a product coupon',
  refusals: PRODUCT_REFUSALS,
  rules: [inferred('One of another partner, or of another brand of the same partner, is unknown.')],
  async handle({ path, query }, context) {
    return productFor({ ...path, ...query }, context)
  },
})

/** 修改商品券: change how a product coupon is shown. */
export const modifyProductCoupon = documentedCall(`PATCH ${PRODUCTS}/{product_coupon_id}`, {
  id: 'modifyProductCoupon',
  summary: 'Change how a product coupon is shown',
  fields: { ...REQUEST_FIELDS, ...DISPLAY_FIELDS },
  refusals: { ...PRODUCT_REFUSALS, ...NUMBER_REFUSALS, ...FITTING_REFUSALS, ...REFERENCE_REFUSALS, ...STATE_REFUSALS },
  rules: [
    ...NUMBER_RULES,
    ...statementsOf(DISPLAY_RULES),
    APPID_RULE,
    documented('The product coupon is EFFECTIVE.'),
    documented('Coupons that were sent before stay as they were, for their users and in answers.'),
    inferred('display_info takes the place of the one before, as a whole.'),
    inferred('Checks run in the order fields, brand, product coupon, number, state, fields together, appids, images.'),
  ],
  async handle({ path, body }, context) {
    const product = await productFor({ ...path, ...body }, context)
    await onceFor(context, 'modifyProductCoupon', { path, body }, async () => {
      const { display_info, brand_id } = body
      checkState(product.state, ['EFFECTIVE'], context)
      checkRules(DISPLAY_RULES, { ...product, display_info }, context)
      await checkAppids(appidsOf({ display_info }), brand_id, context)
      checkImages(display_info, context)
      await context.tx.in(productCoupons).save({ ...product, display_info })
      return {}
    })
    return productFor({ ...path, ...body }, context)
  },
})

/** 失效商品券: end a product coupon, and with it all of its batches. */
export const deactivateProductCoupon = documentedCall(`POST ${PRODUCTS}/{product_coupon_id}/deactivate`, {
  id: 'deactivateProductCoupon',
  summary: 'Deactivate a product coupon',
  fields: REQUEST_FIELDS,
  refusals: { ...PRODUCT_REFUSALS, ...NUMBER_REFUSALS, ...STATE_REFUSALS },
  rules: [
    ...NUMBER_RULES,
    documented('The product coupon is EFFECTIVE.'),
    documented('All of its batches are deactivated too; coupons that were sent stay as they are.'),
    inferred('These batches have its number and reason; one that was deactivated before keeps its own.'),
    inferred('Checks run in the order fields, brand, product coupon, number, state.'),
  ],
  async handle({ path, body }, context) {
    const { tx, now } = context
    const product = await productFor({ ...path, ...body }, context)
    await onceFor(context, 'deactivateProductCoupon', { path, body }, async () => {
      checkState(product.state, ['EFFECTIVE'], context)
      const end = deactivated(body, now)
      await tx.in(productCoupons).save({ ...product, ...end })
      for (const one of await tx.in(stocks).where('product_coupon_id', path.product_coupon_id, product.mchid)) {
        if (one.state !== 'DEACTIVATED') await tx.in(stocks).save({ ...one, ...end })
      }
      return {}
    })
    return productFor({ ...path, ...body }, context)
  },
})

/** 设置商品券事件通知地址: say where the events of product coupons are sent to. */
export const setProductCouponAddress = documentedCall('POST /v3/marketing/partner/product-coupon/notify-configs', {
  id: 'setProductCouponAddress',
  summary: 'Set the event address for product coupons',
  fields: { 'body/notify_url': { ...HELD_BY_RULES, example: 'https://www.example.com/notify' } },
  refusals: { ...BRAND_REFUSALS, url_unfit: parameterUnfit(EVENT_ADDRESS_UNFIT) },
  rules: [
    documented('A partner has one address for the events of all its brands; the last one that was set counts.'),
    documented('The address is https and has no query.'),
    inferred('An address on this machine may be http (decision 0007).'),
  ],
  async handle({ body: { notify_url } }, context) {
    const { tx, now, caller, fail } = context
    checkOpened(context)
    if (!isEventAddress(notify_url)) return fail('url_unfit', explainEventAddress(notify_url))
    const address = { mchid: caller.mchid, notify_url, update_time: now }
    await tx.in(couponAddresses).save(address)
    return address
  },
})

/** 获取商品券事件通知地址: look at the address that was set. */
export const queryProductCouponAddress = documentedCall('GET /v3/marketing/partner/product-coupon/notify-configs', {
  id: 'queryProductCouponAddress',
  summary: 'Query the event address for product coupons',
  refusals: {
    ...BRAND_REFUSALS,
    not_set: fromPage('404 NOT_FOUND', { en: 'the caller has set no address', zh: '调用方没有设置过通知地址' }),
  },
  rules: [documented('A partner sees its own address, that of the events of all its brands.')],
  async handle(_: object, context) {
    const { tx, caller, fail } = context
    checkOpened(context)
    return (
      (await couponAddressOf(tx, caller.mchid)) ??
      fail('not_set', { en: `${caller.mchid} has set no address`, zh: `${caller.mchid} 没有设置过通知地址` })
    )
  },
})
