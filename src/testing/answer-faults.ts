import type { KeyObject } from 'node:crypto'
import type { WireResponse } from '../engine/http-message.ts'
import { TIMESTAMP_WINDOW_SECONDS } from '../wire/protocol/authorization.ts'
import { type AnswerCheck, type AnswerFault, checkAnswer } from '../wire/protocol/check-answer.ts'
import { DIAGNOSIS_HEADER } from '../wire/protocol/response-headers.ts'
import type { Texts } from '../wire/shared/texts.ts'

/** The platform's public keys by serial or `PUB_KEY_ID_…`. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>

/** The value of a header; its name is case-insensitive. */
export function headerOf({ headers }: Pick<WireResponse, 'headers'>, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
}

/** A client's expectations of an answer. */
export interface ExpectedAnswer {
  /** Whether it must be signed, or must not be. */
  readonly signed: boolean
  /** Whether `Content-Type` must be written exactly as by the service, or may be any JSON type. Default: `exact`. */
  readonly contentType?: 'exact' | 'json'
  /** The required media type of a file, in place of JSON's. */
  readonly fileType?: string | undefined
  readonly signatureType: string
  readonly platformKeys: PlatformKeys
  /** The client's clock, epoch milliseconds. */
  readonly now: number
}

/**
 * Whether the service leaves such an answer unsigned: a 401, and the empty 404 or 405 for an unknown path or method. It also leaves failures before
 * authentication unsigned, which only the sender of the request can tell from others.
 */
export function isLeftUnsigned({ status, body }: Pick<WireResponse, 'status' | 'body'>): boolean {
  return status === 401 || ((status === 404 || status === 405) && body.length === 0)
}

/** JSON is UTF-8 (RFC 8259); a client may well read it in another charset that it is told. */
const CONTENT_TYPES = {
  exact: /^application\/json; charset=utf-8$/,
  json: /^application\/json *(?:;(?!.*\bcharset=(?!"?utf-8"?(?:;|$)))|$)/i,
} as const

/** Header fields that must not come twice: some clients read the first, others the last. A proxy may add others, such as `Via`, more than once. */
const HAS_ONE_VALUE = /^(?:content-\w+|request-id|wechatpay-.*)$/

/** Whether a header field is one of those that only signed answers have. */
function isOfWechatPay(name: string): boolean {
  return /^wechatpay-/i.test(name) && name.toLowerCase() !== DIAGNOSIS_HEADER.toLowerCase()
}

/** The faults of an answer of WeChat Pay, one sentence each; empty if a client may act on it. */
export function faultsOfAnswer(answer: WireResponse, expected: ExpectedAnswer): Texts[] {
  const { status, body } = answer
  const { contentType = 'exact', fileType } = expected
  const type = headerOf(answer, 'Content-Type')
  const typeFits = fileType === undefined ? CONTENT_TYPES[contentType].test(type ?? '') : type === fileType
  const length = headerOf(answer, 'Content-Length')
  const transferred = headerOf(answer, 'Transfer-Encoding')
  const requestId = headerOf(answer, 'Request-ID')
  const names = answer.headers.map(([name]) => name.toLowerCase())
  const twice = names.filter((name, i) => names.indexOf(name) < i && HAS_ONE_VALUE.test(name))
  const faults: (Texts | false)[] = [
    twice.length > 0 && {
      en: `It has ${twice.join(', ')} more than once.`,
      zh: `应答头 ${twice.join('、')} 重复出现。`,
    },
    !typeFits && isNot('Content-Type', type),
    length === undefined && !/\bchunked\b/i.test(transferred ?? '') && isNot('Content-Length', length),
    // A body that `fetch` has decoded is longer than it was on the wire.
    length !== undefined &&
      headerOf(answer, 'Content-Encoding') === undefined &&
      length !== String(body.length) && {
        en: `Content-Length is ${length}, the body has ${body.length} bytes.`,
        zh: `Content-Length 为 ${length}，而报文主体有 ${body.length} 字节。`,
      },
    status === 204 && body.length > 0 && { en: 'It is 204, and has a body.', zh: '状态码为 204，却有报文主体。' },
  ]
  // Pay endpoints do not send one to an unknown caller.
  if (status !== 401 || requestId !== undefined) {
    faults.push(
      !/^[0-9A-F]+-\d+$/.test(requestId ?? '') && isNot('Request-ID', requestId),
      requestId !== undefined &&
        status < 300 !== requestId.endsWith('-0') && {
          en: `Request-ID is ${requestId} with status ${status}.`,
          zh: `状态码为 ${status} 时，Request-ID 为 ${requestId}。`,
        },
    )
  }
  // The mock's own header explains why a request failed authentication or was not served.
  const diagnosed = !isLeftUnsigned(answer) && headerOf(answer, DIAGNOSIS_HEADER) !== undefined
  faults.push(
    diagnosed && {
      en: `It has a ${DIAGNOSIS_HEADER}, and is neither a 401 nor an empty 404 or 405.`,
      zh: `带有 ${DIAGNOSIS_HEADER}，却既不是 401，也不是没有报文主体的 404 或 405。`,
    },
  )
  if (expected.signed) {
    faults.push(...faultsOfSignature(answer, expected))
  } else {
    const others = answer.headers.flatMap(([name]) => (isOfWechatPay(name) ? [name] : []))
    faults.push(
      others.length > 0 && {
        en: `It must not be signed, and has ${others.join(', ')}.`,
        zh: `不应签名，却带有 ${others.join('、')}。`,
      },
    )
  }
  return faults.filter((fault) => fault !== false)
}

/** Reports a header field that is missing or has a wrong value. */
function isNot(name: string, value: string | undefined): Texts {
  if (value === undefined) return { en: `It has no ${name}.`, zh: `缺少 ${name}。` }
  return { en: `${name} is ${value}.`, zh: `${name} 为 ${value}。` }
}

/** The faults of the signature of an answer or a callback, one sentence each. */
export function faultsOfSignature(
  answer: WireResponse,
  { signatureType, platformKeys, now }: Omit<ExpectedAnswer, 'signed'>,
): Texts[] {
  const check = checkAnswer(
    { header: (name) => headerOf(answer, name), body: answer.body },
    { keyOf: (serialNo) => platformKeys.get(serialNo), now, signatureType, seconds: STRICTEST_WINDOW_SECONDS },
  )
  const off = Math.abs(Number(check.timestamp) - Math.floor(now / 1_000))
  // A signature with any fault verifies under no key; if the key is unknown, nothing is reported about it.
  const unknown = check.faults.includes('serial_unknown')
  return check.faults.flatMap((fault) =>
    unknown && SIGNATURE_FAULTS.has(fault) ? [] : [sentenceOn(fault, check, off)],
  )
}

/** Go, Java and apache-httpclient refuse an answer from 300 seconds on. */
const STRICTEST_WINDOW_SECONDS = TIMESTAMP_WINDOW_SECONDS - 1

const SIGNATURE_FAULTS: ReadonlySet<AnswerFault> = new Set(['probe', 'signature_format', 'signature'])

function sentenceOn(fault: AnswerFault, check: AnswerCheck, secondsOff: number): Texts {
  switch (fault) {
    case 'header_missing':
      return { en: `It has no ${check.missing.join(', ')}.`, zh: `缺少 ${check.missing.join('、')}。` }
    case 'signature_type':
      return isNot('Wechatpay-Signature-Type', check.signatureType)
    case 'timestamp':
      return {
        en: `Its timestamp ${check.timestamp} is ${secondsOff} seconds from the client's clock.`,
        zh: `时间戳 ${check.timestamp} 与客户端的时钟相差 ${secondsOff} 秒。`,
      }
    case 'serial_unknown':
      return {
        en: `It is signed with ${check.serialNo}, which the client does not have.`,
        zh: `签名所用的 ${check.serialNo} 不是客户端持有的平台证书或公钥。`,
      }
    case 'probe':
    case 'signature_format':
    case 'signature':
      return { en: 'Its signature does not verify.', zh: '签名验证不通过。' }
  }
}
