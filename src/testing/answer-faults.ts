import type { KeyObject } from 'node:crypto'
import type { WireResponse } from '../engine/http-message.ts'
import { TIMESTAMP_WINDOW_SECONDS } from '../protocol/authorization.ts'
import { type AnswerCheck, type AnswerFault, checkAnswer } from '../protocol/check-answer.ts'
import { DIAGNOSIS_HEADER } from '../protocol/response-headers.ts'

/** The platform's public keys by serial or `PUB_KEY_ID_…`. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>

/** The value of a header; its name is case-insensitive. */
export function headerOf({ headers }: WireResponse, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
}

/** What a client expects of an answer. */
export interface ExpectedAnswer {
  /** Whether it has to be signed, or must not be. */
  readonly signed: boolean
  /** Whether `Content-Type` has to be written as the service writes it, or may be any that says JSON. Default: `exact`. */
  readonly contentType?: 'exact' | 'json'
  readonly signatureType: string
  readonly platformKeys: PlatformKeys
  /** The client's clock, epoch milliseconds. */
  readonly now: number
}

/**
 * Whether the service leaves such an answer unsigned: a 401, and the empty 404 or 405 for a path or a method that it does not have. It leaves
 * failures before authentication unsigned too, which only who sent the request can tell from others.
 */
export function isLeftUnsigned({ status, body }: Pick<WireResponse, 'status' | 'body'>): boolean {
  return status === 401 || ((status === 404 || status === 405) && body.length === 0)
}

const CONTENT_TYPES = { exact: /^application\/json; charset=utf-8$/, json: /^application\/json *(?:;|$)/i } as const

/** Whether a header field is one of those that only signed answers have. */
function isOfWechatPay(name: string): boolean {
  return /^wechatpay-/i.test(name) && name.toLowerCase() !== DIAGNOSIS_HEADER.toLowerCase()
}

/** The faults of an answer of WeChat Pay, one sentence each; none when a client may act on it. */
export function faultsOfAnswer(answer: WireResponse, expected: ExpectedAnswer): string[] {
  const { status, body } = answer
  const { contentType = 'exact' } = expected
  const type = headerOf(answer, 'Content-Type')
  const length = headerOf(answer, 'Content-Length')
  const requestId = headerOf(answer, 'Request-ID')
  const names = answer.headers.map(([name]) => name.toLowerCase())
  const twice = names.filter((name, i) => names.indexOf(name) < i)
  const faults: (string | false)[] = [
    twice.length > 0 && `It has ${twice.join(', ')} more than once.`,
    !CONTENT_TYPES[contentType].test(type ?? '') && `Content-Type is ${type}.`,
    length !== String(body.length) && `Content-Length is ${length}, the body has ${body.length} bytes.`,
    status === 204 && body.length > 0 && 'It is 204, and has a body.',
  ]
  // Pay endpoints give a caller that they do not know none.
  if (status !== 401 || requestId !== undefined) {
    faults.push(
      !/^[0-9A-F]+-\d+$/.test(requestId ?? '') && `Request-ID is ${requestId}.`,
      status < 300 !== requestId?.endsWith('-0') && `Request-ID is ${requestId} with status ${status}.`,
    )
  }
  // Our own header says why a request was not let in or not served.
  const diagnosed = !isLeftUnsigned(answer) && headerOf(answer, DIAGNOSIS_HEADER) !== undefined
  faults.push(diagnosed && `It has a ${DIAGNOSIS_HEADER}, and is neither a 401 nor an empty 404 or 405.`)
  if (expected.signed) {
    faults.push(...faultsOfSignature(answer, expected))
  } else {
    const others = answer.headers.flatMap(([name]) => (isOfWechatPay(name) ? [name] : []))
    faults.push(others.length > 0 && `It must not be signed, and has ${others.join(', ')}.`)
  }
  return faults.filter((fault): fault is string => fault !== false)
}

/** The faults of the signature of an answer or a callback, one sentence each. */
export function faultsOfSignature(
  answer: WireResponse,
  { signatureType, platformKeys, now }: Omit<ExpectedAnswer, 'signed'>,
): string[] {
  const check = checkAnswer(
    { header: (name) => headerOf(answer, name), body: answer.body },
    { keyOf: (serialNo) => platformKeys.get(serialNo), now, signatureType, seconds: STRICTEST_WINDOW_SECONDS },
  )
  const off = Math.abs(Number(check.timestamp) - Math.floor(now / 1_000))
  // A signature with any fault verifies under no key; nothing is said of it where the key is unknown.
  const unknown = check.faults.includes('serial_unknown')
  return check.faults.flatMap((fault) =>
    unknown && SIGNATURE_FAULTS.has(fault) ? [] : [sentenceOn(fault, check, off)],
  )
}

/** Go, Java and apache-httpclient refuse an answer from 300 seconds on. */
const STRICTEST_WINDOW_SECONDS = TIMESTAMP_WINDOW_SECONDS - 1

const SIGNATURE_FAULTS: ReadonlySet<AnswerFault> = new Set(['probe', 'signature_format', 'signature'])

function sentenceOn(fault: AnswerFault, check: AnswerCheck, secondsOff: number): string {
  switch (fault) {
    case 'header_missing':
      return `It has no ${check.missing.join(', ')}.`
    case 'signature_type':
      return `Wechatpay-Signature-Type is ${check.signatureType}.`
    case 'timestamp':
      return `Its timestamp ${check.timestamp} is ${secondsOff} seconds from the client's clock.`
    case 'serial_unknown':
      return `It is signed with ${check.serialNo}, which the client does not have.`
    case 'probe':
    case 'signature_format':
    case 'signature':
      return 'Its signature does not verify.'
  }
}
