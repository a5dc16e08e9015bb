import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { commonErrors } from './common-errors.ts'
import { ApiError, UsageError } from './errors.ts'
import { isBase64 } from './signature.ts'

/** Longest text that fits one field under a 2048-bit key, in bytes (protocol.md 9). */
export const MAX_SENSITIVE_BYTES = 214

const PADDING = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const

/**
 * Encrypts a sensitive field (敏感信息字段): RSAES-OAEP with SHA-1, base64.
 *
 * @throws UsageError `MOCK_SENSITIVE_FIELD_TOO_LONG` beyond 214 bytes
 */
export function encryptField(plaintext: string, publicKey: KeyObject): string {
  const bytes = Buffer.from(plaintext)
  if (bytes.length > MAX_SENSITIVE_BYTES) {
    throw new UsageError('MOCK_SENSITIVE_FIELD_TOO_LONG', {
      en: `A sensitive field holds ${MAX_SENSITIVE_BYTES} bytes at most, this one has ${bytes.length}.`,
      zh: `敏感字段最多 ${MAX_SENSITIVE_BYTES} 字节，这里有 ${bytes.length} 字节，请缩短。`,
    })
  }
  return publicEncrypt({ key: publicKey, ...PADDING }, bytes).toString('base64')
}

export type DecryptRefusal = 'not_ciphertext' | 'wrong_key'

/**
 * Decrypts a sensitive field.
 *
 * @returns the text; `not_ciphertext` for a value without the form of a 2048-bit ciphertext; `wrong_key` for one made for another key
 */
export function decryptField(
  ciphertext: string,
  privateKey: KeyObject,
): { ok: true; plaintext: string } | { ok: false; reason: DecryptRefusal } {
  const bytes = Buffer.from(ciphertext, 'base64')
  if (!isBase64(ciphertext) || bytes.length !== 256) return { ok: false, reason: 'not_ciphertext' }
  try {
    return { ok: true, plaintext: privateDecrypt({ key: privateKey, ...PADDING }, bytes).toString('utf8') }
  } catch {
    // With a ciphertext of the right length, OAEP fails only for this reason.
    return { ok: false, reason: 'wrong_key' }
  }
}

/**
 * The error that a call with sensitive fields is answered with when one cannot be decrypted (protocol.md 6, observed).
 *
 * @param field its JSON pointer, and `serialNo` the key that it was tried with; for the journal
 */
export function sensitiveFieldError(reason: DecryptRefusal, field: string, serialNo: string): ApiError {
  if (reason === 'not_ciphertext') {
    const explanation = {
      en: `${field} is not ciphertext: encrypt it (RSAES-OAEP with SHA-1, then base64) with the key of the platform that Wechatpay-Serial names`,
      zh: `${field} 不是密文：请用 Wechatpay-Serial 所指的平台密钥加密（RSAES-OAEP，填充用 SHA-1，再转为 base64）`,
    }
    return new ApiError(commonErrors.field_not_ciphertext, { explanation })
  }
  const explanation = {
    en: `${field} does not open with ${serialNo}: encrypt it with the key of the platform that Wechatpay-Serial names`,
    zh: `${field} 用 ${serialNo} 解不开：请用 Wechatpay-Serial 所指的平台密钥加密`,
  }
  return new ApiError(commonErrors.field_undecryptable, { explanation })
}
