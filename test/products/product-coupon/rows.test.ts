import { describe, expect } from 'vitest'
import { listUserProductCoupons } from '../../../src/products/operations.ts'
import { merchantOf, refusalOf, test } from '../../control/doors.ts'

const BRAND = { brand_id: '40001', appid: 'wx8888888888888888' }

describe('rows of product coupons', () => {
  test('complete what says how they are shown', async ({ control }) => {
    const { display_info } = await control.addProductCoupon({ display_info: { name: '早餐券' } })
    expect(display_info).toEqual({ name: '早餐券', image_url: expect.any(String), background_url: expect.any(String) })
    const usage_rule_display_info = { usage_description: '限堂食' }
    expect(await control.addProductCouponStock({ usage_rule_display_info })).toMatchObject({
      usage_rule_display_info: { ...usage_rule_display_info, coupon_usage_method_list: ['OFFLINE'] },
    })
  })

  test('a bundle brings no codes when it is sent', async ({ control }) => {
    const stock_bundle_info = { stock_bundle_id: 'B1', stock_bundle_index: 0 }
    const adding = control.addProductCouponStock({ stock_bundle_info, coupon_code_mode: 'API_ASSIGN' })
    expect(await refusalOf(adding)).toMatchObject({ code: 'MOCK_PRODUCT_COUPON_STOCK', path: '/coupon_code_mode' })
  })

  test.for(['one by one', 'all at once'])('a coupon has the unionid of its user, added %s', async (how, { mock }) => {
    const { control } = mock
    const seed = { users: [{ openid: 'oA', unionid: 'uPerson' }], user_product_coupons: [{ openid: 'oA', ...BRAND }] }
    if (how === 'all at once') await control.restore(seed)
    else {
      await control.addUsers(seed.users)
      await control.addUserProductCoupons(seed.user_product_coupons)
    }
    const listed = await (await merchantOf(mock)).call(listUserProductCoupons, { openid: 'oA', ...BRAND })
    expect(listed.body).toMatchObject({ total_count: 1 })
  })
})
