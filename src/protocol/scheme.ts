/** `Wechatpay-Signature-Type` of everything but the brand API; merchants sign with the scheme of the same name. */
export const SIGNATURE_TYPE = 'WECHATPAY2-SHA256-RSA2048'

/** `Wechatpay-Signature-Type` of the brand API (品牌). */
export const BRAND_SIGNATURE_TYPE = 'WECHATPAY-BRAND-SHA256-RSA2048'

/** A scheme that the mock signs and verifies with. */
export type SigningScheme = typeof SIGNATURE_TYPE | typeof BRAND_SIGNATURE_TYPE

/** Ways to sign a request (protocol.md 2). SM2 is named only so that it can be refused explicitly. */
export type Scheme = SigningScheme | 'WECHATPAY2-SM2-WITH-SM3'

export const SCHEMES: readonly Scheme[] = [SIGNATURE_TYPE, BRAND_SIGNATURE_TYPE, 'WECHATPAY2-SM2-WITH-SM3']

/**
 * The scheme of a path: that of the brand API below `/brand/`, that of merchants everywhere else (protocol.md 2). Requests are signed with
 * it, and their answers too.
 *
 * @param target a path, with or without a query
 */
export function schemeFor(target: string): SigningScheme {
  return target.startsWith('/brand/') ? BRAND_SIGNATURE_TYPE : SIGNATURE_TYPE
}

/** Whether a request to a path may be signed with a scheme. */
export function schemeFits(scheme: Scheme, path: string): boolean {
  return isBrand(scheme) === isBrand(schemeFor(path))
}

/** Whether a scheme is that of the brand API, whose callers are named by `brand_id`. */
export function isBrand(scheme: string): scheme is typeof BRAND_SIGNATURE_TYPE {
  return scheme === BRAND_SIGNATURE_TYPE
}

/** The field of an `Authorization` header that says who signs. */
export function identityField(scheme: string): 'brand_id' | 'mchid' {
  return isBrand(scheme) ? 'brand_id' : 'mchid'
}

/**
 * The hosts of WeChat Pay's API v3: the main one, its backup, the aliases in the failover list of the Java SDK, and the overseas one.
 * Source: the official documents and SDKs.
 */
export const WECHATPAY_HOSTS = [
  'api.mch.weixin.qq.com',
  'api2.mch.weixin.qq.com',
  'api.wechatpay.cn',
  'api2.wechatpay.cn',
  'apihk.mch.weixin.qq.com',
] as const

/** Whether a host name is one of WeChat Pay's, ignoring case and a trailing dot. */
export function isWechatPayHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return WECHATPAY_HOSTS.some((known) => known === name)
}
