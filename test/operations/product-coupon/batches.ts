import type { z } from 'zod'
import type { WechatPayMock } from '../../../src/mock.ts'
import type { givenStock } from '../../../src/products/product-coupon/stocks.ts'

/** Batches for the tests of calls that change them. */

export const OF_PRODUCT = { brand_id: '40001', product_coupon_id: '1000000013' } as const
/** One batch, alone. */
export const BATCH = { ...OF_PRODUCT, stock_id: '1000000013001' } as const
export const BUNDLE = { ...OF_PRODUCT, stock_bundle_id: '2000000013' } as const
/** The batches of that bundle. */
export const IN_BUNDLE = ['1000000013010', '1000000013011', '1000000013012'] as const

type Control = WechatPayMock['control']
type StockJson = z.input<typeof givenStock>

/** A world with {@link BATCH} and {@link BUNDLE}, each batch with the changes, and whatever else. */
export async function withBatches(control: Control, changes: StockJson = {}, others: object = {}): Promise<void> {
  const inBundle = IN_BUNDLE.map((stock_id, i) => ({
    ...changes,
    ...OF_PRODUCT,
    stock_id,
    stock_bundle_info: { stock_bundle_id: BUNDLE.stock_bundle_id, stock_bundle_index: i },
  }))
  await control.restore({ product_coupon_stocks: [{ ...changes, ...BATCH }, ...inBundle], ...others })
}

/** Members of a batch that has ended, by the cause. */
export const ENDED = {
  'has expired': {
    single_usage_rule: usable('2026-11-25T12:00:00+08:00'),
    progressive_bundle_usage_rule: usable('2026-11-25T12:00:00+08:00'),
  },
  'was deactivated': { state: 'DEACTIVATED', deactivate_time: '2026-11-25T11:00:00+08:00' },
} as const satisfies Record<string, StockJson>

function usable(available_end_time: string) {
  return { coupon_available_period: { available_begin_time: '2026-11-01T00:00:00+08:00', available_end_time } }
}
