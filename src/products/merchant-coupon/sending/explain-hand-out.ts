import { formatInstant } from '../../../protocol/instant.ts'
import { coupons } from '../coupons/table.ts'
import { explainCodeMode, explainEnd } from '../explain.ts'
import { type Stock, sentOnDayOf } from '../rules/stock.ts'
import { STOCK_STATE } from '../wire.ts'
import { type HandOut, type HandOutContext, type HandOutRefusal, receiver } from './hand-out.ts'

/** Why a coupon was not handed out, with the numbers that count; for the journal. */
export async function explainHandOut(
  reason: HandOutRefusal,
  { tx, now }: Pick<HandOutContext, 'tx' | 'now'>,
  stock: Stock,
  how: HandOut,
): Promise<string> {
  const { stockId, state, sent, sendRule, codes, creatorMchid } = stock
  const { openid, couponCode = '' } = how
  switch (reason) {
    case 'coupon_code_needed':
      return `/body/coupon_code: missing; ${explainCodeMode(stock)}, so the request brings the code`
    case 'not_running':
      return `batch ${stockId} is ${STOCK_STATE[state]}`
    case 'stock_expired':
      return explainEnd(stock, now)
    case 'suspicious':
      return `${openid} is suspicious, and batch ${stockId} has prevent_api_abuse`
    case 'budget_used_up':
      return `of batch ${stockId}, ${of(sent.total, stock, sendRule.maxCoupons, sendRule.maxAmountFen)}`
    case 'day_limit':
      return `${of(sentOnDayOf(stock, now), stock, sendRule.maxCouponsByDay, sendRule.maxAmountByDayFen, 'were')} today (${formatInstant(now).slice(0, 10)})`
    case 'user_limit':
      return `${openid} has ${(await receiver(tx, stock, how)).received} of ${sendRule.maxCouponsPerUser}`
    case 'person_limit':
      return `all accounts of the person of ${openid} have ${(await receiver(tx, stock, how)).receivedByPerson} of ${sendRule.maxCouponsPerUser}`
    case 'no_code_left':
      return codes.total === 0
        ? `no code is uploaded for batch ${stockId}`
        : codes.available === 0
          ? `all ${codes.total} uploaded codes of batch ${stockId} are handed out`
          : `of ${codes.total} uploaded codes of batch ${stockId} none is free: coupons have the ${codes.available} that are left`
    case 'code_taken': {
      const taken = await tx.in(coupons).find(creatorMchid, stockId, couponCode)
      return `batch ${stockId} has a coupon ${couponCode} already, held by ${taken?.openid}`
    }
  }
}

/** `4 of 4 coupons`, and their worth where that is limited too. */
function of(
  coupons: number,
  { benefit }: Stock,
  maxCoupons: number | undefined,
  maxAmountFen: number | undefined,
  were: 'are' | 'were' = 'are',
): string {
  const worth =
    benefit.type === 'normal' && maxAmountFen !== undefined
      ? `, worth ${coupons * benefit.discountFen} of ${maxAmountFen} fen,`
      : ''
  return `${coupons}${maxCoupons === undefined ? '' : ` of ${maxCoupons}`} coupons${worth} ${were} handed out`
}
