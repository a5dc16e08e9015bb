import { randomBytes, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { WECHATPAY_HOSTS } from '../protocol/authorization.ts'
import { DAY_MS } from '../shared/china-time.ts'
import { createSerialNo, issueCertificate } from '../x509/certificates.ts'
import { createKeyPair, toPem } from '../x509/keys.ts'
import { AUTHORITY_MS, type Authority, SERVER_CERTIFICATE_MS, type ServerCertificate } from './authority.ts'

/** Names that the server's certificate covers, besides addresses. */
export const SERVER_NAMES: readonly string[] = [...WECHATPAY_HOSTS, 'localhost']

export const SERVER_ADDRESSES: readonly string[] = ['127.0.0.1', '::1']

/** 127.0.0.0/8 and ::1/128: address and mask in network byte order. */
const LOOPBACK_RANGES: readonly (readonly number[])[] = [
  [127, 0, 0, 0, 255, 0, 0, 0],
  [...Array<number>(15).fill(0), 1, ...Array<number>(16).fill(255)],
]

const PERMITTED_SUBTREES = 0
const DNS_NAME = 2
const IP_ADDRESS = 7

/**
 * The value of the extension nameConstraints (2.5.29.30) that restricts a CA to WeChat Pay's hosts, `localhost` and loopback.
 * A name also permits its subdomains.
 *
 * Source: RFC 5280, 4.2.1.10.
 *
 * @returns DER
 */
export function nameConstraints(): Buffer {
  const subtrees = [
    ...SERVER_NAMES.map((name) => subtree(DNS_NAME, name)),
    ...LOOPBACK_RANGES.map((range) => subtree(IP_ADDRESS, String.fromCharCode(...range))),
  ]
  const der = forge.asn1.toDer(sequence([tagged(PERMITTED_SUBTREES, true, subtrees)]))
  return Buffer.from(der.getBytes(), 'latin1')
}

function subtree(kind: number, name: string): forge.asn1.Asn1 {
  return sequence([tagged(kind, false, name)])
}

function sequence(members: forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.UNIVERSAL, forge.asn1.Type.SEQUENCE, true, members)
}

/** A context-specific tag, such as `[2]` in the RFC; forge calls the number a type. */
function tagged(number: number, constructed: boolean, value: string | forge.asn1.Asn1[]): forge.asn1.Asn1 {
  return forge.asn1.create(forge.asn1.Class.CONTEXT_SPECIFIC, number as forge.asn1.Type, constructed, value)
}

/** The organization in the subjects of all our certificates. */
export const ORGANIZATION = 'wechatpay-mock, test only'

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
