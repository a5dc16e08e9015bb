import type { MockControl } from '../../../src/mock-control.ts'

const PRODUCT = '1000000013'
export const STOCK = '1000000013001'
export const BUNDLE = '200000001'
export const CODE = 'Code_123456'

const USER = { openid: 'oUser', appid: 'wx8888888888888888', brand_id: '40001' }

/** Names the coupon that {@link confirmed} makes. */
export const NAMED = { ...USER, product_coupon_id: PRODUCT, stock_id: STOCK, coupon_code: CODE }

/** Names the bundle that {@link addBundle} makes. */
export const ofBundle = () => ({ ...USER, product_coupon_id: BUNDLE, stock_bundle_id: 'B' })

export const PERIOD = {
  available_begin_time: '2026-11-01T00:00:00+08:00',
  available_end_time: '2026-12-31T23:59:59+08:00',
}

const SEND = { ...USER, send_request_no: 'SEND_1' }

/** A request that sends a coupon of {@link addBatch}. */
export const sending = (changes: object = {}) => ({ ...SEND, product_coupon_id: PRODUCT, stock_id: STOCK, ...changes })

/** A request that sends the bundle of {@link addBundle}. */
export const sendingBundle = (changes: object = {}) => ({ ...SEND, ...ofBundle(), ...changes })

/** The order that {@link using} names. */
export const ORDER = { out_trade_no: 'ORDER_1', mchid: '1900000001' }

/** A request that uses the coupon of {@link confirmed}. */
export const using = (changes: object = {}) => ({
  ...NAMED,
  use_time: '2026-11-25T12:00:00+08:00',
  out_request_no: 'USE_01',
  associated_order_info: { transaction_id: '4200001234202611251234567890' },
  ...changes,
})

/** A batch of a product coupon; one that is there is replaced. */
export function addBatch(control: MockControl, changes: object = {}) {
  return control.addProductCouponStock({
    stock_id: STOCK,
    product_coupon_id: PRODUCT,
    single_usage_rule: { coupon_available_period: PERIOD },
    ...changes,
  })
}

/** A bundle of three batches. */
export async function addBundle(control: MockControl, changes: object = {}, product: object = {}) {
  await control.addProductCoupon({ product_coupon_id: BUNDLE, usage_mode: 'PROGRESSIVE_BUNDLE', ...product })
  for (const stock_bundle_index of [0, 1, 2]) {
    await control.addProductCouponStock({
      stock_id: `${BUNDLE}${stock_bundle_index}`,
      product_coupon_id: BUNDLE,
      stock_bundle_info: { stock_bundle_id: 'B', stock_bundle_index },
      ...changes,
    })
  }
}

/** A confirmed coupon, with its batch and the order that uses it. */
export async function confirmed(control: MockControl, changes: object = {}) {
  await control.addOrder({ transaction_id: '4200001234202611251234567890', ...ORDER })
  if (!('stock_id' in changes)) await control.addProductCoupon({ product_coupon_id: PRODUCT })
  await control.addUserProductCoupon({
    stock_id: STOCK,
    product_coupon_id: PRODUCT,
    coupon_code: CODE,
    openid: USER.openid,
    confirm_time: '2026-11-25T12:00:00+08:00',
    ...changes,
  })
}

/** A coupon that was used. */
export async function used({ control }: { readonly control: MockControl }) {
  await confirmed(control, { usage: { use_request_no: 'USE_01', use_time: '2026-11-25T12:00:00+08:00' } })
}
