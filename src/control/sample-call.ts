import type { Mock } from '../engine/mock.ts'
import { coupons } from '../products/merchant-coupon/coupons/table.ts'
import { type Coupon, couponState } from '../products/merchant-coupon/rules/coupon.ts'
import { merchantCouponSettings } from '../products/merchant-coupon/settings.ts'
import { orders } from '../products/payment/orders/table.ts'

/** A call that is answered with 200 as often as it is repeated. */
export interface SampleCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

/** The coupon and the numbers of the official documents' example, which the scenario `default` has. */
export const EXAMPLE = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
} as const

/** Linking a coupon to an order, with what the mock has: the documents' example, or its first coupon that can be linked. */
export function sampleCall(mock: Mock): Promise<SampleCall> {
  const { mchid } = mock.defaultMerchant
  const usable = (coupon: Coupon | undefined) =>
    coupon && couponState(coupon, mock.clock.now()) === 'sended' && !coupon.link
  return mock.store.transaction(async (tx): Promise<SampleCall> => {
    const example = await tx.in(coupons).find(mchid, EXAMPLE.stock_id, EXAMPLE.coupon_code)
    const coupon = usable(example) ? example : (await tx.in(coupons).list(mchid)).find(usable)
    const orderMatters =
      merchantCouponSettings.orders.of(mock.settings) === 'known' &&
      !(await tx.in(orders).find(mchid, EXAMPLE.out_trade_no))
    const order = orderMatters ? (await tx.in(orders).list(mchid))[0]?.outTradeNo : EXAMPLE.out_trade_no
    if (!coupon || order === undefined) return { method: 'GET', path: '/v3/certificates' }
    return {
      method: 'POST',
      path: '/v3/marketing/busifavor/coupons/associate',
      body: JSON.stringify({ ...EXAMPLE, stock_id: coupon.stockId, coupon_code: coupon.code, out_trade_no: order }),
    }
  })
}
