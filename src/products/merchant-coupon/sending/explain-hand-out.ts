import { formatInstant } from '../../../protocol/instant.ts'
import type { Texts } from '../../../shared/texts.ts'
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
): Promise<Texts> {
  const { stockId, state, sent, sendRule, creatorMchid } = stock
  const { openid, couponCode = '' } = how
  switch (reason) {
    case 'coupon_code_needed': {
      const mode = explainCodeMode(stock)
      return {
        en: `/body/coupon_code: missing; ${mode.en}, so the request brings the code`,
        zh: `/body/coupon_code：缺少此字段；${mode.zh}，须在请求中指定券 code`,
      }
    }
    case 'not_running':
      return { en: `batch ${stockId} is ${STOCK_STATE[state]}`, zh: `批次 ${stockId} 的状态是 ${STOCK_STATE[state]}` }
    case 'stock_expired':
      return explainEnd(stock, now)
    case 'suspicious':
      return {
        en: `${openid} is suspicious, and batch ${stockId} has prevent_api_abuse`,
        zh: `${openid} 是可疑账号，而批次 ${stockId} 开启了 prevent_api_abuse`,
      }
    case 'budget_used_up': {
      const used = handedOut(sent.total, stock, sendRule.maxCoupons, sendRule.maxAmountFen)
      return { en: `of batch ${stockId}, ${used.en} are handed out`, zh: `批次 ${stockId} 已发放${used.zh}` }
    }
    case 'day_limit': {
      const used = handedOut(sentOnDayOf(stock, now), stock, sendRule.maxCouponsByDay, sendRule.maxAmountByDayFen)
      const day = formatInstant(now).slice(0, 10)
      return { en: `${used.en} were handed out today (${day})`, zh: `今天（${day}）已发放${used.zh}` }
    }
    case 'user_limit': {
      const { received } = await receiver(tx, stock, how)
      const limit = sendRule.maxCouponsPerUser
      return { en: `${openid} has ${received} of ${limit}`, zh: `${openid} 已领 ${received} 张，每人限领 ${limit} 张` }
    }
    case 'person_limit': {
      const { receivedByPerson } = await receiver(tx, stock, how)
      const limit = sendRule.maxCouponsPerUser
      return {
        en: `all accounts of the person of ${openid} have ${receivedByPerson} of ${limit}`,
        zh: `${openid} 所属自然人的所有账号共领 ${receivedByPerson} 张，每人限领 ${limit} 张`,
      }
    }
    case 'no_code_left':
      return explainNoCodeLeft(stock)
    case 'code_taken': {
      const holder = (await tx.in(coupons).find(creatorMchid, stockId, couponCode))?.openid
      return {
        en: `batch ${stockId} has a coupon ${couponCode} already, held by ${holder}`,
        zh: `批次 ${stockId} 中已有券 ${couponCode}，由 ${holder} 持有`,
      }
    }
  }
}

function explainNoCodeLeft({ stockId, codes: { total, available } }: Stock): Texts {
  if (total === 0) {
    return { en: `no code is uploaded for batch ${stockId}`, zh: `批次 ${stockId} 没有预存 code` }
  }
  if (available === 0) {
    return {
      en: `all ${total} uploaded codes of batch ${stockId} are handed out`,
      zh: `批次 ${stockId} 的 ${total} 个预存 code 已全部发放`,
    }
  }
  return {
    en: `of ${total} uploaded codes of batch ${stockId} none is free: coupons have the ${available} that are left`,
    zh: `批次 ${stockId} 的 ${total} 个预存 code 均不可用：剩余的 ${available} 个已是其他券的 code`,
  }
}

/** `4 of 4 coupons`, and their worth where that is limited too. */
function handedOut(
  coupons: number,
  { benefit }: Stock,
  maxCoupons: number | undefined,
  maxAmountFen: number | undefined,
): Texts {
  const fen = benefit.type === 'normal' && maxAmountFen !== undefined ? coupons * benefit.discountFen : undefined
  return {
    en: `${coupons}${maxCoupons === undefined ? '' : ` of ${maxCoupons}`} coupons${fen === undefined ? '' : `, worth ${fen} of ${maxAmountFen} fen,`}`,
    zh: ` ${coupons} 张券${maxCoupons === undefined ? '' : `（上限 ${maxCoupons} 张）`}${fen === undefined ? '' : `，面额合计 ${fen} 分（上限 ${maxAmountFen} 分）`}`,
  }
}
