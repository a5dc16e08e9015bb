import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { describeCoupon } from '../../../control/describe.ts'
import { mchid } from '../../../control/formats/basics.ts'
import { pageOf, pageQuery, takePage } from '../../../control/formats/page.ts'
import { completedCoupon } from '../../../control/world-format.ts'
import { keyOf } from '../../../engine/state/store.ts'
import { COUPON_STATE } from '../../common/wire.ts'
import { type Coupon, couponState } from '../rules/coupon.ts'
import { couponParams, couponRefusals, findNamedCoupon, namedCoupon } from './named-coupon.ts'
import { couponPatch, patchCoupon as patched } from './patch-coupon.ts'

export const coupons = defineCall({
  id: 'coupons',
  method: 'GET',
  path: '/_mock/coupons',
  summary: 'Look for coupons: those received last first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().meta({ description: 'who created the batch; any if left out' }),
    stock_id: z.string().optional().meta({ description: 'batch' }),
    state: z.enum(Object.values(COUPON_STATE)).optional(),
  }),
  answer: pageOf(completedCoupon).meta({ id: 'CouponPage' }),
  async handle({ query: { mchid, stock_id, state, text, ...page } }, { mock }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const all = await mock.store.transaction((tx) => tx.coupons.list(mchid))
    const found = all.filter(
      (one) =>
        (stock_id === undefined || one.stockId === stock_id) &&
        (state === undefined || COUPON_STATE[couponState(one, now)] === state) &&
        (wanted === undefined || couponHasText(one, wanted)),
    )
    const { items, ...rest } = takePage(
      found,
      (one) => [one.receivedAt, keyOf([one.creatorMchid, one.stockId, one.code])],
      page,
    )
    return { ...rest, items: items.map((one) => describeCoupon(one, now)) }
  },
})

function couponHasText({ code, stockId, openid, sendRequestNo, link }: Coupon, wanted: string): boolean {
  return [code, stockId, openid, sendRequestNo, link?.outTradeNo ?? ''].some((one) =>
    one.toLowerCase().includes(wanted),
  )
}

export const coupon = defineCall({
  id: 'coupon',
  method: 'GET',
  path: '/_mock/coupons/{stock_id}/{coupon_code}',
  summary: 'Look at a coupon with its history',
  params: couponParams,
  query: mchidQuery,
  answer: completedCoupon,
  refusals: couponRefusals,
  async handle({ params, query }, { mock }) {
    const { coupon, now } = await findNamedCoupon(mock, params, query)
    return describeCoupon(coupon, now)
  },
})

export const patchCoupon = defineCall({
  id: 'patchCoupon',
  method: 'PATCH',
  path: '/_mock/coupons/{stock_id}/{coupon_code}',
  summary: 'Put a coupon in a state, whatever happened to it before',
  params: couponParams,
  query: mchidQuery,
  body: couponPatch,
  answer: completedCoupon,
  refusals: {
    ...couponRefusals,
    MOCK_COUPON_KEY: 'the patch would make it another coupon',
    MOCK_COUPON_STATE: 'the patch contradicts itself',
  },
  async handle({ params, query, body }, { mock }) {
    const now = mock.clock.now()
    const defaultMchid = mock.defaultMerchant.mchid
    const after = await mock.store.transaction(async (tx) => {
      const before = await namedCoupon(tx, params, query.mchid, defaultMchid)
      const stock = await tx.stocks.find(before.creatorMchid, before.stockId)
      if (!stock) throw new Error(`Coupon ${before.code} has no batch ${before.stockId}`)
      const coupon = patched(before, body, stock, { now, ids: mock.ids, defaultMchid })
      await tx.coupons.save(coupon)
      return coupon
    })
    return describeCoupon(after, now)
  },
})
