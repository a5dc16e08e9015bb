import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { pathOf } from '../engine/http-message.ts'
import type { Merchant, Platform } from '../engine/keys/merchants.ts'
import {
  isBrand,
  isTimely,
  missingHeaders,
  parseAuthorization,
  schemeFits,
  timestampOf,
} from '../wire/protocol/authorization.ts'
import { type AnswerFault, checkAnswer } from '../wire/protocol/check-answer.ts'
import { formatInstant } from '../wire/protocol/instant.ts'
import { requestMessage, responseMessage, signedBody, signedTarget } from '../wire/protocol/message.ts'
import { faultOfSignature, type SignatureFault } from '../wire/protocol/signature.ts'
import { listed } from '../wire/shared/texts.ts'
import { usageError } from './command.ts'
import { readBytes } from './files.ts'
import { commonTexts, type Language } from './texts.ts'

/** A reason to reject a signature. */
export interface Reason {
  /** Stable, for scripts. */
  readonly code: AnswerFault | 'authorization_malformed' | 'scheme' | 'merchant_unknown'
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

/**
 * Reads a certificate or a public key.
 *
 * @param kinds whether a private key will do too, whose public half is used
 * @throws UsageError for anything else
 */
export async function readVerificationKey(
  file: string,
  language: Language,
  kinds?: 'private too',
): Promise<VerificationKey> {
  const { notAKey, privateKeyGiven } = commonTexts[language].verification
  const pem = await readBytes(file, language)
  if (pem.includes('PRIVATE KEY') && kinds === undefined) throw usageError(privateKeyGiven(file))
  try {
    const certificate = pem.includes('BEGIN CERTIFICATE') ? new X509Certificate(pem) : undefined
    const publicKey = certificate?.publicKey ?? createPublicKey(pem)
    if (publicKey.asymmetricKeyType === 'rsa') {
      return { publicKey, ...(certificate && { serialNo: certificate.serialNumber.toUpperCase() }) }
    }
  } catch (cause) {
    throw usageError(notAKey(file), cause)
  }
  throw usageError(notAKey(file))
}

/** The keys of the well-known platform. */
export function platformKeys({ certificates, publicKey }: Platform): VerificationKey[] {
  return [...certificates, publicKey]
}

/**
 * Checks the signature of an answer or a callback as a client must (protocol.md 4 and 8).
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
  const check = checkAnswer(
    { header: (name) => headers.get(name.toLowerCase()), body },
    { keyOf: (serialNo) => findKey(serialNo, keys)?.publicKey, now },
  )
  const { message, timestamp, serialNo } = check
  if (check.missing.length > 0) {
    const missing = listed(
      ANSWER_FIELDS.filter((name) => check.missing.includes(name)),
      language,
    )
    const text = check.missing.length === ANSWER_FIELDS.length ? say.unsigned : say.headersMissing(missing)
    return { reasons: [{ code: 'header_missing', text }] }
  }
  const textOf = (fault: AnswerFault): string => {
    switch (fault) {
      case 'header_missing':
        return say.unsigned
      case 'signature_type':
        return say.signatureType(check.signatureType)
      case 'timestamp':
        return timestampText(timestamp, now, language)
      case 'serial_unknown':
        return say.platformSerial(serialNo, serialsOf(keys, language))
      default:
        return signatureText(
          fault,
          {
            ...check,
            key: findKey(serialNo, keys),
            body,
            messageOf: (bytes) => responseMessage({ ...check, body: bytes }),
          },
          language,
        )
    }
  }
  return { reasons: check.faults.map((code) => ({ code, text: textOf(code) })), message, serialNo }
}

/** In the order in which missing ones are reported. */
const ANSWER_FIELDS = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Signature', 'Wechatpay-Serial']

/** The parts of a request that a check needs. */
export interface RequestToVerify {
  readonly method: string
  readonly target: string
  /** `undefined` if only the value of `Authorization` is known. */
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
  const missing = headers ? missingHeaders((name) => headers.get(name)) : []
  if (missing.length > 0) reasons.push({ code: 'header_missing', text: say.headersMissing(listed(missing, language)) })
  if (!header) {
    return { reasons: [...reasons, { code: 'header_missing', text: say.headersMissing('Authorization') }] }
  }
  const authorization = parseAuthorization(header)
  if (authorization === 'malformed') {
    return { reasons: [...reasons, { code: 'authorization_malformed', text: say.authorizationMalformed }] }
  }
  const path = pathOf(target)
  const unfit = authorization === 'unknown_scheme' || !schemeFits(authorization.scheme, path)
  if (unfit) reasons.push({ code: 'scheme', text: say.scheme(header.split(' ', 1)[0] ?? '', path) })
  if (authorization === 'unknown_scheme' || authorization.scheme === 'WECHATPAY2-SM2-WITH-SM3') return { reasons }

  const { identity, timestamp, nonce, serialNo, signature, scheme } = authorization
  if (!isTimely(timestamp, now)) reasons.push({ code: 'timestamp', text: timestampText(timestamp, now, language) })
  const own = isBrand(scheme) ? merchant.brandId : merchant.mchid
  if (!given && identity !== own) reasons.push({ code: 'merchant_unknown', text: say.merchant(identity, own ?? '') })
  const keys = [given ?? merchant]
  const key = findKey(serialNo, keys)
  if (!key) reasons.push({ code: 'serial_unknown', text: say.merchantSerial(serialNo, serialsOf(keys, language)) })
  const messageOf = (bytes: Uint8Array) =>
    requestMessage({ method, target: signedTarget(target), timestamp, nonce, body: bytes })
  const covered = Buffer.from(signedBody(headers?.get('content-type'), body))
  const message = messageOf(covered)
  const fault = faultOfSignature(message, signature, key?.publicKey)
  if (fault) {
    reasons.push({ code: fault, text: signatureText(fault, { signature, key, body: covered, messageOf }, language) })
  }
  return { reasons, message, serialNo }
}

function findKey(serialNo: string, keys: readonly VerificationKey[]): VerificationKey | undefined {
  return keys.find((key) => key.serialNo === undefined || key.serialNo.toUpperCase() === serialNo.toUpperCase())
}

function serialsOf(keys: readonly VerificationKey[], language: Language): string {
  return listed(
    keys.flatMap(({ serialNo }) => serialNo ?? []),
    language,
  )
}

/** How a timestamp is off. */
function timestampText(timestamp: string, now: number, language: Language): string {
  const { reasons: say } = commonTexts[language].verification
  const off = Number(timestamp) - Math.floor(now / 1_000)
  if (!/^\d+$/.test(timestamp)) return say.timestampNoNumber(timestamp)
  return isTimely(timestampOf(Number(timestamp)), now)
    ? say.timestampMilliseconds
    : say.timestampOff(Math.abs(off), off < 0, formatInstant(now))
}

interface FaultySignature {
  readonly signature: string
  readonly key: VerificationKey | undefined
  readonly body: Buffer
  readonly messageOf: (body: Uint8Array) => Buffer
}

function signatureText(
  fault: SignatureFault,
  { signature, key, body, messageOf }: FaultySignature,
  language: Language,
): string {
  const { reasons: say } = commonTexts[language].verification
  if (fault === 'probe') return say.probe
  if (fault === 'signature_format') return say.notBase64
  const shorter = body.at(-1) === 0x0a ? body.subarray(0, body.at(-2) === 0x0d ? -2 : -1) : undefined
  const byNewline = shorter && faultOfSignature(messageOf(shorter), signature, key?.publicKey) === undefined
  return byNewline ? say.trailingNewline : say.differs(key?.serialNo ?? '')
}
