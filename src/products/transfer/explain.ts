import { formatInstant } from '../../protocol/instant.ts'
import type { Texts } from '../../shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { type Authorization, authorizationState, closingAt } from './rules/authorization.ts'
import { type Bill, billState, changedAt, failReasonAt } from './rules/bill.ts'
import { AUTHORIZATION_STATE, BILL_STATE } from './spellings.ts'

/** The state of a transfer in words, with since when and why. */
export function explainBill(bill: Bill, now: number): Texts {
  const state = BILL_STATE[billState(bill, now)]
  const since = formatInstant(changedAt(bill, now))
  const reason = failReasonAt(bill, now)
  const clock = byTheClock(now)
  return {
    en: `transfer ${bill.outBillNo} is ${state} since ${since}${reason === undefined ? '' : `, ${reason}`}; ${clock.en}`,
    zh: `转账单 ${bill.outBillNo} 自 ${since} 起的状态是 ${state}${reason === undefined ? '' : `（${reason}）`}；${clock.zh}`,
  }
}

/** That a merchant has no transfer with a number, or none that is still shown. */
export function explainNoBill(mchid: string, number: string, old?: Bill): Texts {
  if (old) {
    const at = formatInstant(old.createdAt)
    return {
      en: `transfer ${number} was created at ${at}, more than 30 days ago`,
      zh: `转账单 ${number} 创建于 ${at}，已超过 30 天`,
    }
  }
  return { en: `${mchid} has no transfer ${number}`, zh: `${mchid} 没有转账单 ${number}` }
}

/** The state of an authorization in words. */
export function explainAuthorization(authorization: Authorization, now: number): Texts {
  const { outAuthorizationNo } = authorization
  const state = AUTHORIZATION_STATE[authorizationState(authorization, now)]
  const closing = closingAt(authorization, now)
  const clock = byTheClock(now)
  return {
    en: `authorization ${outAuthorizationNo} is ${state}${closing ? `, ${closing.reason} at ${formatInstant(closing.at)}` : ''}; ${clock.en}`,
    zh: `授权 ${outAuthorizationNo} 的状态是 ${state}${closing ? `（${closing.reason}，${formatInstant(closing.at)}）` : ''}；${clock.zh}`,
  }
}
