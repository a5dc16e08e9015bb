import {
  associateStockBundleStores,
  associateStockStores,
  createImageTask,
  disassociateStockBundleStores,
  disassociateStockStores,
  listStockStores,
  queryImageTask,
  queryProductCouponAddress,
  setProductCouponAddress,
  updateStockBudget,
  updateStockBundleBudget,
  uploadProductCouponCodes,
  uploadProductCouponImage,
} from '../../../src/products/operations.ts'
import type { Callable } from '../../../src/testing/merchant-client.ts'
import { upload } from '../../helpers/upload.ts'
import { BATCH, BUNDLE, ENDED, IN_BUNDLE, withBatches } from '../product-coupon/batches.ts'
import { cookbook, type Kitchen, type Recipe } from './recipe.ts'
import { type Preparation, refusedCall } from './refused-call.ts'

const world =
  (...having: Parameters<typeof withBatches> extends [unknown, ...infer Rest] ? Rest : never): Preparation =>
  (control) =>
    withBatches(control, ...having)

const STRANGER = world({}, { brand_partners: [{ brand_id: BATCH.brand_id, authorized: false }] })
const UNOPENED = { unopenedProducts: ['product_coupon'] } as const

/** Refusals of every call about a batch, or about a bundle of them. */
function ofBatches(operation: Callable, input: Readonly<Record<string, unknown>>, changes = {}) {
  const { after } = refusedCall(operation, input)
  return {
    not_authorized: after(STRANGER),
    product_unknown: after(world(), { product_coupon_id: '9' }),
    stock_unknown: after(world(), 'stock_id' in input ? { stock_id: '9' } : { stock_bundle_id: '9' }),
    ended: after(world({ ...changes, ...ENDED['has expired'] })),
  }
}

const SPECIFIC = { store_scope: 'SPECIFIC' } as const
const inBundle = { stock_id: IN_BUNDLE[0] }

const ofStores = (operation: Callable, input: Readonly<Record<string, unknown>>) => ({
  ...ofBatches(operation, input, SPECIFIC),
  all_stores: refusedCall(operation, input).after(world({ store_scope: 'ALL' })),
})
const linking = (operation: Callable, named: object) =>
  ofStores(operation, { ...named, store_list: [{ store_id: '100000001' }] })
const linkingOne = (operation: Callable) => ({
  ...linking(operation, BATCH),
  in_bundle: refusedCall(operation, { ...BATCH, store_list: [{ store_id: '1' }] }).after(world(SPECIFIC), inBundle),
})

const total = { update_mode: 'MAX_COUNT', current_max_count: 100, target_max_count: 200 }
const day = { update_mode: 'MAX_COUNT_PER_DAY', current_max_count_per_day: 10, target_max_count_per_day: 20 }
const SENT = { total_count: 60, today_count: 0, day: '2026-11-25T00:00:00+08:00' }
const limited = world({ stock_send_rule: { max_count: 100, max_count_per_user: 1 }, sent_count_info: SENT })
const ofBudget = (operation: Callable, named: object) => {
  const input = { ...named, out_request_no: 'BUDGET_1', ...total }
  const { after, repeated } = refusedCall(operation, input)
  return {
    ...ofBatches(operation, input),
    request_no_reused: repeated(limited, { target_max_count: 300 }),
    members_unfit: after(limited, { update_mode: 'MAX_COUNT_PER_DAY' }),
    total_differs: after(limited, { current_max_count: 99 }),
    daily_differs: after(limited, { ...day, current_max_count: undefined, target_max_count: undefined }),
    below_sent: after(limited, { target_max_count: 59 }),
  }
}

const UPLOAD = { coupon_code_mode: 'UPLOAD' } as const
const codes = { ...BATCH, out_request_no: 'UPLOAD_1', code_list: ['A', 'B'] }
const { after: uploadAfter, repeated: uploadAgain } = refusedCall(uploadProductCouponCodes, codes)

const { byOwner: settingByOwner, atOnce: setting } = refusedCall(setProductCouponAddress, {
  notify_url: 'https://shop.example.com/notify',
})
const { byOwner: askingByOwner, atOnce: asking } = refusedCall(queryProductCouponAddress, {})

const combineImage = { scope: 'ALL', type: 'NORMAL', usage_mode: 'SINGLE' }
const task = {
  brand_id: BATCH.brand_id,
  task_id: 'TASK_1',
  image_generation_type: 'COMBINE_IMAGE',
  combine_image: { ...combineImage, normal_coupon: { threshold: 100, discount_amount: 10 } },
}
const { after: taskAfter, atOnce: taskAtOnce, repeated: taskAgain } = refusedCall(createImageTask, task)
const { after: resultAfter, atOnce: resultAtOnce } = refusedCall(queryImageTask, {
  brand_id: BATCH.brand_id,
  task_id: 'TASK_1',
  image_generation_type: 'CUT_OUT',
})

const image =
  (changes: Parameters<typeof upload>[0], traits?: Partial<Kitchen['others']['owner']>): Recipe =>
  async ({ merchant, clientOf, others }) => {
    const client = traits ? await clientOf({ ...others.owner, ...traits }) : merchant
    return () => client.request(upload({ ...changes, target: uploadProductCouponImage.path }))
  }

/** How every error of calls that change batches, and of event addresses, comes about. */
export const productCouponBatchErrors = [
  cookbook(associateStockStores, linkingOne(associateStockStores)),
  cookbook(disassociateStockStores, linkingOne(disassociateStockStores)),
  cookbook(associateStockBundleStores, linking(associateStockBundleStores, BUNDLE)),
  cookbook(disassociateStockBundleStores, linking(disassociateStockBundleStores, BUNDLE)),
  cookbook(listStockStores, ofStores(listStockStores, BATCH)),
  cookbook(updateStockBudget, {
    ...ofBudget(updateStockBudget, BATCH),
    in_bundle: refusedCall(updateStockBudget, { ...BATCH, out_request_no: 'BUDGET_1', ...total }).after(
      limited,
      inBundle,
    ),
  }),
  cookbook(updateStockBundleBudget, ofBudget(updateStockBundleBudget, BUNDLE)),
  cookbook(uploadProductCouponCodes, {
    ...ofBatches(uploadProductCouponCodes, codes, UPLOAD),
    request_no_reused: uploadAgain(world(UPLOAD), { code_list: ['A'] }),
    takes_no_codes: uploadAfter(world()),
    not_ready: uploadAfter(world({ ...UPLOAD, state: 'AUDITING' })),
    full: uploadAfter(world({ ...UPLOAD, stock_send_rule: { max_count: 1, max_count_per_user: 1 } })),
  }),
  cookbook(uploadProductCouponImage, {
    not_authorized: image({}, UNOPENED),
    image_unfit: image({ filename: 'logo.gif' }),
    too_large: image({ file: Buffer.alloc(2 * 1_048_576 + 1) }),
  }),
  cookbook(createImageTask, {
    not_authorized: taskAfter(STRANGER),
    request_no_reused: taskAgain(world(), { combine_image: { ...task.combine_image, background_color: '#ffffff' } }),
    request_unfit: taskAtOnce({ combine_image: combineImage }),
  }),
  cookbook(queryImageTask, { not_authorized: resultAfter(STRANGER), task_unknown: resultAtOnce() }),
  cookbook(setProductCouponAddress, {
    not_authorized: settingByOwner(UNOPENED),
    url_unfit: setting({ notify_url: 'http://shop.example.com/' }),
  }),
  cookbook(queryProductCouponAddress, { not_authorized: askingByOwner(UNOPENED), not_set: asking() }),
]
