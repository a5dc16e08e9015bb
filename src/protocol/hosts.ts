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
