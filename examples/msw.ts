import { setupServer } from 'msw/node'
import { createMock } from 'wechatpay-mock'
import { handlers } from 'wechatpay-mock/msw'

const mock = createMock()
const server = setupServer(...handlers(mock))
// The first is the name in msw 3, the second that in msw 2.
const others = { onUnhandledFrame: 'bypass', onUnhandledRequest: 'bypass' } as const
server.listen(others)

await mock.control.addCoupon({ stock_id: '100088', coupon_code: 'MY_COUPON' })
// … run your code …
const coupon = await mock.control.coupon('100088', 'MY_COUPON')
console.log(coupon.state, coupon.associate_out_trade_no)
server.close()
