import { describe, expect } from 'vitest'
import { listUserProductCoupons } from '../../../src/products/operations.ts'
import { test, transports } from '../../helpers/world.ts'
import { BATCH } from './batches.ts'

const OPENID = 'oUser'
const ASKED = { openid: OPENID, appid: 'wx8888888888888888', brand_id: BATCH.brand_id }

describe.for(transports)('coupons of a user over %s', (transport) => {
  test.override('transport', transport)

  test('come twenty a page, whose first says how many there are', async ({ merchant, control }) => {
    const user_product_coupons = Array.from({ length: 45 }, (_, i) => ({
      ...{ ...BATCH, openid: OPENID, coupon_code: `CODE-${String(i).padStart(35, '0')}` },
      receive_time: `2026-11-25T11:00:${String(i).padStart(2, '0')}+08:00`,
    }))
    await control.restore({ product_coupon_stocks: [BATCH], user_product_coupons })
    const newest = user_product_coupons.map(({ coupon_code }) => coupon_code).toReversed()
    const page = async (query: object) => {
      const { body } = await merchant.call(listUserProductCoupons, { ...ASKED, ...query })
      const { user_coupon_list, ...rest } = body as {
        readonly user_coupon_list: readonly { readonly coupon_code: string }[]
        readonly next_page_token?: string
      }
      return { ...rest, codes: user_coupon_list.map(({ coupon_code }) => coupon_code) }
    }

    const first = await page({})
    expect(first).toMatchObject({ total_count: 45, codes: newest.slice(0, 20) })
    expect(first.next_page_token).toMatch(/^.{1,100}$/)
    const second = await page({ page_token: first.next_page_token })
    expect(second).toStrictEqual({ codes: newest.slice(20, 40), next_page_token: expect.any(String) })
    expect(await page({ page_token: second.next_page_token })).toStrictEqual({ codes: newest.slice(40) })
    expect(await page({ page_size: 50 })).toStrictEqual({ total_count: 45, codes: newest })
  })
})
