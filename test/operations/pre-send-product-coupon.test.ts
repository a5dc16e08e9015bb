import { describe, expect } from 'vitest'
import { preSendProductCoupon } from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const request = (changes: Record<string, unknown> = {}) => ({
  brand_id: '120344',
  product_coupon_id: '200000001',
  stock_id: '1000000013001',
  appid: 'wx233544546545989',
  openid: 'oh-394z-6CGkNoJrsDLTTUKiAnp4',
  send_request_no: '34657_20250101_123456',
  ...changes,
})

const TOKEN = { status: 200, body: { token: expect.stringMatching(/^[0-9A-Za-z]{32}$/) } }

describe.for(transports)('a token for sending goods coupons over %s', (transport) => {
  test.override('transport', transport)

  test('is given, and no coupon is sent', async ({ merchant, control }) => {
    expect(await merchant.call(preSendProductCoupon, request({ coupon_code: '123446565767' }))).toEqual(TOKEN)
    expect((await control.world()).coupons).toEqual([])
  })

  test('is given to a user who is not named', async ({ merchant }) => {
    expect(await merchant.call(preSendProductCoupon, request({ openid: undefined }))).toEqual(TOKEN)
  })

  test('is the same for the same number, also after the world was restored', async ({ merchant, control }) => {
    const first = await merchant.call(preSendProductCoupon, request())

    await control.restore(await control.world())

    expect(await merchant.call(preSendProductCoupon, request())).toEqual(first)
    expect(await merchant.call(preSendProductCoupon, request({ send_request_no: 'OTHER_1' }))).not.toEqual(first)
  })

  test('is refused for the same number with other values', async ({ merchant }) => {
    await merchant.call(preSendProductCoupon, request())

    for (const change of [{ openid: undefined }, { coupon_code: 'c' }, { brand_id: '1' }, { appid: 'wx2' }]) {
      expect(await merchant.call(preSendProductCoupon, request(change))).toEqual({
        status: 400,
        body: { code: 'INVALID_REQUEST', message: '请求单号已被使用，且请求参数与之前不一致' },
      })
    }
  })
})
