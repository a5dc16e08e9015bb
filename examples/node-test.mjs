import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServer } from 'wechatpay-mock/node'

let server
before(async () => {
  server = await startServer({ port: 0 })
})
after(() => server.close())

test('an order takes the coupon along', async () => {
  const { mchid } = await server.control.createMerchant()
  await server.control.addCoupon({ mchid, stock_id: '100088', coupon_code: 'MY_COUPON' })
  // … your code calls server.url, with the number and keys of this merchant …
  const { state } = await server.control.coupon('100088', 'MY_COUPON', { mchid })
  assert.equal(state, 'SENDED')
})
