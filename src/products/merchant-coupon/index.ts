import { EXAMPLE, EXAMPLE_PATH } from '../../control/client-setup/example.ts'
import {
  defineProduct,
  type SampleCall,
  type SampleCallContext,
  type StoryContext,
  type StoryStep,
  storyCall,
} from '../../engine/product.ts'
import { inPieces, type Stretch, type Transaction } from '../../engine/state/store.ts'
import { ALL } from '../../engine/state/table.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { orderStory, orders, refunds } from '../payment/index.ts'
import { users } from '../platform/index.ts'
import { associateTradeInfo } from './associate.ts'
import { codes } from './codes.ts'
import type { MerchantCouponCalls } from './control-calls.ts'
import { couponSend, eventAddresses, eventAddressOf } from './coupon-send.ts'
import { type Coupon, completeCoupon, couponState, coupons, keepEndsOfCoupons } from './coupons.ts'
import * as operations from './operations.ts'
import { useCoupon } from './redeem.ts'
import { routes } from './routes.ts'
import { type MerchantCouponSettings, merchantCouponSettings } from './settings.ts'
import type { MerchantCouponStates } from './states.ts'
import { withCouponCounted } from './stock-rules.ts'
import { completeStock, stocks } from './stocks.ts'
import { subsidies, subsidyReturns } from './subsidies.ts'

/** 商家券 (busifavor): batches, their codes, and the life of coupons. */
export const merchantCoupon = defineProduct({
  id: 'merchant-coupon',
  title: { en: 'Merchant coupons', zh: '商家券' },
  operations: Object.values(operations),
  events: [couponSend],
  settings: merchantCouponSettings as MerchantCouponSettings,
  tables: [stocks, codes, coupons, subsidies, subsidyReturns, eventAddresses, orders, refunds, users],
  keepEnds: keepEndsOfCoupons,
  notifyUrlOf: eventAddressOf,
  sampleCall,
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  calls: async (): Promise<MerchantCouponCalls> => (await import('./control-calls.ts')).calls,
  states: async (): Promise<MerchantCouponStates> => (await import('./states.ts')).states,
  story,
})

/** An order is placed and paid; a coupon is linked to it and redeemed; then it is linked once more, which is too late. */
async function story(tx: Transaction, context: StoryContext): Promise<readonly StoryStep[]> {
  const { mchid, now, ids, appid } = context
  const order = orderStory(context)
  const defaults = { now, ids, defaultMchid: mchid }
  const stock = completeStock({}, defaults)
  const coupon = completeCoupon({ coupon_code: `STORY${ids.digits(10)}`, openid: order.openid }, stock, defaults)
  await tx.in(stocks).save(withCouponCounted(stock, coupon.receive_time))
  await tx.in(coupons).save(coupon)

  const named = { stock_id: stock.stock_id, coupon_code: coupon.coupon_code }
  const link = { ...named, out_trade_no: order.outTradeNo }
  const use = { ...named, appid, use_time: formatInstant(now), use_request_no: `USE_${ids.digits(10)}` }
  return [
    ...order.steps,
    storyCall(associateTradeInfo, { ...link, out_request_no: `LINK_${ids.digits(10)}` }),
    storyCall(useCoupon, use),
    storyCall(associateTradeInfo, { ...link, out_request_no: `LINK_${ids.digits(10)}` }),
  ]
}

/** A call that links a coupon to an order: the documents' example if the mock has it, else its first coupon that can be linked. */
async function sampleCall(
  tx: Transaction,
  { mchid, now, settings }: SampleCallContext,
): Promise<SampleCall | undefined> {
  const usable = (coupon: Coupon | undefined) =>
    coupon !== undefined && couponState(coupon, now) === 'SENDED' && coupon.associate_out_trade_no === undefined
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
    body: JSON.stringify({
      ...EXAMPLE,
      stock_id: coupon.stock_id,
      coupon_code: coupon.coupon_code,
      out_trade_no: order,
      // The number may have been used for another coupon: that of the example stands in other programs.
      ...(coupon !== example && { out_request_no: `${EXAMPLE.out_request_no}_${coupon.coupon_code}` }),
    }),
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
