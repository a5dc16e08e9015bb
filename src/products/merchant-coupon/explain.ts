import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../protocol/instant.ts'
import type { Texts } from '../../shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { codes } from './codes/table.ts'
import { type Coupon, couponState } from './coupon-rules.ts'
import { coupons } from './coupons.ts'
import type { Stock } from './rules/stock.ts'
import { stocks } from './stocks/table.ts'
import { CODE_MODE, COUPON_STATE } from './wire.ts'

/** The sentences with which the journal explains a refused call, behind the key of the error. */

/** The most things that a sentence names. */
const LISTED = 5

/** That there is no batch with an id. */
export function explainNoStock(stockId: string): Texts {
  return { en: `there is no batch ${stockId}`, zh: `没有批次 ${stockId}` }
}

/** Why a caller has no right over the batches with an id. */
export async function explainStockRight(tx: Transaction, caller: Merchant, stockId: string): Promise<Texts> {
  const named = (await tx.in(stocks).where('stockId', stockId)).slice(0, LISTED)
  const whose = named.map(({ creatorMchid, ownerMchid }) => ({
    en: `created by ${creatorMchid} and owned by ${ownerMchid}`,
    zh: `由 ${creatorMchid} 创建、归属 ${ownerMchid}`,
  }))
  return {
    en: `batch ${stockId} is ${whose.map(({ en }) => en).join(', or ')}; the caller is ${caller.mchid}`,
    zh: `批次 ${stockId} ${whose.map(({ zh }) => zh).join('，或')}；调用方是 ${caller.mchid}`,
  }
}

/** That a batch has no uploaded code. */
export function explainNoCode(stockId: string, code: string): Texts {
  return { en: `batch ${stockId} has no uploaded code ${code}`, zh: `批次 ${stockId} 没有预存 code ${code}` }
}

/** Says where a coupon that was not found is, if it exists anywhere. */
export async function explainNoCoupon(
  tx: Transaction,
  code: string,
  where: { stockId?: string | undefined; openid?: string } = {},
): Promise<Texts> {
  const { stockId, openid } = where
  const missing = {
    en: `there is no coupon ${code}${stockId === undefined ? '' : ` of batch ${stockId}`}${openid === undefined ? '' : ` held by ${openid}`}`,
    zh: `${stockId === undefined ? '' : `批次 ${stockId} 中`}没有${openid === undefined ? '' : ` ${openid} 持有的`}券 ${code}`,
  }
  const found = await tx.in(coupons).where('code', code)
  if (found.length > 0) {
    const others = found.slice(0, LISTED)
    const en = others.map((one) => `one of batch ${one.stockId} held by ${one.openid}`)
    const zh = others.map((one) => `批次 ${one.stockId} 中由 ${one.openid} 持有的`)
    return { en: `${missing.en}; there is ${en.join(', and ')}`, zh: `${missing.zh}；有${zh.join('，以及')}` }
  }
  if (stockId === undefined) return missing
  const named = await tx.in(stocks).where('stockId', stockId)
  if (named.length === 0) return { en: `${missing.en}, nor such a batch`, zh: `${missing.zh}，也没有该批次` }
  for (const { creatorMchid } of named) {
    if (await tx.in(codes).find(creatorMchid, stockId, code)) {
      return {
        en: `${missing.en}: the code is uploaded, and not handed out`,
        zh: `${missing.zh}：该 code 已预存，尚未发放`,
      }
    }
  }
  return missing
}

/** Why a caller has no right over the coupons with a code. */
export async function explainCouponRight(
  tx: Transaction,
  caller: Merchant,
  code: string,
  stockId?: string,
): Promise<Texts> {
  const found = (await tx.in(coupons).where('code', code)).filter(
    (coupon) => stockId === undefined || coupon.stockId === stockId,
  )
  const whose = await Promise.all(
    found.slice(0, LISTED).map(async (coupon): Promise<Texts> => {
      const owner = (await tx.in(stocks).find(coupon.creatorMchid, coupon.stockId))?.ownerMchid
      const { creatorMchid, senderMchid } = coupon
      return {
        en: `of batch ${coupon.stockId}, created by ${creatorMchid}, owned by ${owner}, sent by ${senderMchid}`,
        zh: `属于批次 ${coupon.stockId}（由 ${creatorMchid} 创建，归属 ${owner}，由 ${senderMchid} 发放）`,
      }
    }),
  )
  const sender = found.some(({ senderMchid }) => senderMchid === caller.mchid)
  return {
    en: `coupon ${code} is one ${whose.map(({ en }) => en).join(', or one ')}; the caller is ${caller.mchid}${sender ? ', and having handed it out is not enough' : ''}`,
    zh: `券 ${code} ${whose.map(({ zh }) => zh).join('，或')}；调用方是 ${caller.mchid}${sender ? '，只发过券不够' : ''}`,
  }
}

/** The state of a coupon in one sentence. */
export function explainCoupon(coupon: Coupon, now: number): Texts {
  const { stockId, code, link, redemption } = coupon
  const state = COUPON_STATE[couponState(coupon, now)]
  const [from, until] = [formatInstant(coupon.usableFrom), formatInstant(coupon.expiresAt)]
  const redeemed = explainRedemption(redemption)
  const linked = link
    ? { en: `linked to order ${link.outTradeNo}`, zh: `已关联订单 ${link.outTradeNo}` }
    : { en: 'not linked', zh: '未关联订单' }
  const clock = byTheClock(now)
  return {
    en: `Coupon ${code} of batch ${stockId} is ${state}, ${redeemed.en}${linked.en}, usable from ${from} until ${until}; ${clock.en}.`,
    zh: `批次 ${stockId} 的券 ${code} 状态为 ${state}，${redeemed.zh}${linked.zh}，可用时间为 ${from} 至 ${until}；${clock.zh}。`,
  }
}

function explainRedemption(redemption: Coupon['redemption']): Texts {
  if (!redemption) return { en: '', zh: '' }
  const { mchid, requestNo } = redemption
  const at = formatInstant(redemption.at)
  return {
    en: `redeemed at ${at}${mchid === undefined ? '' : ` by ${mchid}`} with ${requestNo}, `,
    zh: `已于 ${at} ${mchid === undefined ? '' : `由 ${mchid} `}核销（${requestNo}），`,
  }
}

export function explainHolder({ code, stockId, openid }: Coupon, wanted: string | undefined): Texts {
  return {
    en: `coupon ${code} of batch ${stockId} is held by ${openid}, not ${wanted}`,
    zh: `批次 ${stockId} 的券 ${code} 由 ${openid} 持有，不是 ${wanted}`,
  }
}

export function explainEnd({ stockId, validity }: Stock, now: number): Texts {
  const end = formatInstant(validity.until)
  const clock = byTheClock(now)
  return {
    en: `batch ${stockId} ended at ${end}; ${clock.en}`,
    zh: `批次 ${stockId} 已于 ${end} 结束；${clock.zh}`,
  }
}

export function explainCodeMode({ stockId, codeMode }: Stock): Texts {
  const mode = CODE_MODE[codeMode]
  return { en: `batch ${stockId} is ${mode}`, zh: `批次 ${stockId} 的券 code 模式是 ${mode}` }
}

/** That a merchant has not opened a product. */
export function explainUnopened(mchid: string | undefined, product: string): Texts {
  return { en: `${mchid} has not opened ${product}`, zh: `${mchid} 没有开通 ${product}` }
}
