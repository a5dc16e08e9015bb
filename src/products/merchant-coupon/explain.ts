import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { byTheClock } from '../common/explain.ts'
import { codes } from './codes/table.ts'
import { coupons } from './coupons/table.ts'
import { type Coupon, couponState } from './rules/coupon.ts'
import type { Stock } from './rules/stock.ts'
import { stocks } from './stocks/table.ts'
import { CODE_MODE, COUPON_STATE } from './wire.ts'

/** The sentences with which the journal explains a refused call, behind the key of the error. */

/** The most things that a sentence names. */
const LISTED = 5

/** Why a caller has no right over the batches with an id. */
export async function explainStockRight(tx: Transaction, caller: Merchant, stockId: string): Promise<string> {
  const named = (await tx.in(stocks).where('stockId', stockId)).slice(0, LISTED)
  const whose = named.map(({ creatorMchid, ownerMchid }) => `created by ${creatorMchid} and owned by ${ownerMchid}`)
  return `batch ${stockId} is ${whose.join(', or ')}; the caller is ${caller.mchid}`
}

/** Says where a coupon that was not found is, if it exists anywhere. */
export async function explainNoCoupon(
  tx: Transaction,
  code: string,
  where: { stockId?: string | undefined; openid?: string } = {},
): Promise<string> {
  const { stockId, openid } = where
  const of = stockId === undefined ? '' : ` of batch ${stockId}`
  const held = openid === undefined ? '' : ` held by ${openid}`
  const missing = `there is no coupon ${code}${of}${held}`
  const found = await tx.in(coupons).where('code', code)
  if (found.length > 0) {
    const others = found.slice(0, LISTED).map((one) => `one of batch ${one.stockId} held by ${one.openid}`)
    return `${missing}; there is ${others.join(', and ')}`
  }
  if (stockId === undefined) return missing
  const named = await tx.in(stocks).where('stockId', stockId)
  if (named.length === 0) return `${missing}, nor such a batch`
  for (const { creatorMchid } of named) {
    if (await tx.in(codes).find(creatorMchid, stockId, code))
      return `${missing}: the code is uploaded, and not handed out`
  }
  return missing
}

/** Why a caller has no right over the coupons with a code. */
export async function explainCouponRight(
  tx: Transaction,
  caller: Merchant,
  code: string,
  stockId?: string,
): Promise<string> {
  const found = (await tx.in(coupons).where('code', code)).filter(
    (coupon) => stockId === undefined || coupon.stockId === stockId,
  )
  const whose = await Promise.all(
    found.slice(0, LISTED).map(async (coupon) => {
      const stock = await tx.in(stocks).find(coupon.creatorMchid, coupon.stockId)
      return `of batch ${coupon.stockId}, created by ${coupon.creatorMchid}, owned by ${stock?.ownerMchid}, sent by ${coupon.senderMchid}`
    }),
  )
  const sender = found.some(({ senderMchid }) => senderMchid === caller.mchid)
  const short = sender ? ', and having handed it out is not enough' : ''
  return `coupon ${code} is one ${whose.join(', or one ')}; the caller is ${caller.mchid}${short}`
}

/** The state of a coupon in one sentence. */
export function explainCoupon(coupon: Coupon, now: number): string {
  const { stockId, code, link, redemption, usableFrom, expiresAt } = coupon
  const linked = link ? `linked to order ${link.outTradeNo}` : 'not linked'
  const by = redemption?.mchid === undefined ? '' : ` by ${redemption.mchid}`
  const redeemed = redemption ? `redeemed at ${formatInstant(redemption.at)}${by} with ${redemption.requestNo}, ` : ''
  return `Coupon ${code} of batch ${stockId} is ${COUPON_STATE[couponState(coupon, now)]}, ${redeemed}${linked}, usable from ${formatInstant(usableFrom)} until ${formatInstant(expiresAt)}; ${byTheClock(now)}.`
}

export function explainHolder({ code, stockId, openid }: Coupon, wanted: string | undefined): string {
  return `coupon ${code} of batch ${stockId} is held by ${openid}, not ${wanted}`
}

export function explainEnd({ stockId, validity }: Stock, now: number): string {
  return `batch ${stockId} ended at ${formatInstant(validity.until)}; ${byTheClock(now)}`
}

export function explainCodeMode({ stockId, codeMode }: Stock): string {
  return `batch ${stockId} is ${CODE_MODE[codeMode]}`
}
