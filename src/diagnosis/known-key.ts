import type { KeyObject } from 'node:crypto'

/** A public key that a signature may have been made for, and its owner. */
export interface KnownKey {
  /** 40 upper-case hex digits of the certificate, or `PUB_KEY_ID_…`. */
  readonly serialNo: string
  readonly publicKey: KeyObject
  /** Left out for a key of the platform. */
  readonly mchid?: string
}

/** Length of a key's signatures, in bytes. */
export function signatureLength({ publicKey }: KnownKey): number {
  // Stryker disable next-line OptionalChaining: only a secret key lacks details, and that is not a public key
  return Math.ceil((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}
