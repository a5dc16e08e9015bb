import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import forge from 'node-forge'
import { describe, expect, test } from 'vitest'
import { createFixtures } from '../../../fixtures/builders.ts'
import { createMerchant, type MerchantRequest } from '../../../src/control/identity/create-merchant.ts'
import { wellKnownIdentity } from '../../../src/control/identity/well-known.ts'
import { createIds } from '../../../src/engine/ids.ts'
import { createCertificate, createSerialNo } from '../../../src/wire/x509/certificates.ts'
import { createKeyPair, toPem } from '../../../src/wire/x509/keys.ts'

const { platform } = wellKnownIdentity()
const [own, other, issuer] = await Promise.all([createKeyPair(), createKeyPair(), createKeyPair()])
const create = (request: MerchantRequest) => createMerchant(request, platform, createIds('merchants'))
const privateKey = toPem(own.privateKey)
const certificate = certificateFor(own, '5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
const short = generateKeyPairSync('rsa', { modulusLength: 1_024 })
const shortCertificate = certificateFor(short, createSerialNo())
const tenpay = [
  ['C', 'CN'],
  ['O', 'Tenpay.com'],
  ['OU', 'Tenpay.com CA Center'],
  ['CN', 'Tenpay.com Root CA'],
] as const

describe('a fresh merchant', () => {
  test('gets a certificate of the platform for its number, name and key', async () => {
    const merchant = await create({ mchid: '1900009191', name: '成都小吃店' })
    const parsed = new X509Certificate(merchant.certificate)
    expect(merchant.serialNo).toMatch(/^[4-7][0-9A-F]{39}$/)
    expect(parsed.serialNumber).toBe(merchant.serialNo)
    expect(parsed.subject).toContain('OU=成都小吃店\nCN=1900009191')
    expect(parsed.checkPrivateKey(createPrivateKey(merchant.privateKey ?? ''))).toBe(true)
    expect(parsed.verify(platform.certificates[0].publicKey)).toBe(true)
    expect(merchant.publicKey.equals(parsed.publicKey)).toBe(true)
    expect(merchant.appids).toEqual([])
    expect(merchant.apiV3Key).toMatch(/^[0-9a-f]{32}$/)
  })

  test('has keys of its own', async () => {
    const [a, b] = await Promise.all([create({}), create({})])
    expect(a.privateKey).not.toBe(b.privateKey)
    expect(a.serialNo).not.toBe(b.serialNo)
    expect(a.apiV3Key).not.toBe(b.apiV3Key)
  })

  test('is what a builder made up', async () => {
    const { mchid, name, api_v3_key, appids } = createFixtures('merchant').aMerchant()
    expect(await create({ mchid, name, apiV3Key: api_v3_key, appids })).toMatchObject({
      mchid,
      name,
      apiV3Key: api_v3_key,
      appids,
    })
  })

  test('takes its own key pair and certificate, in PKCS#1 too', async () => {
    const pkcs1 = own.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    for (const key of [privateKey, pkcs1]) {
      const merchant = await create({ certificate, privateKey: key })
      expect(merchant).toMatchObject({
        serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
        certificate,
        privateKey: key,
      })
      expect(merchant.publicKey.equals(own.publicKey)).toBe(true)
    }
  })

  test('is a certificate alone', async () => {
    const merchant = await create({ certificate })
    expect(merchant).toMatchObject({ serialNo: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1', certificate })
    expect(merchant.publicKey.equals(own.publicKey)).toBe(true)
    expect(merchant).not.toHaveProperty('privateKey')
  })
})

const [KEY, CERTIFICATE] = ['/merchant_private_key', '/merchant_certificate']
const lostLine = privateKey.replace(/\n.{64}\n/, '\n')
const shortKey = { certificate: shortCertificate, privateKey: toPem(short.privateKey) }

describe('what is refused', () => {
  test.for<[what: string, request: MerchantRequest, code: string, path: string]>([
    ['the key of another certificate', { certificate, privateKey: toPem(other.privateKey) }, 'MOCK_PRIVATE_KEY', KEY],
    ['a public key for a private one', { certificate, privateKey: toPem(own.publicKey) }, 'MOCK_PRIVATE_KEY', KEY],
    ['a key that is cut off', { certificate, privateKey: privateKey.slice(0, 900) }, 'MOCK_PRIVATE_KEY', KEY],
    ['a key with a lost line', { certificate, privateKey: lostLine }, 'MOCK_PRIVATE_KEY', KEY],
    ['a key for a certificate', { certificate: privateKey, privateKey }, 'MOCK_CERTIFICATE', CERTIFICATE],
    ['half a certificate', { certificate: certificate.slice(0, 500), privateKey }, 'MOCK_CERTIFICATE', CERTIFICATE],
    ['a key too short for fields that are encrypted for the merchant', shortKey, 'MOCK_CERTIFICATE', CERTIFICATE],
    ['a key without its certificate', { privateKey }, 'MOCK_CERTIFICATE', CERTIFICATE],
    ['an APIv3 key that is too short', { apiV3Key: 'short' }, 'MOCK_API_V3_KEY', '/api_v3_key'],
    ['an APIv3 key of 32 characters but more bytes', { apiV3Key: '钥'.repeat(32) }, 'MOCK_API_V3_KEY', '/api_v3_key'],
  ])('%s', async ([, request, code, path]) => {
    const error = await create(request).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'UsageError', code, path })
    expectNoKeyIn(error, request)
  })

  test.for(['with its key', 'alone'])('a certificate of the real Tenpay CA, %s', async (how) => {
    const tenpays = issuedBy(tenpay, own, issuer.privateKey)
    const request = { certificate: tenpays, ...(how === 'with its key' && { privateKey }) }
    const error = await create(request).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'MOCK_TENPAY_CERTIFICATE',
      path: '/merchant_certificate',
      message: expect.stringContaining('Production keys do not belong in a mock'),
    })
    expectNoKeyIn(error, request)
  })

  test('the issuer decides, not the subject: a certificate for Tenpay by another CA is taken', async () => {
    const elsewhere = [
      ['C', 'CN'],
      ['O', 'My company'],
      ['CN', 'My test CA'],
    ] as const
    const request = { certificate: issuedBy(elsewhere, own, issuer.privateKey, tenpay), privateKey }
    await expect(create(request)).resolves.toMatchObject({ certificate: request.certificate })
  })
})

function certificateFor({ publicKey }: { publicKey: KeyObject }, serialNo: string): string {
  return createCertificate({
    serialNo,
    subject: { commonName: '1900009191', organization: '微信商户系统', unit: '我的店' },
    publicKey: toPem(publicKey),
    issuerKey: toPem(issuer.privateKey),
    from: Date.parse('2024-01-01T00:00:00+08:00'),
    until: Date.parse('2029-01-01T00:00:00+08:00'),
  })
}

/** A certificate made with forge alone, as `createCertificate` rightly names no other issuer than its own. */
function issuedBy(
  names: readonly (readonly [string, string])[],
  key: { publicKey: KeyObject },
  issuerKey: KeyObject,
  subject: readonly (readonly [string, string])[] = [['CN', '1900009191']],
): string {
  const fields = (list: readonly (readonly [string, string])[]) =>
    list.map(([shortName, value]): forge.pki.CertificateField => ({ shortName, value }))
  const made = forge.pki.createCertificate()
  made.publicKey = forge.pki.publicKeyFromPem(toPem(key.publicKey))
  made.serialNumber = createSerialNo().toLowerCase()
  made.validity.notBefore = new Date('2024-01-01T00:00:00Z')
  made.validity.notAfter = new Date('2029-01-01T00:00:00Z')
  made.setSubject(fields(subject))
  made.setIssuer(fields(names))
  made.sign(forge.pki.privateKeyFromPem(toPem(issuerKey)), forge.md.sha256.create())
  return forge.pki.certificateToPem(made)
}

/** Neither message, stack, cause nor any member of an error shows a piece of the key that was given. */
function expectNoKeyIn(error: unknown, { privateKey: key = '' }: MerchantRequest): void {
  const shown = inspect(error, { depth: 10, showHidden: true, maxStringLength: null })
  for (const line of key.split('\n').filter((text) => text.length > 20 && !text.startsWith('-----'))) {
    expect(shown).not.toContain(line)
  }
}
