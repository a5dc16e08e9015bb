import type { KeyObject } from 'node:crypto'
import type { MatcherState } from 'vitest'
import { wellKnownIdentity } from '../control/identity/well-known.ts'
import { systemClock } from '../engine/clock.ts'
import type { MockControl } from '../mock-control.ts'
import type { ExchangeJson } from '../products/json.ts'
import type { CompletedCoupon, CouponJson } from '../products/merchant-coupon/coupons.ts'
import { SIGNATURE_TYPE } from '../wire/protocol/authorization.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { parseJson } from '../wire/protocol/json-object.ts'
import { DIAGNOSIS_HEADER } from '../wire/protocol/response-headers.ts'
import { withErrorName } from '../wire/shared/errors.ts'
import { sentences } from '../wire/shared/texts.ts'
import { faultsOfAnswer } from './answer-faults.ts'
import { type MerchantAnswer, type MerchantClient, requestIdOf } from './merchant-client.ts'

/** Maps an answer to its mock, so that its journal can be read. */
const answeredBy = new WeakMap<object, MockControl>()

/** Wraps a client so that {@link remarksOn} can find what the journal of `control` says about its answers. */
export function rememberAnswers(client: MerchantClient, control: MockControl): MerchantClient {
  const remember = <Answer extends object>(answer: Answer): Answer => {
    answeredBy.set(answer, control)
    return answer
  }
  return {
    ...client,
    request: async (...args) => remember(await client.request(...args)),
    call: async (...args) => remember(await client.call(...args)),
  }
}

/** The journal's remarks on an answer's exchange; empty if the journal no longer has it, or the answer was not remembered. */
async function remarksOn(answer: object): Promise<ExchangeJson['remarks']> {
  const control = answeredBy.get(answer)
  const requestId = requestIdOf(answer)
  if (!control || requestId === undefined) return []
  try {
    return (await control.exchange(requestId)).remarks
  } catch (error) {
    // The journal was cleared, or later calls pushed the exchange out.
    if (error instanceof UsageError && error.code === 'MOCK_EXCHANGE_UNKNOWN') return []
    throw error
  }
}

/** One coupon of a mock, looked up anew each time. */
export interface CouponReference {
  readonly stock_id: string
  readonly coupon_code: string
  /** The current coupon, with its history. @throws UsageError if the mock does not have the coupon */
  look(): Promise<CompletedCoupon>
  /** The latest calls that named it, one line each, for failure messages. */
  calls(): Promise<string[]>
}

const SHOWN_CALLS = 5

/** @param mchid creator of the batch. Default: the well-known merchant */
export function couponReference(
  control: MockControl,
  stock_id: string,
  coupon_code: string,
  mchid?: string,
): CouponReference {
  return {
    stock_id,
    coupon_code,
    look: () => control.coupon(stock_id, coupon_code, mchid === undefined ? {} : { mchid }),
    async calls() {
      const exchanges = await control.journal({ coupon_code, callbacks: 'no', limit: SHOWN_CALLS })
      return exchanges.map(({ operation, request, response, code }) =>
        [operation ?? `${request.method} ${request.target}`, response?.status ?? 'no answer', code].join(' ').trim(),
      )
    },
  }
}

/** Maps a coupon to the mock that showed it, so that it can be looked up again. */
const shownBy = new WeakMap<object, MockControl>()

/** Remembers the coupons that `control` shows, so that {@link referenceOf} can refer to them. */
export function rememberCoupons(control: MockControl): void {
  const remember = <Shown extends CompletedCoupon | CompletedCoupon[]>(shown: Shown): Shown => {
    for (const coupon of [shown].flat()) shownBy.set(coupon, control)
    return shown
  }
  const { coupon, addCoupon, addCoupons, patchCoupon } = control
  Object.assign(control, {
    coupon: async (...args) => remember(await coupon(...args)),
    addCoupon: async (...args) => remember(await addCoupon(...args)),
    addCoupons: async (...args) => remember(await addCoupons(...args)),
    patchCoupon: async (...args) => remember(await patchCoupon(...args)),
  } satisfies Pick<MockControl, 'coupon' | 'addCoupon' | 'addCoupons' | 'patchCoupon'>)
}

/** The reference itself, or one to a remembered coupon; undefined for any other coupon. */
function referenceOf(value: object): CouponReference | undefined {
  if ('look' in value) return value as CouponReference
  const control = shownBy.get(value)
  if (!control) return undefined
  const { stock_id, coupon_code, mchid } = value as CompletedCoupon
  return couponReference(control, stock_id, coupon_code, mchid)
}

export type CouponState = NonNullable<CouponJson['state']>

/**
 * Argument of the coupon matchers: a reference, or a coupon that `wechatpay.control` showed or added. Either is looked up at that moment. A coupon
 * that another control showed is used unchanged.
 */
export type CouponSubject = CouponReference | CouponJson | Promise<CouponJson>

/** Argument of `toBeAnswered`: an answer of `wechatpay.client`, or a `Response`; or the promise of one. */
export type AnswerSubject = Answered | Promise<Answered>

type Answered = Pick<MerchantAnswer, 'status' | 'body'> | Response

export interface SignedByOptions {
  /** The expected platform key. Default: any. */
  readonly key?: 'certificate' | 'public-key'
  /** The client's clock, compared with the answer's timestamp. Default: the machine's. */
  readonly now?: number | Date
}

interface Result {
  readonly pass: boolean
  readonly message: () => string
  readonly actual?: unknown
  readonly expected?: unknown
}

/** The matchers of `wechatpay-mock/vitest`, for `expect.extend` on an `expect` of your own. All of them are asynchronous. */
export const matchers = {
  async toBeAnswered(this: MatcherState, subject: AnswerSubject, status?: number): Promise<Result> {
    const answer: unknown = await subject
    if (!isAnswer(answer)) {
      throw new UsageError('MOCK_NOT_AN_ANSWER', {
        en: `This matcher takes an answer of wechatpay.client or a Response, not ${JSON.stringify(answer)}.`,
        zh: `此断言用于 wechatpay.client 的应答或 Response，不能用于 ${JSON.stringify(answer)}。`,
      })
    }
    const shown = await bodyShown(answer)
    const remarks = await remarksOn(answer)
    const wanted = status === undefined ? 'with a status from 200 to 299' : `with ${status}`
    const body = section('Its body:', shown === '' ? [] : [shown])
    const why = section(
      'The journal says:',
      remarks.map((remark) => `${remark.about}: ${withErrorName(remark)}`),
    )
    return {
      pass: status === undefined ? answer.status >= 200 && answer.status < 300 : answer.status === status,
      actual: answer.status,
      expected: status ?? '2xx',
      message: () =>
        this.isNot
          ? `The call is answered with ${answer.status}, and should not be answered ${wanted}.${body}${why}`
          : `The call should be answered ${wanted}, and is answered with ${answer.status}.${body}${why}`,
    }
  },

  async toBeAssociatedWith(this: MatcherState, subject: CouponSubject, out_trade_no: string): Promise<Result> {
    const { coupon, name, story } = await lookAt(subject)
    const actual = coupon.associate_out_trade_no
    return {
      pass: actual === out_trade_no,
      actual,
      expected: out_trade_no,
      message: () =>
        this.isNot
          ? `${name} is associated with order ${out_trade_no}, and should not be.${story}`
          : `${name} should be associated with order ${out_trade_no}, and is ${
              actual === undefined ? 'not associated with any' : `associated with ${actual}`
            }.${story}`,
    }
  },

  async toBeInState(this: MatcherState, subject: CouponSubject, state: CouponState): Promise<Result> {
    const { coupon, name, story } = await lookAt(subject)
    return {
      pass: coupon.state === state,
      actual: coupon.state,
      expected: state,
      message: () => `${name} is ${coupon.state}, and should ${this.isNot ? 'not' : `be ${state}`}.${story}`,
    }
  },

  async toBeSignedByWechatPay(this: MatcherState, response: Response, options: SignedByOptions = {}): Promise<Result> {
    const { key, now = systemClock.now() } = options
    if (response.bodyUsed) {
      throw new UsageError('MOCK_BODY_READ', {
        en: 'The signature is over the body, and this body is read already: use the matcher before, or on response.clone().',
        zh: '签名是对报文主体计算的，而此应答的报文主体已被读取：请在读取之前断言，或对 response.clone() 断言。',
      })
    }
    const body = new Uint8Array(await response.clone().arrayBuffer())
    const keys = platformKeys(key)
    const faults = faultsOfAnswer(
      { status: response.status, headers: [...response.headers], body },
      { signed: true, signatureType: SIGNATURE_TYPE, platformKeys: keys, now: Number(now) },
    )
    const diagnosis = response.headers.get(DIAGNOSIS_HEADER)
    const why = diagnosis === null ? '' : `\nWhy the request was refused: ${diagnosis} (the mock's journal says more)`
    const whose = key === undefined ? 'WeChat Pay' : `WeChat Pay's ${key}`
    return {
      pass: faults.length === 0,
      message: () =>
        this.isNot
          ? `The answer is signed by ${whose}, and should not be.`
          : `The answer ${response.status} should be signed by ${whose}. ${sentences(faults).en}\n${Buffer.from(body).toString('utf8')}${why}`,
    }
  },

  async toBeWechatPayError(this: MatcherState, answer: unknown, code: string, message?: string): Promise<Result> {
    const actual = await errorOf(answer)
    const expected = { code, ...(message !== undefined && { message }) }
    const pass = actual?.code === code && (message === undefined || actual.message === message)
    return {
      pass,
      actual: message === undefined ? actual?.code : actual,
      expected: message === undefined ? code : expected,
      message: () => {
        const wanted = `the error ${code}${message === undefined ? '' : ` “${message}”`}`
        const got = actual ? `the error ${actual.code} “${actual.message}”` : 'no error of WeChat Pay'
        return this.isNot
          ? `The answer is ${wanted}, and should not be.`
          : `The answer should be ${wanted}, and is ${got}.`
      },
    }
  },
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /**
     * A call of `wechatpay.client` is answered with this status, or with any from 200 to 299 if it is omitted. Otherwise the message has the body,
     * and the journal's remarks on the call: the key of the error, and the facts. Also takes the promise of an answer.
     *
     * ```ts
     * await expect(wechatpay.client.call(useCoupon, { … })).toBeAnswered(200)
     * ```
     *
     * Also takes a `Response`, whose journal is unknown.
     */
    toBeAnswered(status?: number): Promise<void>
    /** The coupon is linked to this order (关联订单). Takes `wechatpay.coupon(…)`, or a coupon from the control API. */
    toBeAssociatedWith(out_trade_no: string): Promise<void>
    /** The coupon's `coupon_state`. Takes `wechatpay.coupon(…)`, or a coupon from the control API. */
    toBeInState(state: CouponState): Promise<void>
    /** A `Response` has a valid signature of the well-known platform, with all headers that belong to it. */
    toBeSignedByWechatPay(options?: SignedByOptions): Promise<void>
    /**
     * A `Response`, an answer of a client, an error of axios, or a body is an error of WeChat Pay with this code. Also takes a promise, and then
     * checks its rejection too.
     */
    toBeWechatPayError(code: string, message?: string): Promise<void>
  }
}

async function lookAt(subject: CouponSubject): Promise<{ coupon: CouponJson; name: string; story: string }> {
  const given: unknown = await subject
  const isObject = typeof given === 'object' && given !== null
  const reference = isObject ? referenceOf(given) : undefined
  const coupon = reference ? await reference.look() : given
  if (!isCoupon(coupon)) {
    throw new UsageError('MOCK_NOT_A_COUPON', {
      en: `This matcher takes wechatpay.coupon(stock_id, coupon_code), not ${JSON.stringify(coupon)}.`,
      zh: `此断言用于 wechatpay.coupon(stock_id, coupon_code)，不能用于 ${JSON.stringify(coupon)}。`,
    })
  }
  const calls = reference ? await reference.calls() : []
  return {
    coupon,
    name: `Coupon ${coupon.coupon_code} of batch ${coupon.stock_id}`,
    story: [
      section(
        'What happened to it:',
        (coupon.history ?? []).map(({ event, time, out_trade_no }) => [time, event, out_trade_no].join(' ').trim()),
      ),
      section('The latest calls that named it:', calls),
    ].join(''),
  }
}

function isAnswer(value: unknown): value is Answered {
  return typeof value === 'object' && value !== null && 'status' in value && typeof value.status === 'number'
}

/** A body as JSON or as its text; a `Response` stays readable. */
async function bodyShown(answer: Answered): Promise<string> {
  if (answer instanceof Response) return answer.bodyUsed ? '' : answer.clone().text()
  return answer.body === undefined ? '' : JSON.stringify(answer.body)
}

function isCoupon(value: unknown): value is CouponJson {
  return typeof value === 'object' && value !== null && 'coupon_code' in value && 'state' in value
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n\n${title}${lines.map((line) => `\n  ${line}`).join('')}`
}

/** Keys of the well-known platform, with which every mock signs. */
function platformKeys(kind?: 'certificate' | 'public-key'): ReadonlyMap<string, KeyObject> {
  const { platform } = wellKnownIdentity()
  return new Map(
    [
      ...(kind === 'public-key' ? [] : platform.certificates),
      ...(kind === 'certificate' ? [] : [platform.publicKey]),
    ].map(({ serialNo, publicKey }) => [serialNo, publicKey]),
  )
}

interface WechatPayErrorBody {
  readonly code: string
  readonly message: string
}

/** The error of a call; also looks into a rejection, and rethrows it if it is not an error of WeChat Pay. */
async function errorOf(call: unknown): Promise<WechatPayErrorBody | undefined> {
  try {
    return await errorIn(await call)
  } catch (reason) {
    const error = await errorIn(reason)
    if (error) return error
    throw reason
  }
}

/** The error body inside answers and errors of clients: a `Response`, `{ body }`, `{ data }` or `{ response: { data } }`. */
async function errorIn(settled: unknown): Promise<WechatPayErrorBody | undefined> {
  if (settled instanceof Response) return errorIn(parseJson(await settled.clone().text()))
  if (typeof settled === 'string') return errorIn(parseJson(settled))
  if (typeof settled !== 'object' || settled === null) return undefined
  for (const inner of ['response', 'data', 'body'] as const) {
    const value = (settled as Record<string, unknown>)[inner]
    if (typeof value === 'object' && value !== null) return errorIn(value)
  }
  const { code, message } = settled as Partial<Record<string, unknown>>
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined
}
