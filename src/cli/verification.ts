import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Merchant, Platform } from '../engine/keys/merchants.ts'
import { isTimely, parseAuthorization, schemeFits } from '../protocol/authorization.ts'
import { formatInstant } from '../protocol/instant.ts'
import { requestMessage, responseMessage } from '../protocol/message.ts'
import { verify } from '../protocol/signature.ts'
import { signedBody } from '../protocol/signed-body.ts'
import { usageError } from './command.ts'
import type { Language } from './language.ts'
import { commonTexts } from './texts.ts'

/** A reason not to accept a signature. */
export interface Reason {
  /** Stable, for scripts. */
  readonly code:
    | 'header_missing'
    | 'authorization_malformed'
    | 'scheme'
    | 'signature_type'
    | 'merchant_unknown'
    | 'serial_unknown'
    | 'timestamp'
    | 'probe'
    | 'signature_format'
    | 'signature'
  readonly text: string
}

/** The result of a check. */
export interface Verdict {
  /** Empty when the signature is valid. */
  readonly reasons: readonly Reason[]
  /** The message that the signature was checked against; left out when the check ended before that. */
  readonly message?: Buffer
  readonly serialNo?: string
}

/** A key that a signature may be made with, known by a serial. A bare public key has none and matches any serial. */
export interface VerificationKey {
  readonly serialNo?: string
  readonly publicKey: KeyObject
}

/** Reads a certificate or a public key. */
export function readVerificationKey(pem: Buffer, file: string, language: Language): VerificationKey {
  const { verification: say } = commonTexts[language]
  let key: VerificationKey
  try {
    if (pem.includes('BEGIN CERTIFICATE')) {
      const certificate = new X509Certificate(pem)
      key = { serialNo: certificate.serialNumber.toUpperCase(), publicKey: certificate.publicKey }
    } else if (pem.includes('PRIVATE KEY')) {
      throw usageError(say.privateKeyGiven(file))
    } else {
      key = { publicKey: createPublicKey(pem) }
    }
  } catch (cause) {
    throw cause instanceof Error && cause.name === 'UsageError' ? cause : usageError(say.notAKey(file), cause)
  }
  if (key.publicKey.asymmetricKeyType !== 'rsa') throw usageError(say.notAKey(file))
  return key
}

/** The keys of the well-known platform. */
export function platformKeys({ certificates, publicKey }: Platform): VerificationKey[] {
  return [...certificates, publicKey]
}

const PROBE = 'WECHATPAY/SIGNTEST/'
const RSA_TYPES = /^WECHATPAY(?:2|-BRAND)-SHA256-RSA2048$/

/**
 * Checks the signature of an answer or a callback as a client has to (protocol.md 4 and 8).
 *
 * @param now epoch milliseconds
 */
export function verifyAnswer(
  headers: ReadonlyMap<string, string>,
  body: Buffer,
  keys: readonly VerificationKey[],
  now: number,
  language: Language,
): Verdict {
  const { reasons: say } = commonTexts[language].verification
  const names = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial']
  const [timestamp = '', nonce = '', signature = '', serialNo = ''] = names.map((name) =>
    headers.get(name.toLowerCase()),
  )
  const missing = names.filter((name) => !headers.get(name.toLowerCase()))
  if (missing.length > 0) {
    const text = missing.length === names.length ? say.unsigned : say.headersMissing(missing.join(', '))
    return { reasons: [{ code: 'header_missing', text }] }
  }
  const reasons: Reason[] = []
  const type = headers.get('wechatpay-signature-type')
  if (type && !RSA_TYPES.test(type)) reasons.push({ code: 'signature_type', text: say.signatureType(type) })
  checkTimestamp(timestamp, now, reasons, language)
  const key = findKey(serialNo, keys)
  if (!key) reasons.push({ code: 'serial_unknown', text: say.platformSerial(serialNo, serialsOf(keys)) })
  const message = responseMessage({ timestamp, nonce, body })
  checkSignature(
    signature,
    key,
    message,
    (bytes) => responseMessage({ timestamp, nonce, body: bytes }),
    body,
    reasons,
    language,
  )
  return { reasons, message, serialNo }
}

/** A request as it is verified. */
export interface RequestToVerify {
  readonly method: string
  readonly target: string
  /** `undefined` where only the value of `Authorization` is known. */
  readonly headers?: ReadonlyMap<string, string>
  readonly authorization: string | undefined
  readonly body: Buffer
}

/**
 * Checks the signature of a request as the service does (protocol.md 2 and 3), but reports everything that is wrong at once.
 *
 * @param now epoch milliseconds
 */
export function verifyRequest(
  { method, target, headers, authorization: header, body }: RequestToVerify,
  merchant: Merchant,
  given: VerificationKey | undefined,
  now: number,
  language: Language,
): Verdict {
  const { reasons: say } = commonTexts[language].verification
  const reasons: Reason[] = []
  const missing = headers ? ['Accept', 'User-Agent'].filter((name) => !headers.get(name.toLowerCase())) : []
  if (missing.length > 0) reasons.push({ code: 'header_missing', text: say.headersMissing(missing.join(', ')) })
  if (!header) {
    return { reasons: [...reasons, { code: 'header_missing', text: say.headersMissing('Authorization') }] }
  }
  const authorization = parseAuthorization(header)
  if (authorization === 'malformed') {
    return { reasons: [...reasons, { code: 'authorization_malformed', text: say.authorizationMalformed }] }
  }
  const path = target.split('?', 1)[0] ?? target
  const unfit = authorization === 'unknown_scheme' || !schemeFits(authorization.scheme, path)
  if (unfit) reasons.push({ code: 'scheme', text: say.scheme(header.split(' ', 1)[0] ?? '', path) })
  if (authorization === 'unknown_scheme' || authorization.scheme === 'WECHATPAY2-SM2-WITH-SM3') return { reasons }

  const { identity, timestamp, nonce, serialNo, signature, scheme } = authorization
  checkTimestamp(timestamp, now, reasons, language)
  const own = scheme === 'WECHATPAY-BRAND-SHA256-RSA2048' ? merchant.brandId : merchant.mchid
  if (!given && identity !== own) reasons.push({ code: 'merchant_unknown', text: say.merchant(identity, own ?? '') })
  const keys = [given ?? merchant]
  const key = findKey(serialNo, keys)
  if (!key) reasons.push({ code: 'serial_unknown', text: say.merchantSerial(serialNo, serialsOf(keys)) })
  const messageOf = (bytes: Uint8Array) => requestMessage({ method, target, timestamp, nonce, body: bytes })
  const covered = Buffer.from(signedBody(headers?.get('content-type'), body))
  const message = messageOf(covered)
  checkSignature(signature, key, message, messageOf, covered, reasons, language)
  return { reasons, message, serialNo }
}

function findKey(serialNo: string, keys: readonly VerificationKey[]): VerificationKey | undefined {
  return keys.find((key) => key.serialNo === undefined || key.serialNo.toUpperCase() === serialNo.toUpperCase())
}

function serialsOf(keys: readonly VerificationKey[]): string {
  return keys.flatMap(({ serialNo }) => serialNo ?? []).join(', ')
}

function checkTimestamp(timestamp: string, now: number, reasons: Reason[], language: Language): void {
  if (isTimely(timestamp, now)) return
  const { reasons: say } = commonTexts[language].verification
  const off = Number(timestamp) - Math.floor(now / 1_000)
  const text = !/^\d+$/.test(timestamp)
    ? say.timestampNoNumber(timestamp)
    : isTimely(String(Math.floor(Number(timestamp) / 1_000)), now)
      ? say.timestampMilliseconds
      : say.timestampOff(Math.abs(off), off < 0, formatInstant(now))
  reasons.push({ code: 'timestamp', text })
}

function checkSignature(
  signature: string,
  key: VerificationKey | undefined,
  message: Buffer,
  messageOf: (body: Uint8Array) => Buffer,
  body: Buffer,
  reasons: Reason[],
  language: Language,
): void {
  const { reasons: say } = commonTexts[language].verification
  if (signature.startsWith(PROBE)) {
    reasons.push({ code: 'probe', text: say.probe })
    return
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature)) {
    reasons.push({ code: 'signature_format', text: say.notBase64 })
    return
  }
  if (!key || verify(message, signature, key.publicKey)) return
  const shorter = body.at(-1) === 0x0a ? body.subarray(0, body.at(-2) === 0x0d ? -2 : -1) : undefined
  const byNewline = shorter && verify(messageOf(shorter), signature, key.publicKey)
  reasons.push({ code: 'signature', text: byNewline ? say.trailingNewline : say.differs(key.serialNo ?? '') })
}
