import { createCipheriv, createDecipheriv } from 'node:crypto'
import { UsageError } from './errors.ts'
import { isJsonObject } from './json-object.ts'

/** A value encrypted with the APIv3 key: a callback's `resource`, or an `encrypt_certificate` (protocol.md 6 and 8). */
export interface Envelope {
  readonly algorithm: 'AEAD_AES_256_GCM'
  /** base64 of the encrypted bytes followed by the 16-byte tag. */
  readonly ciphertext: string
  /** May be empty. */
  readonly associated_data: string
  /** 12 ASCII characters. */
  readonly nonce: string
}

/** An envelope from elsewhere, which may have another algorithm or no associated data. */
export interface SealedValue {
  readonly algorithm: string
  readonly ciphertext: string
  readonly associated_data?: string
  readonly nonce: string
}

/** Whether a JSON value has the members of an envelope. */
export function isEnvelope(value: unknown): value is SealedValue {
  return (
    isJsonObject(value) &&
    ['algorithm', 'ciphertext', 'nonce'].every((name) => typeof value[name] === 'string') &&
    ['string', 'undefined'].includes(typeof value.associated_data)
  )
}

const TAG_BYTES = 16
const NONCE_BYTES = 12
const KEY_BYTES = 32

/**
 * Encrypts text into an envelope.
 *
 * @throws UsageError `MOCK_API_V3_KEY` when the key is not 32 ASCII characters, `MOCK_NONCE` when the nonce is not 12
 */
export function seal(
  plaintext: string,
  apiV3Key: string,
  options: { nonce: string; associatedData: string },
): Envelope {
  checkKey(apiV3Key)
  const iv = Buffer.from(options.nonce)
  if (iv.length !== NONCE_BYTES)
    throw new UsageError('MOCK_NONCE', {
      en: `An envelope's nonce has 12 ASCII characters, not ${iv.length}.`,
      zh: `加密所用的 nonce 应为 12 个 ASCII 字符，这里有 ${iv.length} 个。`,
    })
  const cipher = createCipheriv('aes-256-gcm', apiV3Key, iv)
  cipher.setAAD(Buffer.from(options.associatedData))
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: sealed.toString('base64'),
    associated_data: options.associatedData,
    nonce: options.nonce,
  }
}

export type OpenRefusal = 'unknown_algorithm' | 'ciphertext_too_short' | 'bad_nonce' | 'tag_mismatch'

/**
 * Decrypts an envelope. `tag_mismatch` means another key, another `associated_data` or nonce, or changed bytes: the tag
 * does not tell which.
 *
 * @throws UsageError `MOCK_API_V3_KEY` when the key is not 32 ASCII characters
 */
export function open(
  envelope: SealedValue,
  apiV3Key: string,
): { ok: true; plaintext: string } | { ok: false; reason: OpenRefusal } {
  checkKey(apiV3Key)
  if (envelope.algorithm !== 'AEAD_AES_256_GCM') return { ok: false, reason: 'unknown_algorithm' }
  const sealed = Buffer.from(envelope.ciphertext, 'base64')
  if (sealed.length < TAG_BYTES) return { ok: false, reason: 'ciphertext_too_short' }
  const iv = Buffer.from(envelope.nonce)
  if (iv.length !== NONCE_BYTES) return { ok: false, reason: 'bad_nonce' }
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, iv)
  decipher.setAAD(Buffer.from(envelope.associated_data ?? ''))
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const head = decipher.update(sealed.subarray(0, -TAG_BYTES))
  try {
    return { ok: true, plaintext: Buffer.concat([head, decipher.final()]).toString('utf8') }
  } catch {
    // With key and nonce of the right lengths, `final` fails only for this reason.
    return { ok: false, reason: 'tag_mismatch' }
  }
}

/** Ciphers take the key as text: as bytes it costs them ten times as much. */
function checkKey(apiV3Key: string): void {
  const length = Buffer.byteLength(apiV3Key)
  if (length !== KEY_BYTES) {
    throw new UsageError('MOCK_API_V3_KEY', {
      en: `An APIv3 key (APIv3密钥) has 32 ASCII characters, this one has ${length} bytes.`,
      zh: `APIv3密钥应为 32 个 ASCII 字符，这里有 ${length} 字节。`,
    })
  }
}
