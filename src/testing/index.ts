import { test as base, expect, type TestAPI } from 'vitest'
import type { CredentialsJson } from '../control/answer-format.ts'
import type { ClockTime } from '../control/client/shortcuts.ts'
import type { Clock } from '../engine/clock.ts'
import { checkPeer } from '../engine/peers.ts'
import { signatureTime } from '../engine/settings.ts'
import { createMock, engineOf, type MockOptions, type WechatPayMock } from '../mock.ts'
import type { MockControl } from '../mock-control.ts'
import type { WorldJson } from '../products/json.ts'
import { scenario } from '../products/scenarios/index.ts'
import { refusalAt } from '../wire/protocol/errors.ts'
import { parseInstant } from '../wire/protocol/instant.ts'
import { quoted } from '../wire/shared/texts.ts'
import { checkFixtureOptions, interceptWechatPay } from './intercept.ts'
import { type CouponReference, couponReference, matchers, rememberAnswers, rememberCoupons } from './matchers.ts'
import { createMerchantClient, type MerchantClient } from './merchant-client.ts'

/// <reference types="node" preserve="true" />

export {
  type CaseName,
  type Expectation,
  type GauntletCase,
  type GauntletMock,
  gauntlet,
} from '../gauntlet/cases.ts'
export type { CouponReference } from './matchers.ts'
export { type AnswerSubject, type CouponState, type CouponSubject, matchers, type SignedByOptions } from './matchers.ts'
export {
  type Callable,
  createMerchantClient,
  type MerchantAnswer,
  type MerchantClient,
  type MerchantClientOptions,
  type MerchantCredentials,
  type MerchantRequest,
  sendWithFetch,
  UntrustedAnswerError,
} from './merchant-client.ts'

checkPeer('vitest', { part: quoted('wechatpay-mock/vitest') })

/** Options of the fixture `wechatpay`, given with `test.override('wechatpayOptions', { … })`. */
export interface WechatPayOptions extends Omit<MockOptions, 'seed' | 'clock'> {
  /** Initial state: a scenario's name, or a world as in a seed file, including merchants. Default: the scenario `default`. */
  readonly seed?: string | WorldJson
  /**
   * A time at which the mock's clock is frozen, or a clock to read. Default: the machine's, running.
   *
   * With a time, signatures are still judged by the machine's clock unless `signatureClock` says otherwise, since the client under test signs by it.
   */
  readonly clock?: ClockTime | Clock
  /**
   * Whether the mock answers requests to WeChat Pay's hosts while the test runs. Default: true; needs msw.
   *
   * Turn it off if the tests have an msw server of their own (`server.use(...handlers(wechatpay.mock))`), or run concurrently in one file.
   */
  readonly intercept?: boolean
}

/** A simulated WeChat Pay for one test. */
export interface WechatPay {
  readonly mock: WechatPayMock
  /** Reads and changes the mock's state. */
  readonly control: MockControl
  /** Configuration for the client under test, of the well-known merchant `1900000001`. */
  readonly credentials: CredentialsJson
  /** Calls as that merchant, with every answer's signature checked. `toBeAnswered` explains an unexpected answer. */
  readonly client: MerchantClient
  /** One coupon, for the matchers `toBeAssociatedWith` and `toBeInState`. */
  coupon(stockId: string, couponCode: string, owner?: { readonly mchid?: string }): CouponReference
  /** Address of a real server for the same mock, started on the first call and closed after the test: `http://127.0.0.1:<port>`. */
  url(): Promise<string>
}

/**
 * vitest's `test` with the fixture `wechatpay`: a fresh mock for each test, which answers `https://api.mch.weixin.qq.com` while the
 * test runs.
 *
 * ```ts
 * test('links the coupon', async ({ wechatpay }) => {
 *   await myShop.link('sxxe34343434', 'MCH_102233445')
 *   await expect(wechatpay.coupon('100088', 'sxxe34343434')).toBeAssociatedWith('MCH_102233445')
 * })
 * ```
 */
export const test: TestAPI<{ wechatpayOptions: WechatPayOptions; wechatpay: WechatPay }> = base.extend<{
  wechatpayOptions: WechatPayOptions
  wechatpay: WechatPay
}>({
  wechatpayOptions: {},
  wechatpay: async ({ wechatpayOptions }, use) => {
    const cleanups: (() => void | Promise<void>)[] = []
    try {
      await use(await open(wechatpayOptions, (cleanup) => cleanups.push(cleanup)))
    } finally {
      for (const cleanup of cleanups.toReversed()) await cleanup()
    }
  },
})

/** @param onCleanup registers work to do after the test, in reverse order */
async function open(
  options: WechatPayOptions,
  onCleanup: (cleanup: () => void | Promise<void>) => void,
): Promise<WechatPay> {
  checkFixtureOptions(options)
  const { mock, now } = await prepare(options)
  const { control } = mock
  // Keeps this test's callbacks out of the next one.
  onCleanup(() => engineOf(mock).outbox.stop())
  rememberCoupons(control)
  if (options.intercept ?? true) onCleanup(await interceptWechatPay(mock))
  const credentials = await control.credentials()
  let server: Promise<string> | undefined
  const start = async () => {
    const { startServer } = await import('../doors/transports/node-server.ts')
    const { url, close } = await startServer({ mock, port: 0 })
    onCleanup(() => close(0))
    return url
  }
  return {
    mock,
    control,
    credentials,
    client: rememberAnswers(
      createMerchantClient({
        credentials,
        send: (request) => mock.handle(request),
        now,
      }),
      control,
    ),
    coupon: (stockId, couponCode, { mchid } = {}) => couponReference(control, stockId, couponCode, mchid),
    url: () => {
      server ??= start()
      return server
    },
  }
}

interface Prepared {
  readonly mock: WechatPayMock
  /** The clock by which signatures are judged, for the client. */
  readonly now: () => number
}

async function prepare({ seed = 'default', clock, intercept: _, ...options }: WechatPayOptions): Promise<Prepared> {
  const standing = typeof clock === 'string' || clock instanceof Date
  const source = standing ? undefined : clock
  const signatureClock = options.signatureClock ?? (standing ? 'machine' : 'mock')
  const mock = createMock({
    ...options,
    seed: 'empty',
    signatureClock,
    ...(standing && { clockStart: { now: instantOf(clock), frozen: true } }),
    ...(source && { clock: source }),
  })
  // `restore` also takes worlds with merchants, which `createMock` cannot wait for.
  await mock.control.restore(typeof seed === 'string' ? scenario(seed) : seed)
  return {
    mock,
    now: () => signatureTime(engineOf(mock).clock, engineOf(mock).settings),
  }
}

function instantOf(time: ClockTime): number {
  const at = typeof time === 'string' ? parseInstant(time) : time.getTime()
  if (at === undefined) {
    throw refusalAt('/clock', 'MOCK_INPUT', {
      en: `wechatpayOptions: clock ${JSON.stringify(time)} is no time with offset, like 2026-11-25T12:00:00+08:00.`,
      zh: `wechatpayOptions：clock 不能是 ${JSON.stringify(time)}，请使用带时区的时间，如 2026-11-25T12:00:00+08:00。`,
    })
  }
  return at
}

expect.extend(matchers)

export { expect }
