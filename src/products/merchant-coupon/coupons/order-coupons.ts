import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { orderParams, orderRefusals, withOrder } from '../../payment/index.ts'
import { couponsOf, MOST_COUPONS } from './coupons-of.ts'
import { completedCoupon, coupons, describeCoupon } from './table.ts'

export const orderCoupons = defineCall({
  summary: `The coupons that are linked to an order, those received last first; ${MOST_COUPONS} at most`,
  params: orderParams,
  query: mchidQuery,
  answer: z.array(completedCoupon),
  refusals: orderRefusals,
  handle: ({ params, query }, { mock }) =>
    withOrder(mock, params.out_trade_no, query.mchid, async ({ mchid, out_trade_no }, tx, now) => {
      const linked = await tx.in(coupons).where('outTradeNo', out_trade_no)
      return (await couponsOf(tx, mchid, linked))
        .toSorted((a, b) => b.receivedAt - a.receivedAt)
        .slice(0, MOST_COUPONS)
        .map((one) => describeCoupon(one, now))
    }),
})
