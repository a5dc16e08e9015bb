import { openMock } from 'wechatpay-mock'

const mock = await openMock({ data: 'shop.db' })
await mock.control.addCoupon({ stock_id: '100088', coupon_code: 'MY_COUPON' })
await mock.close()

const again = await openMock({ data: 'shop.db' })
console.log((await again.control.coupon('100088', 'MY_COUPON')).state)
await again.close()
