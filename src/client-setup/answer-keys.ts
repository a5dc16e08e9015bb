import { createPublicKey } from 'node:crypto'
import type { ClientCredentials } from './credentials.ts'

/** A PEM text without line breaks around it. */
export function pem(text: string): string {
  return text.trim()
}

/** Every key that answers may be signed with, for SDKs that do not say in the request which one they have. */
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
 * The one key that an SDK asks answers to be signed with: the public key, which merchants have nowadays, or, for merchants with
 * certificates only, the certificate's key, with which the service signs just as well when it is named.
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

/**
 * The key that something is signed with that names it, as a public key. Of a key that nobody knows there is none: then it is the one that an SDK
 * would have, which will say so.
 */
export function keyWithId(credentials: ClientCredentials, id: string | undefined): { id: string; publicKey: string } {
  const known = answerKeys(credentials).find((one) => one.id === id)
  return known ? { id: known.id, publicKey: publicKeyOf(known.key) } : namedKey(credentials)
}

/** @param key a certificate or a public key, PEM */
function publicKeyOf(key: string): string {
  return pem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString())
}
