import { expect, test } from 'wechatpay-mock/vitest'

test('an order takes the coupon along', async ({ wechatpay }) => {
  const coupon = await wechatpay.control.addCoupon({ stock_id: '100088' })

  const answer = await wechatpay.client.request({
    target: '/v3/marketing/busifavor/coupons/associate',
    body: { stock_id: '100088', coupon_code: coupon.coupon_code, out_trade_no: 'MCH_1', out_request_no: 'R_1' },
  })

  expect(answer.status).toBe(200)
  await expect(coupon).toBeAssociatedWith('MCH_1')
})
