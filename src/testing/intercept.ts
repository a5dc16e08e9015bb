import type { Mock } from '../engine/mock.ts'
import { UsageError } from '../protocol/errors.ts'

/** Loads what interception needs, lazily since msw is an optional peer. */
async function load() {
  const [{ setupServer }, { handlers }] = await Promise.all([import('msw/node'), import('../../mocks/index.ts')])
  return { setupServer, handlers }
}

let intercepted = false

/**
 * Answers every request of this process to WeChat Pay's hosts with a mock, until the returned function is called. Other hosts are left alone.
 *
 * @param loaded replaced in tests of what happens without msw
 * @throws UsageError `MOCK_MSW_MISSING` when msw is not installed, `MOCK_INTERCEPTED` when another mock already answers for the hosts
 */
export async function interceptWechatPay(mock: Pick<Mock, 'handle'>, loaded = load): Promise<() => void> {
  if (intercepted) {
    throw new UsageError('MOCK_INTERCEPTED', {
      en: 'Another test of this file has its `wechatpay` answer https://api.mch.weixin.qq.com right now. For tests that run at once use `test.override("wechatpayOptions", { intercept: false })` and `await wechatpay.url()`.',
      zh: '此文件中的另一个测试正在用它的 `wechatpay` 应答 https://api.mch.weixin.qq.com。并发的测试请使用 `test.override("wechatpayOptions", { intercept: false })` 和 `await wechatpay.url()`。',
    })
  }
  intercepted = true
  try {
    const { setupServer, handlers } = await loaded()
    const server = setupServer(...handlers(mock))
    server.listen({ onUnhandledFrame: 'bypass' })
    return () => {
      intercepted = false
      server.close()
    }
  } catch (error) {
    intercepted = false
    throw isMissing(error) ? mswMissing(error) : error
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND' && /\bmsw\b/.test(error.message)
  )
}

function mswMissing(cause: unknown): UsageError {
  return new UsageError(
    'MOCK_MSW_MISSING',
    {
      en: 'The fixture `wechatpay` answers https://api.mch.weixin.qq.com through msw, which is not installed: `npm install --save-dev msw`. Or use `test.override("wechatpayOptions", { intercept: false })` and `await wechatpay.url()`.',
      zh: 'fixture `wechatpay` 通过 msw 应答 https://api.mch.weixin.qq.com，但 msw 尚未安装：请运行 `npm install --save-dev msw`，或使用 `test.override("wechatpayOptions", { intercept: false })` 和 `await wechatpay.url()`。',
    },
    { cause },
  )
}
