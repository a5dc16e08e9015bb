import { createPublicKey } from 'node:crypto'
import type { ClientCredentials } from './credentials.ts'

/** A PEM text without surrounding line breaks. */
export function pem(text: string): string {
  return text.trim()
}

/** Every key that may sign answers, for SDKs whose requests do not say which one they have. */
export function answerKeys({
  platform_certificates,
  platform_public_key,
}: ClientCredentials): { id: string; key: string }[] {
  return [
    ...platform_certificates.map(({ serial_no, certificate }) => ({ id: serial_no, key: pem(certificate) })),
    ...(platform_public_key ? [{ id: platform_public_key.id, key: pem(platform_public_key.public_key) }] : []),
  ]
}

/**
 * The one key that an SDK asks answers to be signed with: the public key, which merchants have nowadays, or, for merchants with certificates only,
 * the certificate's key, which the service uses just as well if it is named.
 */
export function namedKey({ platform_certificates, platform_public_key }: ClientCredentials): {
  id: string
  publicKey: string
} {
  if (platform_public_key) return { id: platform_public_key.id, publicKey: pem(platform_public_key.public_key) }
  const [certificate] = platform_certificates
  if (!certificate) return { id: '', publicKey: '' }
  return { id: certificate.serial_no, publicKey: publicKeyOf(certificate.certificate) }
}

/** The public key with the id that a signature names. For an unknown id: the key that an SDK would have, which will report the mismatch. */
export function keyWithId(credentials: ClientCredentials, id: string | undefined): { id: string; publicKey: string } {
  const known = answerKeys(credentials).find((one) => one.id === id)
  return known ? { id: known.id, publicKey: publicKeyOf(known.key) } : namedKey(credentials)
}

/** @param key a certificate or a public key, PEM */
function publicKeyOf(key: string): string {
  return pem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString())
}
