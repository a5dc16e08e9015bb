/**
 * The hosts that WeChat Pay answers API v3 at: the main one, its backup, the aliases in the fail-over list of the Java SDK, and the one overseas.
 * Documented, and read in the SDKs.
 */
export const WECHATPAY_HOSTS = [
  'api.mch.weixin.qq.com',
  'api2.mch.weixin.qq.com',
  'api.wechatpay.cn',
  'api2.wechatpay.cn',
  'apihk.mch.weixin.qq.com',
] as const

/** Whether a host name, in any case and with or without the dot of a full name, is one of WeChat Pay's. */
export function isWechatPayHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return WECHATPAY_HOSTS.some((known) => known === name)
}
