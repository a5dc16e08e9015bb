import { randomBytes, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { createSerialNo } from '../x509/certificates.ts'
import { issueCertificate } from '../x509/issue-certificate.ts'
import { createKeyPair, toPem } from '../x509/keys.ts'
import type { Authority, ServerCertificate } from './authority.ts'
import { AUTHORITY_MS, DAY_MS, SERVER_CERTIFICATE_MS } from './lifetimes.ts'
import { nameConstraints, SERVER_ADDRESSES, SERVER_NAMES } from './name-constraints.ts'

/** The organization in the subjects of all our certificates. */
export const ORGANIZATION = 'wechatpay-mock, test only'

/** The extension nameConstraints. */
const NAME_CONSTRAINTS = '2.5.29.30'

/** Certificates begin in the past, for machines whose clock lags a little, such as containers. */
const LEEWAY_MS = DAY_MS

/**
 * Creates a CA for WeChat Pay's hosts and this machine, valid for 90 days from yesterday.
 *
 * Both the root's and the issuer's certificate carry the name constraints: OpenSSL and Go honour the root's, Java only those below the certificate
 * that it trusts. The root's key signs the issuer's certificate and is then discarded, so the only remaining key is constrained everywhere.
 */
export async function issueAuthority(now: number): Promise<Authority> {
  const [root, issuer] = await Promise.all([createKeyPair(), createKeyPair()])
  // Different in each CA, so that two of them in one trust store are not confused.
  const id = randomBytes(4).toString('hex')
  const validity = { from: now - LEEWAY_MS, until: now - LEEWAY_MS + AUTHORITY_MS }
  const rootName = `wechatpay-mock name-constrained test CA ${id}`
  const rootKey = toPem(root.privateKey)
  const rootCertificate = issue({
    ...validity,
    subject: rootName,
    publicKey: toPem(root.publicKey),
    issuer: { subject: rootName, publicKey: toPem(root.publicKey), key: rootKey },
    extensions: authorityExtensions(1),
  })
  const issuerCertificate = issue({
    ...validity,
    subject: `wechatpay-mock name-constrained test issuer ${id}`,
    publicKey: toPem(issuer.publicKey),
    issuer: { subject: rootName, publicKey: toPem(root.publicKey), key: rootKey },
    extensions: authorityExtensions(0),
  })
  return { root: rootCertificate, issuer: issuerCertificate, issuerKey: toPem(issuer.privateKey), ...validity }
}

/** Issues a key and a certificate for the TLS server: for every name and both loopback addresses, valid for seven days. */
export async function issueServerCertificate(
  authority: Authority,
  now: number,
): Promise<ServerCertificate & { readonly from: number; readonly until: number }> {
  const { privateKey, publicKey } = await createKeyPair()
  const validity = { from: now - LEEWAY_MS, until: now + SERVER_CERTIFICATE_MS }
  const issuerCertificate = new X509Certificate(authority.issuer)
  const certificate = issue({
    ...validity,
    subject: SERVER_NAMES[0] ?? '',
    publicKey: toPem(publicKey),
    issuer: {
      subject: commonName(issuerCertificate),
      publicKey: toPem(issuerCertificate.publicKey),
      key: authority.issuerKey,
    },
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...SERVER_NAMES.map((value) => ({ type: 2, value })),
          ...SERVER_ADDRESSES.map((ip) => ({ type: 7, ip })),
        ],
      },
    ],
  })
  return { key: toPem(privateKey), certificate: `${certificate}${authority.issuer}${authority.root}`, ...validity }
}

/** Whether a CA covers the names of this version, which may have grown since. */
export function hasCurrentConstraints({ root, issuer }: Authority): boolean {
  return [root, issuer].every(isConstrained)
}

/**
 * Whether a certificate is limited to WeChat Pay's hosts, localhost and loopback, as this version knows them. @param pem a certificate with an RSA
 * key
 */
export function isConstrained(pem: string): boolean {
  const { extensions } = forge.pki.certificateFromPem(pem)
  const found: readonly { readonly critical: boolean; readonly value: string }[] = extensions.filter(
    ({ id }) => id === NAME_CONSTRAINTS,
  )
  const expected = nameConstraints().toString('latin1')
  return found.length === 1 && found.every(({ critical, value }) => critical && value === expected)
}

interface Issue {
  /** Common name. */
  readonly subject: string
  readonly publicKey: string
  readonly issuer: { readonly subject: string; readonly publicKey: string; readonly key: string }
  readonly from: number
  readonly until: number
  readonly extensions: readonly object[]
}

function issue({ subject, issuer, extensions, ...rest }: Issue): string {
  return issueCertificate(
    {
      ...rest,
      serialNo: createSerialNo(),
      subject: distinguishedName(subject),
      issuer: distinguishedName(issuer.subject),
      extensions: [
        ...extensions,
        { name: 'subjectKeyIdentifier' },
        { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifier(issuer.publicKey) },
      ],
    },
    issuer.key,
  )
}

/** @param below how many more CAs may follow in a chain */
function authorityExtensions(below: number): readonly object[] {
  return [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: below },
    { name: 'keyUsage', critical: true, keyCertSign: true },
    { name: 'extKeyUsage', serverAuth: true },
    { id: NAME_CONSTRAINTS, critical: true, value: nameConstraints().toString('latin1') },
  ]
}

/** The key identifier as forge computes it for a subject. */
function keyIdentifier(publicKey: string): string {
  const fingerprint = forge.pki.getPublicKeyFingerprint(forge.pki.publicKeyFromPem(publicKey), {
    type: 'RSAPublicKey',
    md: forge.md.sha1.create(),
  })
  return fingerprint.getBytes()
}

function distinguishedName(name: string): forge.pki.CertificateField[] {
  return [
    { shortName: 'O', value: ORGANIZATION },
    { shortName: 'CN', value: name },
  ]
}

function commonName({ subject }: X509Certificate): string {
  return /^CN=(.*)$/m.exec(subject)?.[1] ?? ''
}
