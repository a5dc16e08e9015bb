import type { KeyObject } from 'node:crypto'
import type { WireResponse } from '../engine/http-message.ts'
import { TIMESTAMP_WINDOW_SECONDS } from '../protocol/authorization.ts'
import { responseMessage } from '../protocol/message.ts'
import { DIAGNOSIS_HEADER } from '../protocol/response-headers.ts'
import { verify } from '../protocol/signature.ts'

/** The platform's public keys by serial or `PUB_KEY_ID_…`. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>

/** A header's value by its name in any case. */
export function headerOf({ headers }: WireResponse, name: string): string | undefined {
  return headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1]
}

const SIGNATURE_HEADERS = [
  'Wechatpay-Nonce',
  'Wechatpay-Signature',
  'Wechatpay-Timestamp',
  'Wechatpay-Serial',
  'Wechatpay-Signature-Type',
] as const

/** What a client expects of an answer. */
export interface ExpectedAnswer {
  /** Whether it has to be signed, or must not be. */
  readonly signed: boolean
  readonly signatureType: string
  readonly platformKeys: PlatformKeys
  /** The client's clock, epoch milliseconds. */
  readonly now: number
}

/** Whether a header field is one of those that only signed answers have. */
function isOfWechatPay(name: string): boolean {
  return /^wechatpay-/i.test(name) && name.toLowerCase() !== DIAGNOSIS_HEADER.toLowerCase()
}

/** What is wrong with an answer of WeChat Pay, one sentence for each thing; none when a client may act on it. */
export function faultsOfAnswer(answer: WireResponse, expected: ExpectedAnswer): string[] {
  const { status, body } = answer
  const type = headerOf(answer, 'Content-Type')
  const length = headerOf(answer, 'Content-Length')
  const requestId = headerOf(answer, 'Request-ID')
  const names = answer.headers.map(([name]) => name.toLowerCase())
  const twice = names.filter((name, i) => names.indexOf(name) < i)
  const faults: (string | false)[] = [
    twice.length > 0 && `It has ${twice.join(', ')} more than once.`,
    body.length > 0 && type !== 'application/json; charset=utf-8' && `Content-Type is ${type}.`,
    status !== 204 &&
      length !== String(body.length) &&
      `Content-Length is ${length}, the body has ${body.length} bytes.`,
    status === 204 && (body.length > 0 || type !== undefined) && 'It is 204, and has a body or a Content-Type.',
    !/^[0-9A-F]+-\d+$/.test(requestId ?? '') && `Request-ID is ${requestId}.`,
    status < 300 !== requestId?.endsWith('-0') && `Request-ID is ${requestId} with status ${status}.`,
  ]
  // Our own header says why a request was not let in, so it belongs to 401 alone.
  const diagnosed = status !== 401 && headerOf(answer, DIAGNOSIS_HEADER) !== undefined
  faults.push(diagnosed && `It has a ${DIAGNOSIS_HEADER}, and is no 401.`)
  const present = SIGNATURE_HEADERS.filter((name) => headerOf(answer, name) !== undefined)
  if (!expected.signed) {
    const others = answer.headers.flatMap(([name]) => (isOfWechatPay(name) ? [name] : []))
    faults.push(others.length > 0 && `It must not be signed, and has ${others.join(', ')}.`)
  } else if (present.length < SIGNATURE_HEADERS.length) {
    faults.push(`It has no ${SIGNATURE_HEADERS.filter((name) => !present.includes(name)).join(', ')}.`)
  } else {
    faults.push(...faultsOfSignature(answer, expected))
  }
  return faults.filter((fault): fault is string => fault !== false)
}

/** What is wrong with the signature of an answer or a callback that has all of its header fields. */
export function faultsOfSignature(
  answer: WireResponse,
  { signatureType, platformKeys, now }: Omit<ExpectedAnswer, 'signed'>,
): string[] {
  const [nonce = '', signature = '', timestamp = '', serialNo = '', type] = SIGNATURE_HEADERS.map((name) =>
    headerOf(answer, name),
  )
  const key = platformKeys.get(serialNo)
  const off = Math.abs(Number(timestamp) - Math.floor(now / 1_000))
  const faults = [
    type !== signatureType && `Wechatpay-Signature-Type is ${type}.`,
    !(off < TIMESTAMP_WINDOW_SECONDS) && `Its timestamp ${timestamp} is ${off} seconds from the client's clock.`,
    key === undefined && `It is signed with ${serialNo}, which the client does not have.`,
    key !== undefined &&
      !verify(responseMessage({ timestamp, nonce, body: answer.body }), signature, key) &&
      'Its signature does not verify.',
  ]
  return faults.filter((fault): fault is string => fault !== false)
}
