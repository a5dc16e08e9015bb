import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { byTheClock } from '../common/explain.ts'
import { type Authorization, authorizationState, closingAt } from './authorizations.ts'
import type { Scene } from './meanings.ts'
import { transferAt } from './transfer-rules.ts'
import type { Transfer } from './transfers.ts'

/** The state of a transfer in words, with since when and why. */
export function explainTransfer(transfer: Transfer, now: number): Texts {
  const { out_bill_no, state, fail_reason, update_time } = transferAt(transfer, now)
  const since = formatInstant(update_time)
  const clock = byTheClock(now)
  return {
    en: `transfer ${out_bill_no} has been ${state} since ${since}${fail_reason === undefined ? '' : `, ${fail_reason}`}; ${clock.en}`,
    zh: `转账单 ${out_bill_no} 自 ${since} 起的状态是 ${state}${fail_reason === undefined ? '' : `（${fail_reason}）`}；${clock.zh}`,
  }
}

export function explainNoTransfer(mchid: string, number: string): Texts {
  return { en: `${mchid} has no transfer ${number}`, zh: `${mchid} 没有转账单 ${number}` }
}

/** The call of the control API that changes what a merchant has for transfers, as it is written. */
export function accountChange(mchid: string, change: object): string {
  return `PATCH /_mock/transfer-account?mchid=${mchid} ${JSON.stringify(change)}`
}

/** A scene by its number and name. */
export function explainScene(sceneId: string, { name }: Scene): Texts {
  return { en: `scene ${sceneId} (${name})`, zh: `转账场景 ${sceneId}（${name}）` }
}

/** The state of an authorization in words. */
export function explainAuthorization(one: Authorization, now: number): Texts {
  const state = authorizationState(one, now)
  const closing = closingAt(one, now)
  const clock = byTheClock(now)
  const why = closing
    ? {
        en: `, ${closing.close_reason} at ${formatInstant(closing.close_time)}`,
        zh: `（自 ${formatInstant(closing.close_time)} 起，原因 ${closing.close_reason}）`,
      }
    : state === 'WAIT_USER_CONFIRM'
      ? { en: ', for the user has not agreed', zh: '（用户尚未同意）' }
      : { en: '', zh: '' }
  return {
    en: `authorization ${one.out_authorization_no} is ${state}${why.en}; ${clock.en}`,
    zh: `授权 ${one.out_authorization_no} 的状态是 ${state}${why.zh}；${clock.zh}`,
  }
}
