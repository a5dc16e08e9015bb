import { expect } from 'vitest'
import { queryProductCoupon, queryProductCouponStock } from '../../src/products/operations.ts'
import { test } from '../helpers/world.ts'

const PRODUCT = { brand_id: '40001', product_coupon_id: '1000000013' } as const
const STOCK = { ...PRODUCT, stock_id: '1000000013001' } as const

test('what is brought back by hand no longer says why it had ended', async ({ control, merchant }) => {
  const end = {
    state: 'DEACTIVATED',
    deactivate_time: '2026-11-25T11:00:00+08:00',
    deactivate_reason: '活动结束',
  } as const
  await control.restore({ product_coupons: [{ ...PRODUCT, ...end }], product_coupon_stocks: [{ ...STOCK, ...end }] })

  await control.patchProductCouponStock(STOCK.stock_id, { state: 'PAUSED' })
  await control.patchProductCoupon(PRODUCT.product_coupon_id, { state: 'EFFECTIVE' })

  for (const { body } of [
    await merchant.call(queryProductCouponStock, STOCK),
    await merchant.call(queryProductCoupon, PRODUCT),
  ]) {
    expect(body).toMatchObject({ state: expect.stringMatching('PAUSED|EFFECTIVE') })
    expect(Object.keys(Object(body)).filter((name) => name.startsWith('deactivate'))).toEqual([])
  }
})
