import type { PageQuery } from '../../control/route.ts'
import type { ProductPage } from '../../engine/product.ts'
import { behind, type Texts } from '../../wire/shared/texts.ts'

/** The page on the phone (mch-transfer.md 4). A browser that loads this file loads no schemas. */

/** The page that stands for the one on which WeChat has users confirm transfers, and agree to authorizations. */
export const confirmPage: ProductPage = {
  path: '/transfer-page',
  title: { en: 'Confirm a transfer', zh: '确认收款' },
  tellsOpener: true,
}

/** Its query, by the names of wx.requestMerchantTransfer; `undefined` for a transfer or an authorization whose page does not open. */
export function confirmPageQuery({
  mchid,
  appid,
  package_info: packageInfo,
}: {
  readonly mchid: string
  readonly appid: string
  readonly package_info?: string | undefined
}): PageQuery | undefined {
  return packageInfo === undefined ? undefined : { mchId: mchid, appId: appid, package: packageInfo }
}

/** The documented texts for a user whose page does not open, by the option that is wrong. */
export const PAGE_ERRORS = {
  package_info: 'package_info信息有误，请返回联系商家处理',
  number: '转账单号错误',
  mchid: '商户号错误，请返回商家重新发起收款',
  appid: '商家APPID错误，请返回商家重新发起收款',
  openid: '收款微信号不一致',
  overdue: '订单已超时，请返回商家重新发起收款',
} as const

/** The callback to the program tells that the page was shown and left, and not that money has moved. */
export const ERR_MSG = {
  ok: 'requestMerchantTransfer:ok',
  cancel: 'requestMerchantTransfer:fail cancel',
  fail: 'requestMerchantTransfer:fail',
} as const

/** Why the page does not open, behind what the user sees. */
export function behindPageError(why: Texts, shown: keyof typeof PAGE_ERRORS = 'package_info'): Texts {
  return behind(PAGE_ERRORS[shown], why)
}
