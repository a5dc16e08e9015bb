import { z } from 'zod'
import type { mchidQuery } from '../../../control/calls/queries.ts'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { Coupon } from '../rules/coupon.ts'
import { coupons } from './table.ts'

/** The coupon that a control call's path names, with the merchant's number where the path alone is ambiguous. */

export const couponParams = z.object({
  stock_id: z.string().meta({ description: 'batch' }),
  coupon_code: z.string(),
})

export const couponRefusals = {
  MOCK_COUPON_UNKNOWN: { status: 404, when: 'there is no such coupon' },
  MOCK_AMBIGUOUS: 'several merchants have such a coupon, and the well-known one has not: give ?mchid=',
} as const

/** The coupon that a call names, and the instant it was looked up at. */
export async function findNamedCoupon(
  mock: Mock,
  params: z.output<typeof couponParams>,
  { mchid }: z.output<typeof mchidQuery>,
): Promise<{ readonly coupon: Coupon; readonly now: number }> {
  return mock.inTurn(async (tx, now) => ({
    coupon: await namedCoupon(tx, params, mchid, mock.defaultMerchant.mchid),
    now,
  }))
}

/** The named merchant's coupon; without one the well-known merchant's, else the only one. */
export function namedCoupon(
  tx: Transaction,
  { stock_id: stockId, coupon_code: code }: z.output<typeof couponParams>,
  mchid: string | undefined,
  defaultMchid: string,
): Promise<Coupon> {
  return ownOrOnly(
    {
      find: (owner) => tx.in(coupons).find(owner, stockId, code),
      all: async () => (await tx.in(coupons).where('code', code)).filter((one) => one.stockId === stockId),
      ownerOf: ({ creatorMchid }) => creatorMchid,
      name: { en: `coupon ${code} in batch ${stockId}`, zh: `批次 ${stockId} 的券 ${code}` },
      unknown: {
        code: 'MOCK_COUPON_UNKNOWN',
        path: '/path/coupon_code',
        advice: { en: 'add it with POST /_mock/coupons', zh: '请用 POST /_mock/coupons 添加' },
      },
    },
    mchid,
    defaultMchid,
  )
}
