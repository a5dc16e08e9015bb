import type { Texts } from '../../../shared/texts.ts'
import type { CloseReason } from '../rules/authorization.ts'

/** What each reason says. */
export const CLOSE_REASON_MEANINGS: Readonly<Record<CloseReason, Texts>> = {
  CLOSE_VIA_MCH_API: { en: 'the merchant closed it', zh: '商户通过接口关闭' },
  USER_CLOSE: { en: 'the user closed it', zh: '用户主动关闭' },
  USER_OVERDUE_UNCONFIRMED: { en: 'nobody agreed in time', zh: '用户超时未确认' },
  TRANSFER_RISK: { en: 'WeChat Pay saw a risk', zh: '存在风险' },
  USER_ACCOUNT_ABNORMAL: { en: 'something is wrong with the account of the user', zh: '用户账户异常' },
}
