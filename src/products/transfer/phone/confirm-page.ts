import type { PageQuery } from '../../../control/page/page-address.ts'
import type { ProductPage } from '../../../engine/product.ts'

/** The page that stands for the one on which WeChat has users confirm transfers, and agree to authorizations. */
export const confirmPage: ProductPage = {
  path: '/transfer-page',
  title: { en: 'Confirm a transfer', zh: '确认收款' },
  tellsOpener: true,
}

/** What it is opened with, by the names of wx.requestMerchantTransfer; `undefined` for a transfer or an authorization whose page does not open. */
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
