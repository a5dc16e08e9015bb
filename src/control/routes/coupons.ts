import { z } from 'zod'
import { type Coupon, couponState } from '../../domain/coupon.ts'
import { keyOf, type Transaction } from '../../engine/store.ts'
import { COUPON_STATE } from '../../operations/wire.ts'
import { defineCall } from '../call.ts'
import { describeCoupon } from '../describe.ts'
import { mchid } from '../formats/basics.ts'
import { pageOf, pageQuery, takePage } from '../formats/page.ts'
import { ownOrOnly } from '../own-or-only.ts'
import { couponPatch, patchCoupon as patched } from '../patch-coupon.ts'
import { completedCoupon } from '../world-format.ts'
import { mchidQuery } from './queries.ts'

export const couponParams = z.object({
  stock_id: z.string().meta({ description: 'batch' }),
  coupon_code: z.string(),
})

export const couponRefusals = {
  MOCK_COUPON_UNKNOWN: 'there is no such coupon',
  MOCK_AMBIGUOUS: 'several merchants have such a coupon, and the well-known one has not: give ?mchid=',
} as const

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
    const now = mock.clock.now()
    const found = await mock.store.transaction((tx) => namedCoupon(tx, params, query.mchid, mock.defaultMerchant.mchid))
    return describeCoupon(found, now)
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

/** The named merchant's coupon; without one the well-known merchant's, else the only one. */
export function namedCoupon(
  tx: Transaction,
  { stock_id: stockId, coupon_code: code }: z.output<typeof couponParams>,
  mchid: string | undefined,
  defaultMchid: string,
): Promise<Coupon> {
  return ownOrOnly(
    {
      find: (owner) => tx.coupons.find(owner, stockId, code),
      all: async () => (await tx.coupons.where('code', code)).filter((one) => one.stockId === stockId),
      ownerOf: ({ creatorMchid }) => creatorMchid,
      name: `coupon ${code} in batch ${stockId}`,
      unknown: { code: 'MOCK_COUPON_UNKNOWN', path: '/path/coupon_code', advice: 'add it with POST /_mock/coupons' },
    },
    mchid,
    defaultMchid,
  )
}
