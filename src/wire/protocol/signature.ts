import { type KeyObject, sign as signBytes, verify as verifyBytes } from 'node:crypto'
import { type Authorization, type Scheme, schemeFor } from './authorization.ts'
import { requestMessage, type SignedRequest } from './message.ts'

/** Signs a message: SHA-256, RSA PKCS#1 v1.5, base64. Runs in the thread pool, so a busy server keeps answering. */
export function sign(message: Uint8Array, privateKey: KeyObject): Promise<string> {
  return new Promise((resolve, reject) => {
    signBytes('sha256', message, privateKey, (error, signature) => {
      if (error) reject(error)
      else resolve(signature.toString('base64'))
    })
  })
}

/** Whether a text is standard base64: its alphabet, and padding only at the end. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text)
}

/** Whether a base64 signature is valid. A value that is not base64 is a wrong signature, never an exception. */
export function verify(message: Uint8Array, signature: string, publicKey: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64')
  // Encoding it again costs a fraction of looking at each character.
  if (bytes.toString('base64') !== signature && !isBase64(signature)) return false
  return verifyBytes('sha256', message, publicKey, bytes)
}

/** A fault of a signature. A probe (签名探测) is refused whatever the rest of it is. */
export type SignatureFault = 'probe' | 'signature_format' | 'signature'

/**
 * Judges a signature: whether it is a probe, is base64, and fits the message.
 *
 * @param publicKey left out if the key is unknown: then whether the signature fits is not judged
 */
export function faultOfSignature(
  message: Uint8Array,
  signature: string,
  publicKey: KeyObject | undefined,
): SignatureFault | undefined {
  if (signature.startsWith(PROBE_MARKER)) return 'probe'
  if (!isBase64(signature)) return 'signature_format'
  return publicKey && !verify(message, signature, publicKey) ? 'signature' : undefined
}

const PROBE_MARKER = 'WECHATPAY/SIGNTEST/'

/** How many bytes of the signature follow the marker in the malformed form: their base64 ends in `==`. */
const MALFORMED_PROBE_BYTES = 250

/**
 * Turns a real signature into a signature probe (签名探测), which every client must reject.
 *
 * @param form `same-length` replaces the first 19 of the 344 characters, so that it still decodes to 256 bytes; `malformed`
 * has 355 characters that are not base64 as a whole, and makes strict decoders throw (both forms captured, protocol.md 7)
 */
export function probeSignature(signature: string, form: 'same-length' | 'malformed' = 'same-length'): string {
  const rest =
    form === 'same-length'
      ? signature.slice(PROBE_MARKER.length)
      : Buffer.from(signature, 'base64').subarray(0, MALFORMED_PROBE_BYTES).toString('base64')
  return PROBE_MARKER + rest
}

/** Who signs a request. */
export interface Signer {
  /** `mchid`, or `brand_id` with the brand scheme. */
  readonly identity: string
  /** Serial of the API certificate that belongs to the key. */
  readonly serialNo: string
  readonly privateKey: KeyObject
  /** Default: that of the path. */
  readonly scheme?: Scheme
}

/**
 * Signs a request (protocol.md 2).
 *
 * ```ts
 * const nonce = randomBytes(16).toString('hex')
 * const timestamp = timestampOf(Date.now())
 * const authorization = formatAuthorization(await signRequest({ method, target, timestamp, nonce, body }, signer))
 * ```
 *
 * @param request the values that the signature covers: for an upload, `body` is the result of {@link signedBody}
 * @returns the parts of the `Authorization` header
 */
export async function signRequest(
  request: SignedRequest,
  { identity, serialNo, privateKey, scheme = schemeFor(request.target) }: Signer,
): Promise<Authorization> {
  const { timestamp, nonce } = request
  return { scheme, identity, nonce, timestamp, serialNo, signature: await sign(requestMessage(request), privateKey) }
}
