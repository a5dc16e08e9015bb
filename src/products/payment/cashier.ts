import { addressOfPage, type PageQuery } from '../../control/route.ts'
import type { ProductPage } from '../../engine/product.ts'

/** The cashier (收银台) on the phone, pay-family.md 2.12. A browser that loads this file loads no schemas. */

/** The page that stands for the one on which WeChat has users pay. */
export const cashierPage: ProductPage = {
  path: '/cashier',
  title: { en: 'Pay an order', zh: '收银台' },
  tellsOpener: true,
}

/** The `err_msg` for a front end that calls `WeixinJSBridge` (documented, with `fail` and `cancel` reported). */
export const ERR_MSG = {
  ok: 'get_brand_wcpay_request:ok',
  cancel: 'get_brand_wcpay_request:cancel',
  fail: 'get_brand_wcpay_request:fail',
} as const

/** `errCode` with which an app is called back (documented). */
export const ERR_CODE = { ok: '0', cancel: '-2', fail: '-1' } as const

/** Parameters of JSAPI and mini programs, without which the cashier does not open. */
export const JSAPI_PARAMETERS = ['appId', 'timeStamp', 'nonceStr', 'package', 'signType', 'paySign'] as const

/** Those of an app (PayReq). */
export const APP_PARAMETERS = [
  'appId',
  'partnerId',
  'prepayId',
  'packageValue',
  'nonceStr',
  'timeStamp',
  'sign',
] as const

/** All parameters of the page's address, by the names that front ends know: those above, of an `h5_url`, and a `code_url`. */
export const PARAMETERS = [
  ...new Set([...JSAPI_PARAMETERS, ...APP_PARAMETERS, 'prepay_id', 'code_url', 'openId'] as const),
]

/** Texts that a user reads, by what is wrong (documented, those of `paid` and `malformed` reported). */
export const PAY_ERRORS = {
  dead: '支付请求已失效，请重新发起支付',
  malformed: 'JSAPI缺少参数total_fee',
  signature: '支付验证签名失败',
  scene: '支付场景非法',
  paid: '该订单已支付',
  overdue: '订单已超过商户设置的最晚支付成功时间，请重新发起支付',
  payer: '下单账号与支付账号不一致，请核实后再支付',
  otherUser: '商家订单信息有误，请重新下单支付',
} as const

/** The same for a parameter that JSAPI lacks (documented). */
export const missingParameter = (name: string): string => `调用支付JSAPI缺少参数: ${name}`

/** The digits that an `h5_url` has besides its prepay_id. */
export function h5PackageOf(prepayId: string): string {
  return String(Number.parseInt(prepayId.slice(-8), 16)).padStart(10, '0')
}

const CODE_URL = 'weixin://wxpay/bizpayurl?pr='

export function codeUrlOf(prepayId: string): string {
  return `${CODE_URL}${prepayId.slice(-9)}`
}

/**
 * An `h5_url`.
 *
 * @param origin of the mock, to lead there; of the live service if left out
 */
export function h5UrlOf(prepayId: string, origin?: string): string {
  const query = { prepay_id: prepayId, package: h5PackageOf(prepayId) }
  return origin === undefined
    ? `https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?${new URLSearchParams(query)}`
    : origin + addressOfPage(cashierPage, query)
}

/** The query with which people open the cashier of an order, without a front end; `undefined` for one that has nothing to pay with. */
export function cashierQuery({
  prepay_id,
  trade_type,
}: {
  readonly prepay_id?: string | undefined
  readonly trade_type: string
}): PageQuery | undefined {
  if (prepay_id === undefined) return undefined
  return trade_type === 'NATIVE' ? { code_url: codeUrlOf(prepay_id) } : { prepay_id }
}
