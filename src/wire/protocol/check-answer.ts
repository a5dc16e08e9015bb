import type { KeyObject } from 'node:crypto'
import { BRAND_SIGNATURE_TYPE, isTimely, SIGNATURE_TYPE, TIMESTAMP_WINDOW_SECONDS } from './authorization.ts'
import { responseMessage } from './message.ts'
import { SIGNATURE_FIELDS } from './response-headers.ts'
import { faultOfSignature, type SignatureFault } from './signature.ts'

/** Why a client must not act on an answer or a callback. */
export type AnswerFault = 'header_missing' | 'signature_type' | 'timestamp' | 'serial_unknown' | SignatureFault

/** An answer or a callback as it arrived. */
export interface AnswerToCheck {
  /** Reads a header field. */
  readonly header: (name: (typeof SIGNATURE_FIELDS)[number]) => string | undefined
  readonly body: Uint8Array
}

/** The keys, clock and limits that a client checks answers with. */
export interface AnswerRules {
  /** The platform's key with a serial or a `PUB_KEY_ID_…`; `undefined` for one that the client does not have. */
  readonly keyOf: (serialNo: string) => KeyObject | undefined
  /** The client's clock, epoch milliseconds. */
  readonly now: number
  /** Required `Wechatpay-Signature-Type`. Default: either of the RSA types or a missing field, since most clients do not look at it. */
  readonly signatureType?: string
  /** How far the timestamp may be off. Default: 300; Go, Java and apache-httpclient refuse the 300th. */
  readonly seconds?: number
}

/** The result of {@link checkAnswer}. */
export interface AnswerCheck {
  /** In the order of the checks; empty for an answer that a client may act on. With `header_missing` nothing else is checked. */
  readonly faults: readonly AnswerFault[]
  /** Header fields that are missing or empty. */
  readonly missing: readonly string[]
  /** The values of the header fields; empty for a missing one. */
  readonly timestamp: string
  readonly nonce: string
  readonly signature: string
  readonly serialNo: string
  readonly signatureType: string
  /** The message that the signature was checked against. */
  readonly message: Buffer
}

/**
 * Judges an answer or a callback as a client must (protocol.md 4 and 8): header fields present, type of the signature, timestamp fresh, serial
 * known, signature valid.
 *
 * ```ts
 * const { faults } = checkAnswer({ header: (name) => response.headers.get(name) ?? undefined, body }, { keyOf, now: Date.now() })
 * ```
 */
export function checkAnswer(
  { header, body }: AnswerToCheck,
  { keyOf, now, signatureType: wanted, seconds = TIMESTAMP_WINDOW_SECONDS }: AnswerRules,
): AnswerCheck {
  const timestamp = header('Wechatpay-Timestamp') ?? ''
  const nonce = header('Wechatpay-Nonce') ?? ''
  const signature = header('Wechatpay-Signature') ?? ''
  const serialNo = header('Wechatpay-Serial') ?? ''
  const signatureType = header('Wechatpay-Signature-Type') ?? ''
  const message = responseMessage({ timestamp, nonce, body })
  const needed = wanted === undefined ? SIGNATURE_FIELDS.filter((name) => name !== TYPE) : SIGNATURE_FIELDS
  const missing = needed.filter((name) => !header(name))
  const found = { missing, timestamp, nonce, signature, serialNo, signatureType, message }
  if (missing.length > 0) return { ...found, faults: ['header_missing'] }
  const key = keyOf(serialNo)
  const faults = [
    !(wanted === undefined ? KNOWN_TYPES : [wanted]).includes(signatureType) && 'signature_type',
    !isTimely(timestamp, now, seconds) && 'timestamp',
    key === undefined && 'serial_unknown',
    faultOfSignature(message, signature, key) ?? false,
  ] as const
  return { ...found, faults: faults.filter((fault) => fault !== false) }
}

const TYPE = 'Wechatpay-Signature-Type'
const KNOWN_TYPES: readonly string[] = ['', SIGNATURE_TYPE, BRAND_SIGNATURE_TYPE]
