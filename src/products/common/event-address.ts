import { isSafeAddress } from '../../engine/callbacks/callback.ts'
import type { Texts } from '../../shared/texts.ts'

/** Whether coupon events may be sent to an address: https, or http on this machine, without query, fragment or credentials. */
export function isEventAddress(url: string): boolean {
  const parsed = URL.parse(url)
  if (!parsed || /[\s?#]/.test(url) || parsed.username !== '' || parsed.password !== '') return false
  return isSafeAddress(url)
}

export const EVENT_ADDRESS_UNFIT = {
  en: 'notify_url is not https, has a query, or is no address',
  zh: 'notify_url 不是 https、带有查询串，或不是有效的地址',
} as const

export function explainEventAddress(url: string): Texts {
  const given = JSON.stringify(url)
  return {
    en: `/body/notify_url: https, or http on this machine, without query, fragment and password; got ${given}`,
    zh: `/body/notify_url：应为 https，或本机的 http，且不含查询串、片段和密码，传入的是 ${given}`,
  }
}
