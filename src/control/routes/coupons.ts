import { z } from 'zod'
import type { Coupon } from '../../domain/coupon.ts'
import type { Transaction } from '../../engine/store.ts'
import { defineCall } from '../call.ts'
import { describeCoupon } from '../describe.ts'
import { ownOrOnly } from '../own-or-only.ts'
import { couponPatch, patchCoupon as patched } from '../patch-coupon.ts'
import { completedCoupon } from '../world-format.ts'
import { mchidQuery } from './queries.ts'

const params = z.object({
  stock_id: z.string().meta({ description: 'batch' }),
  coupon_code: z.string(),
})

const refusals = {
  MOCK_COUPON_UNKNOWN: 'there is no such coupon',
  MOCK_AMBIGUOUS: 'several merchants have such a coupon, and the well-known one has not: give ?mchid=',
} as const

export const coupon = defineCall({
  id: 'coupon',
  method: 'GET',
  path: '/_mock/coupons/{stock_id}/{coupon_code}',
  summary: 'Look at a coupon with its history',
  params,
  query: mchidQuery,
  answer: completedCoupon,
  refusals,
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
  params,
  query: mchidQuery,
  body: couponPatch,
  answer: completedCoupon,
  refusals: {
    ...refusals,
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
function namedCoupon(
  tx: Transaction,
  { stock_id: stockId, coupon_code: code }: z.output<typeof params>,
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
