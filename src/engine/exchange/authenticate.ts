import {
  type Authorization,
  isBrand,
  isTimely,
  missingHeaders,
  parseAuthorization,
  schemeFits,
  schemeFor,
} from '../../wire/protocol/authorization.ts'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { ApiError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import {
  requestMessage,
  type SignedRequest,
  signedBody,
  signedTarget,
  signInformation,
} from '../../wire/protocol/message.ts'
import { isBase64, verify } from '../../wire/protocol/signature.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { pathOf, type WireRequest } from '../http-message.ts'
import type { Merchant, MerchantDirectory } from '../keys/merchants.ts'
import { type Objection, objectionTo } from '../keys/standing.ts'
import type { GatewayAuthentication } from '../product.ts'
import type { AuthenticationCheck } from './authentication-checks.ts'

/** Why a request was not admitted: the error for the client, and the explanation for its developer in the journal. */
export interface AuthenticationFailure {
  readonly check: AuthenticationCheck
  readonly error: ApiError
  readonly explanation: Texts
  /** The message that the mock built, which the signature does not match. */
  readonly expectedMessage?: string
  /** The merchant the request claims to be from, if it could be read and is known. */
  readonly claimed?: Merchant
  /** The answer has no `Request-ID`. */
  readonly withoutRequestId?: true
  /** The parsed header field, if it could be parsed. */
  readonly authorization?: Authorization
  /** Why WeChat Pay does not let the merchant call, however well it signs. */
  readonly objection?: Objection
  /** The timestamp is right by the machine's clock: the mock's was moved, and the client did nothing wrong. */
  readonly mockClockMoved?: true
}

type Authentication =
  | { readonly caller: Merchant; readonly brand: boolean }
  | { readonly failure: AuthenticationFailure }

/** The fields of the header field, as explanations show them. */
const PAIRS = 'mchid="…",nonce_str="…",timestamp="…",serial_no="…",signature="…"'

/** The longest message that a failure passes to the journal, in bytes. */
const SHOWN_MESSAGE_BYTES = 16_384

/** The clocks that an explanation of a timestamp mentions. */
interface Clocks {
  /** The clock that timestamps are compared with. */
  readonly judgedBy: 'mock' | 'machine'
  /** The machine's time, epoch milliseconds. */
  readonly machine: number
}

/**
 * Checks who sent a request and that the signature covers its bytes as they arrived.
 *
 * @param now the instant that timestamps are compared with, epoch milliseconds
 * @param gateway how the gateway of the request's path differs from the usual one
 */
export function authenticate(
  request: WireRequest,
  merchants: MerchantDirectory,
  now: number,
  gateway: GatewayAuthentication = {},
  clocks: Clocks = { judgedBy: 'mock', machine: now },
): Authentication {
  const { headers, target } = request
  const path = pathOf(target)
  const refuse = (
    check: AuthenticationCheck,
    error: ApiError,
    explanation: Texts,
    more: Partial<Omit<AuthenticationFailure, 'check' | 'error' | 'explanation'>> = {},
  ): Authentication => {
    const withoutRequestId = gateway.requestId === 'known_callers' && !more.claimed
    return { failure: { check, error, explanation, ...more, ...(withoutRequestId && { withoutRequestId }) } }
  }

  const missing = gateway.headers === 'optional' ? [] : missingHeaders((name) => headers[name])
  if (missing.length > 0) {
    return refuse('headers', new ApiError(commonErrors.header_missing), {
      en: `The request has no ${missing.join(' and no ')} header.`,
      zh: `请求没有 ${missing.join('、')} 请求头。`,
    })
  }

  const header = headers.authorization
  if (!header)
    return refuse('authorization', new ApiError(gateway.authorizationMissing ?? commonErrors.authorization_malformed), {
      en: 'The request has no Authorization header.',
      zh: '请求没有 Authorization 请求头。',
    })
  const authorization = parseAuthorization(header)
  if (authorization === 'malformed') {
    return refuse('authorization', new ApiError(commonErrors.authorization_malformed), {
      en: `The Authorization header does not read: <scheme> ${PAIRS} (any order, double quotes, no spaces between).`,
      zh: `Authorization 请求头的格式应为：<认证类型> ${PAIRS}（顺序不限，使用双引号，中间没有空格）。`,
    })
  }
  if (authorization === 'unknown_scheme' || !schemeFits(authorization.scheme, path)) {
    const given = header.split(' ', 1)[0]
    const ofGateway = authorization === 'unknown_scheme' ? gateway.authorizationMissing : undefined
    return refuse('scheme', new ApiError(ofGateway ?? commonErrors.scheme_unfit), {
      en: `The scheme ${given} is not the one for ${path}: use ${schemeFor(path)}.`,
      zh: `认证类型 ${given} 不适用于 ${path}：应为 ${schemeFor(path)}。`,
    })
  }
  if (authorization.scheme === 'WECHATPAY2-SM2-WITH-SM3') {
    return refuse('scheme', new ApiError(commonErrors.scheme_unfit), {
      en: 'The mock does not verify SM2 signatures: Node.js can neither set the user id that they need nor do SM4-GCM, so a client would get no further (docs/decisions/0009-no-sm2.md). Sign with RSA: WECHATPAY2-SHA256-RSA2048.',
      zh: '模拟服务不验证国密 SM2 签名：Node.js 无法设置 SM2 签名所需的用户标识，也不支持 SM4-GCM，客户端仍无法继续（docs/decisions/0009-no-sm2.md）。请使用 RSA 签名：WECHATPAY2-SHA256-RSA2048。',
    })
  }

  const claimed = claimedMerchant(authorization, merchants)
  const merchant = claimed?.serialNo.toUpperCase() === authorization.serialNo.toUpperCase() ? claimed : undefined
  const known = { authorization, ...(claimed && { claimed }) }
  if (!isTimely(authorization.timestamp, now)) {
    const mockClockMoved = isTimely(authorization.timestamp, clocks.machine)
    return refuse(
      'timestamp',
      new ApiError(commonErrors.untimely),
      mockClockMoved
        ? explainMovedClock(authorization.timestamp, now)
        : {
            en: `The timestamp is not within 300 seconds of the ${clocks.judgedBy}'s clock (${formatInstant(now)}).`,
            zh: `时间戳与${clocks.judgedBy === 'mock' ? '模拟服务' : '本机'}的时钟（${formatInstant(now)}）相差超过 300 秒。`,
          },
      { ...known, ...(mockClockMoved && { mockClockMoved }) },
    )
  }

  const signed: SignedRequest = {
    method: request.method,
    target: signedTarget(target),
    timestamp: authorization.timestamp,
    nonce: authorization.nonce,
    body: signedBody(headers['content-type'], request.body),
  }
  if (!claimed) {
    const error = new ApiError(gateway.mchidUnknown ?? commonErrors.serial_unknown)
    const { identity } = authorization
    const explanation = { en: `The mock has no merchant ${identity}.`, zh: `模拟服务中没有商户 ${identity}。` }
    return refuse('serial', error, explanation, known)
  }
  const objection = objectionTo(claimed, authorization.serialNo)
  if (objection) {
    const { mchid } = claimed
    const { serialNo } = authorization
    const explanation = {
      en: `Merchant ${mchid} may not call with the certificate ${serialNo} (${objection}).`,
      zh: `商户 ${mchid} 不能用证书 ${serialNo} 调用接口（${objection}）。`,
    }
    return refuse('merchant', new ApiError(commonErrors[objection]), explanation, { ...known, objection })
  }
  if (!merchant) {
    const error = gateway.serialUnknown
      ? new ApiError(gateway.serialUnknown, { detail: mismatchDetail(signed) })
      : new ApiError(commonErrors.serial_unknown)
    const { mchid, serialNo } = claimed
    const explanation = {
      en: `The certificate of merchant ${mchid} is ${serialNo}.`,
      zh: `商户 ${mchid} 的证书是 ${serialNo}。`,
    }
    return refuse('serial', error, explanation, known)
  }

  const message = requestMessage(signed)
  if (!verify(message, authorization.signature, merchant.publicKey)) {
    const definition = gateway.signatureMismatch ?? commonErrors.signature_mismatch
    // A signature that is not base64 is never compared, so there is nothing to say about the message (inferred).
    const readable = isBase64(authorization.signature)
    return refuse(
      'signature',
      new ApiError(definition, readable ? { detail: mismatchDetail(signed) } : {}),
      readable ? signatureRefused(merchant) : { en: 'The signature is not base64.', zh: '签名不是 base64。' },
      { ...known, expectedMessage: message.subarray(0, SHOWN_MESSAGE_BYTES).toString('utf8') },
    )
  }
  return { caller: merchant, brand: isBrand(authorization.scheme) }
}

function mismatchDetail(signed: SignedRequest): Record<string, unknown> {
  return {
    detail: { issue: 'sign not match' },
    field: 'signature',
    location: 'authorization',
    sign_information: signInformation(signed),
  }
}

/** The explanation that every signature mismatch starts with. */
export function signatureRefused({ serialNo, mchid }: Pick<Merchant, 'serialNo' | 'mchid'>): Texts {
  return {
    en: `The signature does not fit the message under the certificate ${serialNo} of merchant ${mchid}.`,
    zh: `用商户 ${mchid} 的证书 ${serialNo} 验证，签名与待签名串不符。`,
  }
}

export function claimedMerchant(
  { scheme, identity }: Pick<Authorization, 'scheme' | 'identity'>,
  merchants: MerchantDirectory,
): Merchant | undefined {
  return isBrand(scheme) ? merchants.findBrand(identity) : merchants.find(identity)
}

/** Advice for clients that sign by the machine's clock while the mock's was moved. */
const CLOCK_ADVICE = {
  en: 'It fits the machine\'s clock: let signatures be judged by that with the setting {"signature_clock":"machine"} (PATCH /_mock/settings, control.changeSettings), or start with --signature-clock machine (signatureClock: \'machine\'). PUT /_mock/clock {"now":"machine"} puts the mock\'s clock back.',
  zh: '它与本机时钟相符：可改为按本机时钟判断签名，即设置 {"signature_clock":"machine"}（PATCH /_mock/settings、control.changeSettings），或以 --signature-clock machine 启动（signatureClock: \'machine\'）。PUT /_mock/clock {"now":"machine"} 把模拟服务的时钟调回。',
}

function explainMovedClock(timestamp: string, now: number): Texts {
  const off = Number(timestamp) - Math.floor(now / 1_000)
  const seconds = Math.abs(off)
  const clock = formatInstant(now)
  return {
    en: `The timestamp is ${seconds} seconds ${off < 0 ? 'behind' : 'ahead of'} the mock's clock (${clock}); 300 are allowed. ${CLOCK_ADVICE.en}`,
    zh: `时间戳比模拟服务的时钟（${clock}）${off < 0 ? '慢' : '快'} ${seconds} 秒，允许相差 300 秒。${CLOCK_ADVICE.zh}`,
  }
}
