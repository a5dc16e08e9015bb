import type { SampleCall, SampleCallContext } from '../../../engine/product.ts'
import { inPieces } from '../../../engine/state/in-pieces.ts'
import type { Stretch, Transaction } from '../../../engine/state/store.ts'
import { ALL } from '../../../engine/state/table.ts'
import { orders } from '../../payment/index.ts'
import { type Coupon, couponState } from '../rules/coupon.ts'
import { merchantCouponSettings } from '../settings.ts'
import { EXAMPLE, EXAMPLE_PATH } from './example.ts'
import { coupons } from './table.ts'

/** A call that links a coupon to an order: the documents' example if the mock has it, else its first coupon that can be linked. */
export async function sampleCall(
  tx: Transaction,
  { mchid, now, settings }: SampleCallContext,
): Promise<SampleCall | undefined> {
  const usable = (coupon: Coupon | undefined) =>
    coupon !== undefined && couponState(coupon, now) === 'sended' && !coupon.link
  const example = await tx.in(coupons).find(mchid, EXAMPLE.stock_id, EXAMPLE.coupon_code)
  const coupon = usable(example) ? example : await firstCoupon(tx, mchid, usable)
  const orderMatters =
    merchantCouponSettings.orders.of(settings) === 'known' && !(await tx.in(orders).find(mchid, EXAMPLE.out_trade_no))
  const order = orderMatters
    ? (await tx.in(orders).page('newest', ALL, { owner: mchid, limit: 1 }))[0]?.out_trade_no
    : EXAMPLE.out_trade_no
  if (!coupon || order === undefined) return undefined
  return {
    method: 'POST',
    path: `/${EXAMPLE_PATH}`,
    body: JSON.stringify({ ...EXAMPLE, stock_id: coupon.stockId, coupon_code: coupon.code, out_trade_no: order }),
  }
}

async function firstCoupon(
  tx: Transaction,
  mchid: string,
  fits: (coupon: Coupon) => boolean,
): Promise<Coupon | undefined> {
  const read = (stretch: Stretch) => tx.in(coupons).page('newest', ALL, { ...stretch, owner: mchid })
  for await (const some of inPieces(coupons, 'newest', read)) {
    const first = some.find(fits)
    if (first) return first
  }
  return undefined
}
