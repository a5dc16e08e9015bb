import { checkOptions, type KnownOptions } from '../engine/check-options.ts'
import type { Mock } from '../engine/mock.ts'
import { thatFits, yesOrNo } from '../engine/option-values.ts'
import { checkPeer, type PeerUse } from '../engine/peers.ts'
import { isClock, type MockOptions, optionsWith } from '../mock.ts'
import { products } from '../products/index.ts'
import { UsageError } from '../wire/protocol/errors.ts'

/** Options of the fixture that `createMock` lacks or defines differently. */
const OPTIONS: KnownOptions<'clock' | 'intercept'> = {
  clock: thatFits((clock) => typeof clock === 'string' || clock instanceof Date || isClock(clock), {
    en: 'use a time, or an object with a function now',
    zh: '应为时间，或带有 now 函数的对象',
  }),
  intercept: yesOrNo,
}

/** @throws UsageError `MOCK_OPTION` for an option that does not exist or has an impossible value */
export function checkFixtureOptions(options: Pick<MockOptions, 'products'>): void {
  checkOptions(options, { ...optionsWith(options.products ?? products), ...OPTIONS })
}

/**
 * Loads the modules for interception, lazily since msw is an optional peer.
 *
 * @throws UsageError `MOCK_MSW_MISSING`, `MOCK_MSW_TOO_OLD`
 * @internal
 */
export async function loadMsw(found: Pick<PeerUse, 'versionOf'> = {}) {
  checkPeer('msw', {
    ...found,
    part: { en: 'The fixture `wechatpay`', zh: '测试夹具 `wechatpay` ' },
    otherwise: {
      en: 'Or say `intercept: false` in `wechatpayOptions`, and use `await wechatpay.url()`.',
      zh: '也可以在 `wechatpayOptions` 中写 `intercept: false`，并使用 `await wechatpay.url()`。',
    },
  })
  // Sequential: virtual machines on Node 22 fail if two concurrent imports share a module.
  const { setupServer } = await import('msw/node')
  const { handlers } = await import('../../mocks/index.ts')
  return { setupServer, handlers }
}

/** Option names of msw 3 and msw 2. */
const LEAVES_OTHERS_ALONE = { onUnhandledFrame: 'bypass', onUnhandledRequest: 'bypass' } as const

let intercepted = false

/**
 * Answers every request of this process to WeChat Pay's hosts with a mock, until the returned function is called. Other hosts are unaffected.
 *
 * @param loaded replaced in tests of failures
 * @throws UsageError `MOCK_MSW_MISSING` if msw is not installed, `MOCK_MSW_TOO_OLD`, `MOCK_INTERCEPTED` if another mock already answers for the hosts
 */
export async function interceptWechatPay(mock: Pick<Mock, 'handle'>, loaded = loadMsw): Promise<() => void> {
  if (intercepted) {
    throw new UsageError('MOCK_INTERCEPTED', {
      en: 'Another test of this file has its `wechatpay` answer https://api.mch.weixin.qq.com right now. For tests that run at once say `intercept: false` in `wechatpayOptions`, and use `await wechatpay.url()`.',
      zh: '此文件中的另一个测试正在用它的 `wechatpay` 应答 https://api.mch.weixin.qq.com。并发的测试请在 `wechatpayOptions` 中写 `intercept: false`，并使用 `await wechatpay.url()`。',
    })
  }
  intercepted = true
  try {
    const { setupServer, handlers } = await loaded()
    const server = setupServer(...handlers(mock))
    server.listen(LEAVES_OTHERS_ALONE)
    return () => {
      intercepted = false
      server.close()
    }
  } catch (error) {
    intercepted = false
    throw error
  }
}
