import { createMock } from 'wechatpay-mock'
import { createFixtures } from 'wechatpay-mock/fixtures'

const { aStock, aCoupon } = createFixtures('my test')
const stock = aStock({ stock_type: 'DISCOUNT' })
const coupon = aCoupon({ stock_id: stock.stock_id })

const mock = createMock({ seed: { stocks: [stock], coupons: [coupon] } })
console.log((await mock.control.coupon(stock.stock_id, coupon.coupon_code)).state)
