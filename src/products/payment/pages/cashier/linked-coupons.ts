import { clientOf } from '../../../../browser/phone/client.ts'
import type { OpenedCashier } from '../../cashier-calls.ts'

/** A merchant coupon (商家券) that is linked to the order. */
export interface LinkedCoupon {
  readonly coupon_code: string
  readonly stock_name: string
  /** Fen, if it takes off an amount of its own: the merchant has lowered the total by that. */
  readonly discount_amount?: number | undefined
}

/** Control calls of merchant coupons, a product that knows this one. */
const ROUTES = {
  orderCoupons: 'GET /orders/{out_trade_no}/coupons{?mchid}',
  stock: 'GET /stocks/{stock_id}{?mchid}',
} as const

interface Client {
  orderCoupons(
    number: string,
    of: { readonly mchid: string },
  ): Promise<readonly { readonly coupon_code: string; readonly stock_id: string; readonly mchid: string }[]>
  stock(
    id: string,
    of: { readonly mchid: string },
  ): Promise<{
    readonly stock_name: string
    readonly coupon_use_rule: { readonly fixed_normal_coupon?: { readonly discount_amount: number } }
  }>
}

/** So many are shown. */
const MOST = 5

/** The coupons that are linked to an order; none where the mock has no merchant coupons. */
export async function linkedCoupons({ order }: OpenedCashier): Promise<readonly LinkedCoupon[]> {
  const client = clientOf<Client>(ROUTES)
  try {
    const coupons = await client.orderCoupons(order.out_trade_no, { mchid: order.mchid })
    return await Promise.all(
      coupons.slice(0, MOST).map(async ({ coupon_code, stock_id, mchid }) => {
        const { stock_name, coupon_use_rule } = await client.stock(stock_id, { mchid })
        return { coupon_code, stock_name, discount_amount: coupon_use_rule.fixed_normal_coupon?.discount_amount }
      }),
    )
  } catch {
    // They are an addition, without which the order can be paid.
    return []
  }
}
