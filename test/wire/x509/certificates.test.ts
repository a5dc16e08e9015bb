import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { wellKnownCredentials, wellKnownPlatformKeys } from '../../../fixtures/credentials.ts'
import { createMerchant, createPlatformCertificate } from '../../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import identity from '../../../src/control/identity/well-known-identity.json' with { type: 'json' }
import { createIds } from '../../../src/engine/ids.ts'
import { issueAuthority, issueServerCertificate } from '../../../src/wire/tls/issue-certificates.ts'
import {
  type CertificateRequest,
  createCertificate,
  createSerialNo,
  TEST_ISSUER,
} from '../../../src/wire/x509/certificates.ts'
import { createKeyPair, toPem } from '../../../src/wire/x509/keys.ts'

const [own, issuer] = await Promise.all([createKeyPair(), createKeyPair()])
const request: CertificateRequest = {
  serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  subject: { commonName: '1900009191', organization: '微信商户系统', unit: '四川省雨涵食品有限公司' },
  publicKey: toPem(own.publicKey),
  issuerKey: toPem(issuer.privateKey),
  from: Date.parse('2024-05-01T00:00:00.750+08:00'),
  until: Date.parse('2055-04-30T23:59:59+08:00'),
}
const { platform } = wellKnownIdentity()
const [platformCertificate] = wellKnownCredentials.platform_certificates

describe('a certificate', () => {
  const pem = createCertificate(request)
  const certificate = new X509Certificate(pem)

  test('has exactly the serial that was asked for, in the spelling that clients send', () => {
    expect(certificate.serialNumber).toBe('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
    const lower = createCertificate({ ...request, serialNo: request.serialNo.toLowerCase() })
    expect(lower).toBe(pem)
  })

  test.for([
    '',
    '0157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    '8157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    '5157F',
    'x'.repeat(40),
  ])('refuses the serial %j, which clients would show in another way', (serialNo) => {
    expect(() => createCertificate({ ...request, serialNo })).toThrow(
      expect.objectContaining({ code: 'MOCK_SERIAL_NO', path: '/serialNo' }),
    )
  })

  test('certifies the key, and no other', () => {
    expect(certificate.checkPrivateKey(own.privateKey)).toBe(true)
    expect(certificate.checkPrivateKey(issuer.privateKey)).toBe(false)
    expect(certificate.publicKey.equals(own.publicKey)).toBe(true)
  })

  test('is signed by the issuer, and by no other', () => {
    expect(certificate.verify(issuer.publicKey)).toBe(true)
    expect(certificate.verify(own.publicKey)).toBe(false)
  })

  test('shows Chinese names as they were given', () => {
    expect(certificate.subject.split('\n')).toEqual([
      'C=CN',
      'L=Shenzhen',
      'O=微信商户系统',
      'OU=四川省雨涵食品有限公司',
      'CN=1900009191',
    ])
  })

  test('has an issuer that says that it is for tests only, and is no one else', () => {
    expect(certificate.issuer).toContain('test only')
    expect(certificate.issuer).toContain('NOT ISSUED BY TENPAY')
    expect(certificate.issuer).toContain(`CN=${TEST_ISSUER.commonName}`)
    expect(certificate.issuer).not.toMatch(/tenpay\.com/i)
  })

  test('is valid from second to second', () => {
    expect(certificate.validFromDate.toISOString()).toBe('2024-04-30T16:00:00.000Z')
    expect(certificate.validToDate.toISOString()).toBe('2055-04-30T15:59:59.000Z')
  })

  test('can sign, and cannot issue certificates', () => {
    expect(certificate.ca).toBe(false)
  })

  test('is PEM with plain line ends, and the same every time', () => {
    expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n$/)
    expect(createCertificate(request)).toBe(pem)
  })

  test('takes an issuer key in PKCS#1 too', () => {
    const issuerKey = issuer.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    expect(createCertificate({ ...request, issuerKey })).toBe(pem)
  })

  test('is byte for byte what users have in their configurations', () => {
    const wellKnown = createCertificate({
      serialNo: identity.serialNo,
      subject: {
        commonName: identity.mchid,
        organization: '微信商户系统（仅供测试 TEST ONLY）',
        unit: '微信支付模拟商户',
      },
      publicKey: toPem(createPublicKey(identity.privateKey)),
      issuerKey: identity.platformCertificate.privateKey,
      from: Date.parse('2020-01-01T00:00:00+08:00'),
      until: Date.parse('2069-12-31T23:59:59+08:00'),
    })

    expect(wellKnown).toBe(identity.certificate)
  })

  // RFC 5280 wants the country as PrintableString; what clients are written in may mind.
  test('spells its names in the types that the standard wants', () => {
    const der = certificate.raw.toString('hex')
    expect(der.split('06035504061302434e')).toHaveLength(3)
    expect(der).toContain(`060355040a0c${lengthAndText('微信商户系统')}`)
  })
})

describe('issuing', () => {
  // In JavaScript a signature takes tens of milliseconds, and seconds in the virtual machines that Jest runs tests in.
  test.for([
    ['a fresh merchant', () => createMerchant({}, platform, createIds('issuing'))],
    ['a platform certificate', () => createPlatformCertificate(platform, [Date.now()])],
    [
      'a CA and the certificate of a server',
      async () => issueServerCertificate(await issueAuthority(Date.now()), Date.now()),
    ],
  ] as const)('%s leaves RSA to the platform', async ([, issue]) => {
    const power = vi.spyOn(forge.jsbn.BigInteger.prototype, 'modPow')
    onTestFinished(() => power.mockRestore())
    await issue()

    expect(power).not.toHaveBeenCalled()
  })
})

describe('a serial number', () => {
  test('is 40 upper-case hex digits that a certificate keeps', () => {
    const serials = Array.from({ length: 200 }, createSerialNo)
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{39}$/)
    expect(new Set(serials).size).toBe(200)
    for (const serialNo of serials.slice(0, 5)) {
      expect(new X509Certificate(createCertificate({ ...request, serialNo })).serialNumber).toBe(serialNo)
    }
  })
})

describe('a key pair', () => {
  test('is 2048-bit RSA, and its PEM reads back', () => {
    expect(own.privateKey.asymmetricKeyType).toBe('rsa')
    expect(own.privateKey.asymmetricKeyDetails?.modulusLength).toBe(2_048)
    expect(toPem(own.privateKey)).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(toPem(own.publicKey)).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    expect(createPrivateKey(toPem(own.privateKey)).equals(own.privateKey)).toBe(true)
    expect(createPublicKey(toPem(own.publicKey)).equals(own.publicKey)).toBe(true)
  })
})

describe('the well-known identity', () => {
  const merchant = new X509Certificate(wellKnownCredentials.merchant_certificate)
  const platform = new X509Certificate(platformCertificate.certificate)

  test('has serials, keys and certificates that belong together', () => {
    expect(merchant.serialNumber).toBe(wellKnownCredentials.merchant_serial_no)
    expect(merchant.checkPrivateKey(createPrivateKey(wellKnownCredentials.merchant_private_key))).toBe(true)
    expect(merchant.subject).toMatch(/^CN=1900000001$/m)
    expect(platform.serialNumber).toBe(platformCertificate.serial_no)
    expect(platformCertificate.serial_no).toBe(wellKnownPlatformKeys.certificate.serial_no)
    expect(platform.checkPrivateKey(createPrivateKey(wellKnownPlatformKeys.certificate.private_key))).toBe(true)
    const publicKey = createPublicKey(wellKnownCredentials.platform_public_key.public_key)
    expect(publicKey.equals(createPublicKey(wellKnownPlatformKeys.public_key.private_key))).toBe(true)
    expect(wellKnownPlatformKeys.public_key.id).toBe(wellKnownCredentials.platform_public_key.id)
    expect(Buffer.byteLength(wellKnownCredentials.api_v3_key)).toBe(32)
  })

  test.for([
    ['merchant', merchant],
    ['platform', platform],
  ] as const)('the %s certificate is valid for decades, and signed by the platform key', ([, certificate]) => {
    expect(certificate.validFromDate.toISOString()).toBe('2019-12-31T16:00:00.000Z')
    expect(certificate.validToDate.toISOString()).toBe('2069-12-31T15:59:59.000Z')
    expect(certificate.verify(platform.publicKey)).toBe(true)
    expect(certificate.issuer).toContain('test only')
    expect(certificate.subject).toContain('TEST ONLY')
  })

  test('its three keys are different ones', () => {
    const keys = [
      wellKnownCredentials.merchant_private_key,
      wellKnownPlatformKeys.certificate.private_key,
      wellKnownPlatformKeys.public_key.private_key,
    ]
    expect(new Set(keys).size).toBe(3)
  })
})

/** A DER length of one byte and the UTF-8 behind it, in hex. */
function lengthAndText(text: string): string {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length]), bytes]).toString('hex')
}
