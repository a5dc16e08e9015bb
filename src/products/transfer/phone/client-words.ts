import type { Texts } from '../../../shared/texts.ts'

/** What WeChat says around the page on the phone (mch-transfer.md 4). A browser that loads it loads no schemas. */

/** What the user sees where the page does not open, for whatever reason (documented). */
export const PAGE_ERROR = 'package_info信息有误，请返回联系商家处理'

/** What the program is called back with: that the page was shown and left, and not that money has moved. */
export const ERR_MSG = {
  ok: 'requestMerchantTransfer:ok',
  cancel: 'requestMerchantTransfer:fail cancel',
  fail: 'requestMerchantTransfer:fail',
} as const

/** Why the page does not open, behind what the user sees. */
export function behindPageError({ en, zh }: Texts): Texts {
  return { en: `${PAGE_ERROR}: ${en}`, zh: `${PAGE_ERROR}：${zh}` }
}

/** Takes what the user sees away again, for who shows it apart. */
export function withoutPageError(text: string): string {
  if (!text.startsWith(PAGE_ERROR)) return text
  return text.slice(PAGE_ERROR.length).replace(/^[:：]\s*/, '')
}
