import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import { type Envelope, seal } from '../../../src/wire/protocol/envelope.ts'
import { type Members, type Variant, withBodies } from '../variant.ts'

const DOWNLOAD = 'a download of the platform certificates without a query: '
const { merchant, platform } = wellKnownIdentity()
const [{ certificate }] = platform.certificates

type Item = Members & { readonly encrypt_certificate: Envelope; readonly serial_no: string }

/** Breaks each certificate of the list. */
function broken(name: string, change: (item: Item) => Members): Variant {
  return withBodies({ name, caughtBy: DOWNLOAD }, ({ data }, { status }) =>
    status === 200 && Array.isArray(data) ? { data: (data as Item[]).map(change) } : undefined,
  )
}

/** Breaks what is encrypted. */
function sealed(name: string, change: (envelope: Envelope) => Partial<Record<keyof Envelope, unknown>>): Variant {
  return broken(name, ({ encrypt_certificate, ...item }) => ({
    ...item,
    encrypt_certificate: { ...encrypt_certificate, ...change(encrypt_certificate) },
  }))
}

/** The download of platform certificates, as no client could use it. */
export const brokenCertificates: readonly Variant[] = [
  sealed('certificate not encrypted', () => ({ ciphertext: certificate })),
  sealed('certificate only in base64', () => ({ ciphertext: Buffer.from(certificate).toString('base64') })),
  sealed('certificate encrypted with another key', ({ nonce }) =>
    seal(certificate, 'f'.repeat(32), { nonce, associatedData: 'certificate' }),
  ),
  sealed('certificate without its tag', ({ ciphertext }) => ({
    ciphertext: Buffer.from(ciphertext, 'base64').subarray(0, -16).toString('base64'),
  })),
  sealed('certificate encrypted with another associated_data', ({ nonce }) =>
    seal(certificate, merchant.apiV3Key, { nonce, associatedData: 'transaction' }),
  ),
  sealed('associated_data that is not what it is encrypted with', ({ nonce }) => ({
    ...seal(certificate, merchant.apiV3Key, { nonce, associatedData: '' }),
    associated_data: 'certificate',
  })),
  sealed('nonce that is not what it is encrypted with', () => ({ nonce: '0'.repeat(12) })),
  sealed('another algorithm', () => ({ algorithm: 'AEAD_SM4_GCM' })),
  sealed('certificate of the merchant in the place of the platform', ({ nonce }) =>
    seal(merchant.certificate, merchant.apiV3Key, { nonce, associatedData: 'certificate' }),
  ),
  broken('serial that is not the certificate', (item) => ({ ...item, serial_no: merchant.serialNo })),
  broken('serial of the certificate in lower case', (item) => ({ ...item, serial_no: item.serial_no.toLowerCase() })),
  broken('validity of the certificate in seconds', (item) => ({ ...item, expire_time: 2_000_000_000 })),
  broken('certificate in the place of the envelope', ({ encrypt_certificate: _, ...item }) => ({
    ...item,
    certificate,
  })),
  withBodies({ name: 'no certificate in the list', caughtBy: DOWNLOAD }, (_, { status }, { target }) =>
    status === 200 && target.startsWith('/v3/certificates') ? { data: [] } : undefined,
  ),
]
