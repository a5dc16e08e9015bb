import { randomBytes, sign } from 'node:crypto'
import forge from 'node-forge'
import { refusalAt } from '../protocol/errors.ts'

/** The content of an X.509 certificate. */
export interface CertificateRequest {
  /** 40 hex digits, the first of them 1 to 7: see {@link createSerialNo}. */
  readonly serialNo: string
  readonly subject: { readonly commonName: string; readonly organization: string; readonly unit: string }
  /** Public key to certify, PEM (SPKI). */
  readonly publicKey: string
  /** Private key of the issuer, PEM (PKCS#8 or PKCS#1). */
  readonly issuerKey: string
  /** Epoch milliseconds; certificates keep whole seconds. */
  readonly from: number
  readonly until: number
}

/** The issuer of every certificate that the mock creates, so that none can be mistaken for a real one. */
export const TEST_ISSUER = {
  organization: 'wechatpay-mock, test only',
  unit: 'NOT ISSUED BY TENPAY',
  commonName: 'wechatpay-mock Test Root CA',
} as const

/**
 * Creates an X.509 certificate in the shape of WeChat Pay's (country CN, organisation, unit, merchant number as common name), with an issuer that
 * marks it as test-only.
 *
 * The same request gives the same certificate, byte for byte.
 *
 * @returns PEM
 * @throws UsageError `MOCK_SERIAL_NO` for a serial that clients would display differently
 */
export function createCertificate(request: CertificateRequest): string {
  if (!SERIAL_NO.test(request.serialNo)) {
    throw refusalAt('/serialNo', 'MOCK_SERIAL_NO', {
      en: 'A serial number has to be 40 hex digits that start with 1 to 7: createSerialNo() makes one.',
      zh: '证书序列号应为 40 位十六进制数字，首位为 1 到 7，可用 createSerialNo() 生成。',
    })
  }
  return issueCertificate(
    {
      ...request,
      subject: distinguishedName(request.subject),
      issuer: distinguishedName(TEST_ISSUER),
      extensions: [
        { name: 'basicConstraints', cA: false },
        {
          name: 'keyUsage',
          digitalSignature: true,
          nonRepudiation: true,
          keyEncipherment: true,
          dataEncipherment: true,
        },
      ],
    },
    request.issuerKey,
  )
}

function distinguishedName({
  commonName,
  organization,
  unit,
}: CertificateRequest['subject']): forge.pki.CertificateField[] {
  const text = (shortName: string, value: string): forge.pki.CertificateField => ({
    shortName,
    value,
    // For Chinese names: by default forge writes PrintableString, which has no Chinese characters.
    valueTagClass: forge.asn1.Type.UTF8 as unknown as forge.asn1.Class,
  })
  return [
    { shortName: 'C', value: 'CN' },
    text('L', 'Shenzhen'),
    text('O', organization),
    text('OU', unit),
    text('CN', commonName),
  ]
}

/** DER prepends a zero byte if the first bit is set, and drops leading zero bytes, so that clients would see 42 or 38 digits. */
const SERIAL_NO = /^[1-7][0-9A-Fa-f]{39}$/

/** Creates a serial number like WeChat Pay's: 40 upper-case hex digits that do not start with 0. */
export function createSerialNo(): string {
  const serial = randomBytes(20)
  serial[0] = 0x40 | (serial.readUInt8(0) & 0x3f)
  return serial.toString('hex').toUpperCase()
}

/** A part of a name, in forge's terms; its own types are not installed where this package is. */
interface NameField {
  readonly name?: string | undefined
  readonly shortName?: string | undefined
  readonly value?: unknown
  readonly valueTagClass?: unknown
}

/** Content of a certificate, in forge's own terms. */
interface CertificateContent {
  readonly serialNo: string
  readonly subject: readonly NameField[]
  readonly issuer: readonly NameField[]
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
  certificate.setSubject([...content.subject] as forge.pki.CertificateField[])
  certificate.setIssuer([...content.issuer] as forge.pki.CertificateField[])
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
