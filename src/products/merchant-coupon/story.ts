import type { StoryContext, StoryStep } from '../../engine/product.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { orderStory } from '../payment/index.ts'
import { associateTradeInfo } from './coupons/associate-trade-info.ts'
import { completeCoupon, coupons } from './coupons/table.ts'
import { useCoupon } from './coupons/use-coupon.ts'
import { withCouponCounted } from './rules/stock.ts'
import { completeStock, stocks } from './stocks/table.ts'

/** An order is placed and paid; a coupon is linked to it and redeemed; then it is linked once more, which is too late. */
export async function story(tx: Transaction, context: StoryContext): Promise<readonly StoryStep[]> {
  const { mchid, now, ids, appid } = context
  const order = orderStory(context)
  const defaults = { now, ids, defaultMchid: mchid }
  const stock = completeStock({}, defaults)
  const coupon = completeCoupon({ coupon_code: `STORY${ids.digits(10)}`, openid: order.openid }, stock, defaults)
  await tx.in(stocks).save(withCouponCounted(stock, coupon.receivedAt))
  await tx.in(coupons).save(coupon)

  const named = { stock_id: stock.stockId, coupon_code: coupon.code }
  const link = { ...named, out_trade_no: order.outTradeNo }
  const use = { ...named, appid, use_time: formatInstant(now), use_request_no: `USE_${ids.digits(10)}` }
  return [
    ...order.steps,
    callOf(associateTradeInfo, { ...link, out_request_no: `LINK_${ids.digits(10)}` }),
    callOf(useCoupon, use),
    callOf(associateTradeInfo, { ...link, out_request_no: `LINK_${ids.digits(10)}` }),
  ]
}

function callOf({ path }: { readonly path: string }, body: object): StoryStep {
  return { call: { method: 'POST', path, body: JSON.stringify(body) } }
}
