import {
  addProductCouponStock,
  addStockBundle,
  createProductCoupon,
  deactivateProductCoupon,
  deactivateProductCouponStock,
  listProductCouponStocks,
  modifyProductCoupon,
  modifyProductCouponStock,
  modifyStockBundle,
  queryProductCoupon,
  queryProductCouponStock,
} from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { BATCH, BUNDLE, ENDED, IN_BUNDLE, OF_PRODUCT, withBatches } from '../product-coupon/batches.ts'
import { aBundle, aProduct, aProductOfBundles, aStock, display, PERIOD } from '../product-coupon/requests.ts'
import { cookbook, ONLY_PLANNED } from './recipe.ts'
import { OWN_APPID, type Preparation, refusedCall } from './refused-call.ts'

type Input = Readonly<Record<string, unknown>>

/** The product coupon, with a batch and a bundle. */
const world =
  (...having: Parameters<typeof withBatches> extends [unknown, ...infer Rest] ? Rest : never): Preparation =>
  (control) =>
    withBatches(control, ...having)

const product = (changes: object) =>
  world({}, { product_coupons: [{ product_coupon_id: OF_PRODUCT.product_coupon_id, ...changes }] })
const ended = product({ state: 'DEACTIVATED' })
const bundles = product({ usage_mode: 'PROGRESSIVE_BUNDLE' })

const ofBrand = (operation: Callable, input: Input) => ({
  not_authorized: refusedCall(operation, input).after(
    world({}, { brand_partners: [{ brand_id: OF_PRODUCT.brand_id, authorized: false }] }),
  ),
})

const ofProduct = (operation: Callable, input: Input) => ({
  ...ofBrand(operation, input),
  product_unknown: refusedCall(operation, input).after(world(), { brand_id: '40002' }),
})

const ofStock = (operation: Callable, input: Input) => ({
  ...ofProduct(operation, input),
  stock_unknown: refusedCall(operation, input).after(
    world(),
    'stock_id' in input ? { stock_id: '9' } : { stock_bundle_id: '9' },
  ),
})

/** Recipes of a call that is refused where its number was used, and where its partner has another appid. */
const numbered = (operation: Callable, input: Input, changes: Input, before: Preparation = world()) => ({
  request_no_reused: refusedCall(operation, input).repeated(before, changes),
})

const otherAppid = (operation: Callable, input: Input, changes: Input) => ({
  appid_unbound: refusedCall(operation, input).byOwner(OWN_APPID, world({ mchid: '1900000102' }), changes),
})

/** An image that was not uploaded, as a cover of a video unless the request has one already. */
const otherImage = (operation: Callable, input: Input, changes: Input = {}, before: Preparation = world()) => ({
  image_unfit: refusedCall(operation, input).after(async (control, kitchen) => {
    await control.changeSettings({ product_coupon_images: 'uploaded' })
    return before(control, kitchen)
  }, changes),
})

const COVER = {
  coupon_display_info: {
    code_display_mode: 'QRCODE',
    entrance_finder: {
      finder_id: 'F',
      finder_video_id: 'V',
      finder_video_cover_image_url: 'https://p.example.com/3.png',
    },
  },
}

const create = refusedCall(createProductCoupon, aProduct())
const NEW = { ...OF_PRODUCT, out_request_no: 'ADD_001' } as const
const NEW_STOCK = { ...NEW, stock: aStock() }
const NEW_BUNDLE = { ...NEW, stock_bundle: aBundle() }
const END = { ...OF_PRODUCT, out_request_no: 'END_001', deactivate_reason: '下架' }
const END_STOCK = { ...END, ...BATCH }
const CHANGE = { ...OF_PRODUCT, out_request_no: 'CHANGE_1', ...display() }
const CHANGE_STOCK = { ...BATCH, out_request_no: 'CHANGE_1', remark: '新备注' }
const CHANGE_BUNDLE = { ...BUNDLE, out_request_no: 'CHANGE_1', remark: '新备注' }

const EXCESSIVE = { normal_coupon: { threshold: 100, discount_amount: 101 } }
const coupons = (...amounts: readonly number[]) => ({
  progressive_bundle_usage_rule: {
    coupon_available_period: PERIOD,
    normal_coupon_list: amounts.map((discount_amount) => ({ threshold: 100, discount_amount })),
  },
})
const NOT_OPENABLE = {
  usage_rule_display_info: { coupon_usage_method_list: ['MINI_PROGRAM'], usage_description: '到店' },
}
const OTHER_APPID = { notify_config: { notify_appid: 'wxOther' } }

/** How every error of calls that make or change product coupons comes about. */
export const productCouponErrors = [
  cookbook(createProductCoupon, {
    ...ofBrand(createProductCoupon, aProduct()),
    ...numbered(createProductCoupon, aProduct(), { out_product_no: 'P-2' }),
    rule_broken: create.atOnce({ type: 'DISCOUNT' }),
    discount_above_threshold: create.atOnce({ single_usage_info: EXCESSIVE }),
    uses_get_worse: create.atOnce(aProductOfBundles({ stock_bundle: aBundle(coupons(9, 10, 8)) })),
    ...otherAppid(createProductCoupon, aProduct(), {}),
    ...otherImage(createProductCoupon, aProduct()),
  }),
  cookbook(queryProductCoupon, ofProduct(queryProductCoupon, OF_PRODUCT)),
  cookbook(modifyProductCoupon, {
    ...ofProduct(modifyProductCoupon, CHANGE),
    ...numbered(modifyProductCoupon, CHANGE, display({ name: '新名称' })),
    rule_broken: refusedCall(modifyProductCoupon, CHANGE).after(product({ scope: 'SINGLE' })),
    ...otherAppid(
      modifyProductCoupon,
      CHANGE,
      display({
        combo_package_list: [
          {
            name: '套餐',
            pick_count: 1,
            choice_list: [{ name: '咖啡', price: 1, count: 1, mini_program_appid: 'wxOther', mini_program_path: '/' }],
          },
        ],
      }),
    ),
    ...otherImage(modifyProductCoupon, CHANGE),
    state_unfit: refusedCall(modifyProductCoupon, CHANGE).after(ended),
  }),
  cookbook(deactivateProductCoupon, {
    ...ofProduct(deactivateProductCoupon, END),
    ...numbered(deactivateProductCoupon, END, { deactivate_reason: '售罄' }),
    state_unfit: refusedCall(deactivateProductCoupon, END).after(ended),
  }),
  cookbook(addProductCouponStock, {
    ...ofProduct(addProductCouponStock, NEW_STOCK),
    ...numbered(addProductCouponStock, NEW_STOCK, { stock: aStock({ remark: '备注' }) }, product({})),
    state_unfit: refusedCall(addProductCouponStock, NEW_STOCK).after(ended),
    rule_broken: refusedCall(addProductCouponStock, NEW_STOCK).after(bundles),
    discount_above_threshold: refusedCall(addProductCouponStock, NEW_STOCK).after(product({ scope: 'SINGLE' }), {
      stock: aStock({ single_usage_rule: { coupon_available_period: PERIOD, ...EXCESSIVE } }),
    }),
    ...otherAppid(addProductCouponStock, NEW_STOCK, {}),
    ...otherImage(addProductCouponStock, NEW_STOCK, { stock: aStock(COVER) }, product({})),
  }),
  cookbook(listProductCouponStocks, ofProduct(listProductCouponStocks, OF_PRODUCT)),
  cookbook(queryProductCouponStock, ofStock(queryProductCouponStock, BATCH)),
  cookbook(modifyProductCouponStock, {
    ...ofStock(modifyProductCouponStock, CHANGE_STOCK),
    in_bundle: refusedCall(modifyProductCouponStock, CHANGE_STOCK).after(world(), { stock_id: IN_BUNDLE[0] }),
    ...numbered(modifyProductCouponStock, CHANGE_STOCK, { remark: '备注' }),
    rule_broken: refusedCall(modifyProductCouponStock, CHANGE_STOCK).after(world(), NOT_OPENABLE),
    ...otherAppid(modifyProductCouponStock, CHANGE_STOCK, OTHER_APPID),
    ...otherImage(modifyProductCouponStock, CHANGE_STOCK, COVER),
    being_changed: ONLY_PLANNED,
    state_unfit: refusedCall(modifyProductCouponStock, CHANGE_STOCK).after(world(ENDED['has expired'])),
  }),
  cookbook(deactivateProductCouponStock, {
    ...ofStock(deactivateProductCouponStock, END_STOCK),
    ...numbered(deactivateProductCouponStock, END_STOCK, { deactivate_reason: '售罄' }),
    state_unfit: refusedCall(deactivateProductCouponStock, END_STOCK).after(world({ state: 'STOPPED' })),
  }),
  cookbook(addStockBundle, {
    ...ofProduct(addStockBundle, NEW_BUNDLE),
    ...numbered(addStockBundle, NEW_BUNDLE, { stock_bundle: aBundle({ remark: '备注' }) }, bundles),
    state_unfit: refusedCall(addStockBundle, NEW_BUNDLE).after(ended),
    rule_broken: refusedCall(addStockBundle, NEW_BUNDLE).after(product({})),
    discount_above_threshold: refusedCall(addStockBundle, NEW_BUNDLE).after(bundles, {
      stock_bundle: aBundle(coupons(101, 101, 101)),
    }),
    uses_get_worse: refusedCall(addStockBundle, NEW_BUNDLE).after(bundles, {
      stock_bundle: aBundle(coupons(9, 10, 8)),
    }),
    ...otherImage(addStockBundle, NEW_BUNDLE, { stock_bundle: aBundle(COVER) }, bundles),
    appid_unbound: refusedCall(addStockBundle, NEW_BUNDLE).byOwner(
      OWN_APPID,
      product({ mchid: '1900000102', usage_mode: 'PROGRESSIVE_BUNDLE' }),
    ),
  }),
  cookbook(modifyStockBundle, {
    ...ofStock(modifyStockBundle, CHANGE_BUNDLE),
    ...numbered(modifyStockBundle, CHANGE_BUNDLE, { remark: '备注' }),
    rule_broken: refusedCall(modifyStockBundle, CHANGE_BUNDLE).after(world(), NOT_OPENABLE),
    ...otherAppid(modifyStockBundle, CHANGE_BUNDLE, OTHER_APPID),
    ...otherImage(modifyStockBundle, CHANGE_BUNDLE, COVER),
    being_changed: ONLY_PLANNED,
    ended: refusedCall(modifyStockBundle, CHANGE_BUNDLE).after(world(ENDED['was deactivated'])),
  }),
]
