import { createKeyPair, toPem } from '../../fixtures/keys.ts'
import type { Platform, PlatformCertificate } from '../engine/merchants.ts'

/**
 * Makes a platform certificate with keys of its own, issued as those before it. Certificates come from node-forge, which is loaded here
 * and not before.
 */
export async function createPlatformCertificate(platform: Platform): Promise<PlatformCertificate> {
  const { createCertificate, createSerialNo } = await import('../../fixtures/certificates.ts')
  const { privateKey, publicKey } = await createKeyPair()
  const serialNo = createSerialNo()
  // As the well-known one: the mock's clock may be moved, and clients compare with their own.
  const from = Date.parse('2020-01-01T00:00:00+08:00')
  const until = Date.parse('2069-12-31T23:59:59+08:00')
  const certificate = createCertificate({
    serialNo,
    subject: {
      commonName: 'wechatpay-mock platform certificate',
      organization: '微信支付平台（仅供测试 TEST ONLY）',
      unit: 'wechatpay-mock',
    },
    publicKey: toPem(publicKey),
    issuerKey: toPem(platform.certificates[0].privateKey),
    from,
    until,
  })
  return { serialNo, privateKey, publicKey, certificate, from, until }
}
