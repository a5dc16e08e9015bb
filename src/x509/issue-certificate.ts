import { sign } from 'node:crypto'
import forge from 'node-forge'

/** Content of a certificate, in forge's own terms. */
export interface CertificateContent {
  readonly serialNo: string
  readonly subject: forge.pki.CertificateField[]
  readonly issuer: forge.pki.CertificateField[]
  /** Public key to certify, PEM (SPKI). */
  readonly publicKey: string
  /** Epoch milliseconds; certificates keep whole seconds. */
  readonly from: number
  readonly until: number
  readonly extensions: readonly object[]
}

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'

/**
 * Issues an X.509 certificate, signed with SHA-256 and RSA. The same content and key give the same certificate, byte for byte.
 *
 * Forge only assembles it. Its RSA is JavaScript, which takes seconds inside the virtual machines of Jest, so the platform signs.
 *
 * @param issuerKey private key of the issuer, PEM (PKCS#8 or PKCS#1)
 * @returns PEM
 */
export function issueCertificate(content: CertificateContent, issuerKey: string): string {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(content.publicKey)
  certificate.serialNumber = content.serialNo.toLowerCase()
  certificate.validity.notBefore = new Date(content.from)
  certificate.validity.notAfter = new Date(content.until)
  certificate.setSubject(content.subject)
  certificate.setIssuer(content.issuer)
  certificate.setExtensions([...content.extensions])
  certificate.siginfo.algorithmOid = SHA256_WITH_RSA
  certificate.signatureOid = SHA256_WITH_RSA
  certificate.tbsCertificate = toBeSigned(certificate)
  const der = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1')
  certificate.signature = sign('sha256', der, issuerKey).toString('latin1')
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n')
}

/** The part that is signed: the first of a certificate's three (RFC 5280, 4.1). */
function toBeSigned(certificate: forge.pki.Certificate): forge.asn1.Asn1 {
  const { value } = forge.pki.certificateToAsn1(certificate)
  const [part] = typeof value === 'string' ? [] : value
  if (!part) throw new Error('forge did not put a certificate together')
  return part
}
