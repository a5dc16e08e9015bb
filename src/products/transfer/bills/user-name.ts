import type { PlatformKey } from '../../../engine/keys/merchants.ts'
import { commonErrors } from '../../../protocol/common-errors.ts'
import { ApiError } from '../../../protocol/errors.ts'
import { decryptField, MAX_SENSITIVE_BYTES, sensitiveFieldError } from '../../../protocol/sensitive-field.ts'

/**
 * The name in the ciphertext of `user_name`; `undefined` where none was given.
 *
 * @throws ApiError for what is not ciphertext, was encrypted for another key, or is no text that could be shown encrypted again
 */
export function openUserName(
  ciphertext: string | undefined,
  { privateKey, serialNo }: PlatformKey,
): string | undefined {
  if (ciphertext === undefined) return undefined
  const decrypted = decryptField(ciphertext, privateKey)
  if (!decrypted.ok) throw sensitiveFieldError(decrypted.reason, '/body/user_name', serialNo)
  const { plaintext } = decrypted
  // Bytes that are not UTF-8 become longer when they are read as text.
  const bytes = Buffer.byteLength(plaintext)
  if (bytes > 0 && bytes <= MAX_SENSITIVE_BYTES) return plaintext
  const explanation =
    bytes === 0
      ? { en: '/body/user_name: empty, once decrypted', zh: '/body/user_name：解密后为空' }
      : {
          en: `/body/user_name: ${bytes} bytes once it is decrypted, at most ${MAX_SENSITIVE_BYTES}`,
          zh: `/body/user_name：解密后长 ${bytes} 字节，最多 ${MAX_SENSITIVE_BYTES} 字节`,
        }
  throw new ApiError(commonErrors.parameter_invalid, { explanation })
}
