import { startServer } from 'wechatpay-mock/node'

const server = await startServer({ port: 0 })
const merchant = await server.control.createMerchant()
const { mchid } = merchant
await server.control.addCoupon({ mchid, stock_id: '100088', coupon_code: 'MY_COUPON' })
// … run your code against server.url, as that merchant …
console.log(merchant.base_url === server.url, (await server.control.coupon('100088', 'MY_COUPON', { mchid })).state)
await server.close()
