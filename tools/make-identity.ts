/**
 * Writes src/control/identity/well-known-identity.json: the well-known identity. Its keys, serials and numbers are those of the signature vectors, so that
 * the vectors can be replayed against a running mock; its certificates are newly issued, valid for decades.
 *
 * Run once by a maintainer: a new run changes the certificates that users have pasted into their configurations.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { createCertificate } from '../src/wire/x509/certificates.ts'

interface VectorKey {
  serial_no: string
  id: string
  private_key_pem: string
  public_key_pem: string
}

const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/vectors/signature-vectors.json', import.meta.url), 'utf8'),
) as {
  constants: { mchid: string; brand_id: string; apiv3_key: string }
  keys: Record<'merchant' | 'platform_certificate' | 'wechatpay_public_key', VectorKey>
}
const { merchant, platform_certificate, wechatpay_public_key } = vectors.keys
const from = Date.parse('2020-01-01T00:00:00+08:00')
const until = Date.parse('2069-12-31T23:59:59+08:00')
const certify = (key: VectorKey, subject: { commonName: string; organization: string; unit: string }) =>
  createCertificate({
    serialNo: key.serial_no,
    subject,
    publicKey: key.public_key_pem,
    issuerKey: platform_certificate.private_key_pem,
    from,
    until,
  })

const identity = {
  mchid: vectors.constants.mchid,
  name: '微信支付模拟商户（仅供测试）',
  brandId: vectors.constants.brand_id,
  serialNo: merchant.serial_no,
  privateKey: merchant.private_key_pem,
  certificate: certify(merchant, {
    commonName: vectors.constants.mchid,
    organization: '微信商户系统（仅供测试 TEST ONLY）',
    unit: '微信支付模拟商户',
  }),
  apiV3Key: vectors.constants.apiv3_key,
  platformCertificate: {
    serialNo: platform_certificate.serial_no,
    privateKey: platform_certificate.private_key_pem,
    certificate: certify(platform_certificate, {
      commonName: 'wechatpay-mock platform certificate',
      organization: '微信支付平台（仅供测试 TEST ONLY）',
      unit: 'wechatpay-mock',
    }),
  },
  platformPublicKey: {
    serialNo: wechatpay_public_key.id,
    privateKey: wechatpay_public_key.private_key_pem,
    publicKey: wechatpay_public_key.public_key_pem,
  },
}

writeFileSync(
  new URL('../src/control/identity/well-known-identity.json', import.meta.url),
  `${JSON.stringify(identity, null, 2)}\n`,
)
