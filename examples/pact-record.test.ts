import { expect } from 'vitest'
import { recordPact, verifyPacts } from 'wechatpay-mock/pact'
import { test } from 'wechatpay-mock/vitest'

test('records what the shop asks for', async ({ wechatpay }) => {
  // In place of this: whatever your own tests let your shop do.
  await wechatpay.client.request({
    target: '/v3/marketing/busifavor/coupons/associate',
    body: { stock_id: '100088', coupon_code: 'sxxe34343434', out_trade_no: 'MCH_1', out_request_no: 'R-1' },
  })

  const file = 'pacts/recorded-shop-wechatpay.json'
  const { leftOut } = await recordPact({ control: wechatpay.control, file, consumer: 'recorded-shop' })

  expect(leftOut).toEqual([])
  expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
})
