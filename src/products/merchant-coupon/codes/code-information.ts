import { z } from 'zod'
import type { Transaction } from '../../../engine/state/store.ts'
import { formatInstant } from '../../../protocol/instant.ts'
import { text, wireInstant } from '../../common/fields.ts'
import { users } from '../../platform/index.ts'
import { type Coupon, coupons } from '../coupons.ts'
import type { Stock } from '../rules/stock.ts'
import { codeStatus, type UploadedCode } from '../rules/uploaded-code.ts'
import { CODE_STATUS } from '../wire.ts'

/** What the calls about uploaded codes have in common. */

/** The vendor's page that lists the calls: those that query and delete codes have no page of their own, and are known from the SDKs only. */
export const CODE_CALLS_SOURCE =
  'https://pay.weixin.qq.com/docs/merchant/products/merchant-exclusive-coupon/apilist.html'

export const codeAppid = text({ title: '公众账号ID', max: 32, example: 'wx233544546545989' }).optional()

export const codeInformationAnswer = z.object({
  code: z.string(),
  code_status: z.enum(Object.values(CODE_STATUS)),
  upload_time: wireInstant,
  dispatched_time: wireInstant.optional(),
  openid: z.string().optional(),
  unionid: z.string().optional(),
  coupon_code: z.string().optional(),
})

/** The coupon that a code was handed out as. */
export async function couponOf(tx: Transaction, code: UploadedCode): Promise<Coupon | undefined> {
  if (code.dispatchedAt === undefined) return undefined
  return tx.in(coupons).find(code.creatorMchid, code.stockId, code.code)
}

/** An uploaded code as the queries show it; the holder and the coupon show once it is handed out. */
export async function codeInformation(tx: Transaction, code: UploadedCode, { creatorMchid }: Stock) {
  const coupon = await couponOf(tx, code)
  const user = coupon && (await tx.in(users).find(creatorMchid, coupon.openid))
  return {
    code: code.code,
    code_status: CODE_STATUS[codeStatus(code)],
    upload_time: formatInstant(code.uploadedAt),
    ...(code.dispatchedAt !== undefined && { dispatched_time: formatInstant(code.dispatchedAt) }),
    ...(coupon && { openid: coupon.openid, coupon_code: coupon.coupon_code }),
    ...(user?.unionid !== undefined && { unionid: user.unionid }),
  }
}
