import { WECHATPAY_HOSTS } from '../tls/hosts.ts'

const ON_THIS_MACHINE = ['localhost', '127.0.0.1', '::1']

/**
 * The variables that lead a program's calls to WeChat Pay's hosts through a proxy, in all spellings that clients read. Exceptions already in the
 * environment are kept, except those that would let calls to WeChat Pay bypass the proxy.
 *
 * @param url the mock's address, such as `http://127.0.0.1:8089`
 */
export function proxyVariables(url: string, inherited: NodeJS.ProcessEnv): Record<string, string> {
  const existing = inherited.NO_PROXY ?? inherited.no_proxy ?? ''
  const entries = existing.split(/[\s,]+/).filter((entry) => entry !== '' && !coversWechatPay(entry))
  const exceptions = [...new Set([...entries, ...ON_THIS_MACHINE])].join(',')
  return {
    HTTPS_PROXY: url,
    https_proxy: url,
    NO_PROXY: exceptions,
    no_proxy: exceptions,
    // Node's own http, https and fetch ignore the others without this.
    NODE_USE_ENV_PROXY: '1',
  }
}

/** Whether an entry of NO_PROXY, such as `*`, `.qq.com` or `*.weixin.qq.com:443`, covers one of WeChat Pay's hosts. */
function coversWechatPay(entry: string): boolean {
  const domain = entry
    .toLowerCase()
    .replace(/:\d+$/, '')
    .replace(/^\*?\.?/, '')
  return domain === '' || WECHATPAY_HOSTS.some((host) => host === domain || host.endsWith(`.${domain}`))
}
