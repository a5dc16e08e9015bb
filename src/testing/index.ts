/// <reference types="node" preserve="true" />
import { test as base, expect } from 'vitest'
import type { CredentialsJson } from '../control/answer-format.ts'
import type { ClockTime } from '../control/client/shortcuts.ts'
import { checkOptions } from '../engine/check-options.ts'
import type { Clock } from '../engine/clock.ts'
import { signatureTime } from '../engine/settings.ts'
import { createMock, engineOf, type MockOptions, optionsWith, type WechatPayMock } from '../mock.ts'
import type { MockControl } from '../mock-control.ts'
import { products } from '../products/index.ts'
import type { WorldJson } from '../products/json.ts'
import { UsageError } from '../protocol/errors.ts'
import { parseInstant } from '../protocol/instant.ts'
import { scenario } from '../scenarios/index.ts'
import { rememberAnswers } from './answer-story.ts'
import { type CouponReference, couponReference, rememberCoupons } from './coupon-reference.ts'
import { interceptWechatPay } from './intercept.ts'
import { matchers } from './matchers.ts'
import { createMerchantClient, type MerchantClient } from './merchant-client.ts'

export {
  type CaseName,
  type Expectation,
  type GauntletCase,
  type GauntletMock,
  gauntlet,
} from '../gauntlet/cases.ts'
export type { CouponReference } from './coupon-reference.ts'
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

/** How the fixture `wechatpay` is set up; given with `test.override('wechatpayOptions', { … })`. */
export interface WechatPayOptions extends Omit<MockOptions, 'seed' | 'clock' | 'fetch'> {
  /** The state to start with: a scenario's name, or a world as in a seed file, merchants included. Default: the scenario `default`. */
  readonly seed?: string | WorldJson
  /**
   * A time at which the mock's clock stands still, or a clock to take the time from. Default: the machine's, running.
   *
   * With a time, signatures go on being judged by the machine's clock unless `signatureClock` says otherwise, since the client under test
   * signs by it.
   */
  readonly clock?: ClockTime | Clock
  /**
   * Whether requests to WeChat Pay's hosts are answered by the mock while the test runs. Default: true; needs msw.
   *
   * Turn it off where the tests have an msw server of their own (`server.use(...handlers(wechatpay.mock))`), or run at once in one file.
   */
  readonly intercept?: boolean
  /**
   * Takes callbacks, whatever their address, in place of the network: the shop's own handler, or one that keeps them for the test. It is
   * handed the credentials of the well-known merchant too, to verify and open them with.
   * `await wechatpay.control.deliverNotifications()` waits for it. Default: they are sent to this machine only.
   */
  readonly receive?: (callback: Request, credentials: CredentialsJson) => Response | Promise<Response>
}

/** The options of the fixture that `createMock` does not have. */
const OPTIONS = { intercept: {}, receive: {} }

/** A simulated WeChat Pay for one test. */
export interface WechatPay {
  readonly mock: WechatPayMock
  /** Reads and changes the mock's state. */
  readonly control: MockControl
  /** What the client under test has to be configured with, those of the well-known merchant `1900000001`. */
  readonly credentials: CredentialsJson
  /** Calls as that merchant, with every answer's signature checked. `toBeAnswered` says why one is not what was expected. */
  readonly client: MerchantClient
  /** One coupon, for the matchers `toBeAssociatedWith` and `toBeInState`. */
  coupon(stockId: string, couponCode: string, owner?: { readonly mchid?: string }): CouponReference
  /** Address of a real server for the same mock, started at the first call and closed after the test: `http://127.0.0.1:<port>`. */
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
export const test = base
  .extend('wechatpayOptions', {} as WechatPayOptions)
  .extend('wechatpay', async ({ wechatpayOptions }, { onCleanup }): Promise<WechatPay> => {
    const cleanups: (() => void | Promise<void>)[] = []
    onCleanup(async () => {
      for (const cleanup of cleanups.toReversed()) await cleanup()
    })
    checkOptions(wechatpayOptions, { ...optionsWith(wechatpayOptions.products ?? products), ...OPTIONS })
    const { mock, now } = await prepare(wechatpayOptions)
    const { control } = mock
    // Keeps this test's callbacks out of the next one.
    cleanups.push(() => engineOf(mock).outbox.stop())
    rememberCoupons(control)
    if (wechatpayOptions.intercept ?? true) cleanups.push(await interceptWechatPay(mock))
    const credentials = await control.credentials()
    let server: Promise<string> | undefined
    const start = async () => {
      const { startServer } = await import('../transports/node-server.ts')
      const { url, close } = await startServer({ mock, port: 0 })
      cleanups.push(() => close(0))
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
  })

interface Prepared {
  readonly mock: WechatPayMock
  /** The clock that signatures are judged by, for the client. */
  readonly now: () => number
}

async function prepare({
  seed = 'default',
  clock,
  intercept: _,
  receive,
  ...options
}: WechatPayOptions): Promise<Prepared> {
  const standing = typeof clock === 'string' || clock instanceof Date
  const source = standing ? undefined : clock
  const signatureClock = options.signatureClock ?? (standing ? 'machine' : 'mock')
  const mock: WechatPayMock = createMock({
    ...options,
    seed: 'empty',
    signatureClock,
    ...(standing && { clockStart: { now: instantOf(clock), frozen: true } }),
    ...(source && { clock: source }),
    ...(receive && { fetch: async (callback) => receive(callback, await mock.control.credentials()) }),
  })
  // `restore` takes worlds with merchants too, which `createMock` cannot wait for.
  await mock.control.restore(typeof seed === 'string' ? scenario(seed) : seed)
  return {
    mock,
    now: () => signatureTime(engineOf(mock).clock, engineOf(mock).settings),
  }
}

function instantOf(time: ClockTime): number {
  const at = typeof time === 'string' ? parseInstant(time) : time.getTime()
  if (at === undefined) {
    throw new UsageError(
      'MOCK_INPUT',
      {
        en: `wechatpayOptions: clock ${JSON.stringify(time)} is no time with offset, like 2026-11-25T12:00:00+08:00.`,
        zh: `wechatpayOptions：clock 不能是 ${JSON.stringify(time)}，请使用带时区的时间，如 2026-11-25T12:00:00+08:00。`,
      },
      { path: '/clock' },
    )
  }
  return at
}

expect.extend(matchers)

export { expect }
