import { createHash } from 'node:crypto'
import { z } from 'zod'
import { mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { defineTable } from '../../engine/state/table.ts'
import { objectId, type ProductCoupon, productCoupon } from './product-coupons.ts'
import { type Stock, stock } from './stocks.ts'
import type { UserCoupon } from './user-coupons.ts'

/** How coupons were shown when they were sent (展示信息): a later change of their product coupon or batch does not reach them (documented). */
export const sentDisplays = defineTable({
  name: 'sentProductCouponDisplays',
  row: z
    .strictObject({
      mchid,
      display_id: objectId,
      display_info: productCoupon.shape.display_info,
      ...stock.pick({ usage_rule_display_info: true, coupon_display_info: true }).shape,
    })
    .meta({
      id: 'SentProductCouponDisplay',
      description: 'how a product coupon and its batch were shown when coupons were sent that name it as display_id',
    }),
  key: ['display_id'],
})

/**
 * Keeps how a coupon is shown that is sent now: once for all that look alike, as a batch may send a hundred million.
 *
 * @returns its id
 */
export async function keepDisplay(
  tx: Transaction,
  { display_info }: ProductCoupon,
  { mchid, usage_rule_display_info, coupon_display_info }: Stock,
): Promise<string> {
  const display = { display_info, usage_rule_display_info, coupon_display_info }
  const display_id = createHash('sha256').update(JSON.stringify(display)).digest('hex').slice(0, 32)
  const kept = await tx.in(sentDisplays).find(mchid, display_id)
  if (!kept) await tx.in(sentDisplays).save({ mchid, display_id, ...display })
  return display_id
}

/** How a coupon was shown when it was sent; nothing for one of a seed file, which is shown as its batch is now. */
export async function displayOf(tx: Transaction, { mchid, display_id }: UserCoupon) {
  const kept = display_id === undefined ? undefined : await tx.in(sentDisplays).find(mchid, display_id)
  if (!kept) return undefined
  const { display_info, usage_rule_display_info, coupon_display_info } = kept
  return { display_info, usage_rule_display_info, coupon_display_info }
}
