import type { ProductPage } from '../../engine/product.ts'

/** The wallet (卡包) on the phone, and the component in which users take coupons (领券组件). A browser that loads this file loads no schemas. */

/** With `?openid=` it shows what a user holds (`&mchid=`: of one partner), with `?token=` what a user may take (预发放, product-coupon.md 4.2). */
export const walletPage: ProductPage = {
  path: '/wallet',
  title: { en: 'Coupons of a user', zh: '卡包' },
  tellsOpener: true,
}

/** The component's text for a token that it does not open with (documented, partner/4016434346). */
export const NO_DATA = '获取数据失败'

/** The program hears that the component was opened and closed, whether or not the user took anything (documented, the text reported). */
export const ERR_MSG = 'openBusinessView:ok'

/** `action` of a user who has taken a coupon, and goes on to use it, or to one of its products (documented). */
export type GoesOn = 'useCouponInReceiving' | 'selectProductInReceiving'

/** `source` of what such a user brings along (documented). One who only closes the component brings nothing (sibling: member cards). */
export const SOURCE = 'receiveProductCouponComponent'
