import type { KeyObject } from 'node:crypto'
import { SIGNATURE_TYPE, type SigningScheme } from './authorization.ts'
import { responseMessage, type SignedRequest } from './message.ts'
import { sign } from './signature.ts'

/** The four values that sign an answer or a callback, and the type of the signature. */
export interface ResponseSignature {
  readonly nonce: string
  readonly signature: string
  /** Seconds since the epoch. */
  readonly timestamp: string
  readonly serialNo: string
  readonly signatureType: string
}

/** A key of the platform. */
export interface AnswerSigner {
  /** Serial of the certificate, or the `PUB_KEY_ID_…`. */
  readonly serialNo: string
  readonly privateKey: KeyObject
}

/** Signs an answer or a callback (protocol.md 4 and 8); {@link signatureHeaders} turns the result into header fields. */
export async function signAnswer(
  answer: Pick<SignedRequest, 'timestamp' | 'nonce' | 'body'>,
  { serialNo, privateKey }: AnswerSigner,
  signatureType: SigningScheme = SIGNATURE_TYPE,
): Promise<ResponseSignature> {
  const { timestamp, nonce } = answer
  return { nonce, signature: await sign(responseMessage(answer), privateKey), timestamp, serialNo, signatureType }
}

/** The media type of every answer in JSON, as the live service spells it. */
export const JSON_TYPE = 'application/json; charset=utf-8'

type Field = readonly [name: string, value: string]
type Headers = readonly Field[]

/** The header fields of a signed answer, in the order and spelling of the live service. */
export const SIGNATURE_FIELDS = [
  'Wechatpay-Nonce',
  'Wechatpay-Signature',
  'Wechatpay-Timestamp',
  'Wechatpay-Serial',
  'Wechatpay-Signature-Type',
] as const

/** The `Wechatpay-*` fields in the order and spelling of the live service. */
export function signatureHeaders({ nonce, signature, timestamp, serialNo, signatureType }: ResponseSignature): Headers {
  return [
    ['Wechatpay-Nonce', nonce],
    ['Wechatpay-Signature', signature],
    ['Wechatpay-Timestamp', timestamp],
    ['Wechatpay-Serial', serialNo],
    ['Wechatpay-Signature-Type', signatureType],
  ]
}

/** Header field that says briefly why a request was not admitted, or that the mock does not serve it. The live service has no such field. */
export const DIAGNOSIS_HEADER = 'Wechatpay-Mock-Diagnosis'

/**
 * All header fields of an answer, in the order and spelling of the live service: the Java SDK looks names up
 * case-sensitively (protocol.md 1).
 *
 * An answer without a body has `Content-Type` and `Content-Length` too: a 204 does (corrections 7, observed), and the `Content-Length` of a 405
 * was seen; the rest of 404 and 405 is inferred. `signature` is left out on 401 and on failures before authentication.
 *
 * @param now epoch milliseconds
 */
export function responseHeaders(answer: {
  readonly bodyLength: number
  /** Media type of a file. Default: that of JSON. */
  readonly contentType?: string | undefined
  /** Left out for an answer without a `Request-ID`. */
  readonly requestId?: string | undefined
  readonly now: number
  readonly signature?: ResponseSignature | undefined
  /** The value of {@link DIAGNOSIS_HEADER}, in ASCII. */
  readonly diagnosis?: string | undefined
}): Headers {
  const { bodyLength, contentType, requestId, now, signature, diagnosis } = answer
  const type: Field = contentType === undefined ? CONTENT_TYPE : ['Content-Type', contentType]
  const headers: Field[] = [SERVER, dateField(now), type, ['Content-Length', String(bodyLength)], ...CONNECTION]
  if (requestId !== undefined) headers.push(['Request-ID', requestId])
  headers.push(LANGUAGE)
  if (signature) headers.push(...signatureHeaders(signature))
  if (diagnosis !== undefined) headers.push([DIAGNOSIS_HEADER, diagnosis])
  return headers
}

/** The header fields of an answer that nginx gives in place of the service. Inferred: no such answer of the live service was published. */
export function gatewayHeaders(answer: {
  readonly bodyLength: number
  readonly contentType?: string | undefined
  readonly now: number
}): Headers {
  const { bodyLength, contentType, now } = answer
  const type: Headers = contentType === undefined ? [] : [['Content-Type', contentType]]
  return [SERVER, dateField(now), ...type, ['Content-Length', String(bodyLength)], KEEP_ALIVE]
}

// The journal keeps the fields of a thousand answers: fields that never differ are shared objects.
const SERVER: Field = ['Server', 'nginx']
const CONTENT_TYPE: Field = ['Content-Type', JSON_TYPE]
const KEEP_ALIVE: Field = ['Connection', 'keep-alive']
const CONNECTION: Headers = [
  KEEP_ALIVE,
  ['Keep-Alive', 'timeout=8'],
  ['Cache-Control', 'no-cache, must-revalidate'],
  ['X-Content-Type-Options', 'nosniff'],
]
const LANGUAGE: Field = ['Content-Language', 'zh-CN']

let latest: { readonly second: number; readonly field: Field } | undefined

/** The `Date` of an answer: cached for a second, since thousands of answers share it. */
function dateField(at: number): Field {
  // Stryker disable next-line ArithmeticOperator: the date is the same when it is written more often
  const second = Math.floor(at / 1_000)
  if (latest?.second !== second) latest = { second, field: ['Date', new Date(at).toUTCString()] }
  return latest.field
}
