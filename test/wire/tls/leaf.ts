import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import forge from 'node-forge'
import { createSerialNo } from '../../../src/wire/x509/certificates.ts'
import { createKeyPair, toPem } from '../../../src/wire/x509/keys.ts'

/** Certificate that somebody with the CA's key wants. */
export interface Wish {
  readonly commonName: string
  /** In forge's notation; omitted: no extension with names at all. */
  readonly names?: readonly { readonly type: number; readonly value?: string; readonly ip?: string }[]
}

/** A key and a chain for any wish, signed with the key on the disk. */
export async function signedByAuthority(
  keyFile: string,
  { commonName, names }: Wish,
): Promise<{ key: string; certificate: string }> {
  const text = await readFile(keyFile, 'utf8')
  const [issuerKey = '', issuer = ''] = text.match(/-----BEGIN [\s\S]*?-----END [A-Z ]+-----\n/g) ?? []
  const { privateKey, publicKey } = await createKeyPair()
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(toPem(publicKey))
  certificate.serialNumber = createSerialNo().toLowerCase()
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000)
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000)
  certificate.setSubject([{ shortName: 'CN', value: commonName }])
  certificate.setIssuer(forge.pki.certificateFromPem(issuer).subject.attributes)
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: true },
    ...(names ? [{ name: 'subjectAltName', altNames: names }] : []),
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: forge.pki.certificateFromPem(issuer).generateSubjectKeyIdentifier().getBytes(),
    },
  ])
  certificate.sign(forge.pki.privateKeyFromPem(issuerKey), forge.md.sha256.create())
  const pem = forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
  if (!new X509Certificate(pem).checkIssued(new X509Certificate(issuer))) throw new Error('The test signs wrongly.')
  return { key: toPem(privateKey), certificate: pem + issuer }
}

const OTHER = 'www.example.com'

/** Certificates for a host that is not ours, each in another way. */
export const FOREIGN_WISHES: Readonly<Record<string, Wish>> = {
  'by its name': { commonName: OTHER, names: [{ type: 2, value: OTHER }] },
  'beside names that are ours': {
    commonName: 'api.mch.weixin.qq.com',
    names: [
      { type: 2, value: 'api.mch.weixin.qq.com' },
      { type: 2, value: OTHER },
    ],
  },
  'by its common name alone': { commonName: OTHER },
  'by its common name, beside an address that is ours': { commonName: OTHER, names: [{ type: 7, ip: '127.0.0.1' }] },
}
