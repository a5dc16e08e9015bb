import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { UsageError } from '../protocol/errors.ts'

/**
 * Reads a certificate from user input.
 *
 * @param path its place in the input, for the message
 * @throws UsageError `MOCK_TENPAY_CERTIFICATE` if the real Tenpay CA issued it, since production keys do not belong in a mock;
 * `MOCK_CERTIFICATE` if it is not a PEM certificate for an RSA key of 2048 bits or more
 */
export function readCertificate(pem: string, path: string): X509Certificate {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch (cause) {
    throw new UsageError(
      'MOCK_CERTIFICATE',
      {
        en: 'This is not a certificate in PEM (-----BEGIN CERTIFICATE-----).',
        zh: '这不是 PEM 格式的证书（-----BEGIN CERTIFICATE-----）。',
      },
      { path, cause },
    )
  }
  if (/tenpay\.com/i.test(certificate.issuer)) {
    throw new UsageError(
      'MOCK_TENPAY_CERTIFICATE',
      {
        en: 'This certificate was issued by the real Tenpay CA. Production keys do not belong in a mock: leave certificate and key out to get test ones.',
        zh: '这张证书由真实的财付通 CA（Tenpay）签发，生产环境的密钥不应出现在模拟服务中：请去掉证书和私钥，由模拟服务生成测试用的。',
      },
      { path },
    )
  }
  if (!isLongEnough(certificate.publicKey)) {
    throw new UsageError(
      'MOCK_CERTIFICATE',
      {
        en: 'WeChat Pay certificates have RSA keys of 2048 bits or more; this one has not.',
        zh: '微信支付的证书使用 2048 位以上的 RSA 密钥，这一张不是，请换一张。',
      },
      { path },
    )
  }
  return certificate
}

/**
 * Reads a private key in PKCS#8 or PKCS#1.
 *
 * @throws UsageError `MOCK_PRIVATE_KEY` if it is not an RSA key in PEM; the message never shows the key
 */
export function readPrivateKey(pem: string, path: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new UsageError(
      'MOCK_PRIVATE_KEY',
      {
        en: 'This is not a private key in PEM (-----BEGIN PRIVATE KEY-----).',
        zh: '这不是 PEM 格式的私钥（-----BEGIN PRIVATE KEY-----）。',
      },
      { path, cause },
    )
  }
  if (key.asymmetricKeyType !== 'rsa')
    throw new UsageError(
      'MOCK_PRIVATE_KEY',
      { en: 'WeChat Pay keys are RSA keys; this one is not.', zh: '微信支付使用 RSA 密钥，这一把不是，请换一把。' },
      { path },
    )
  return key
}

/** Whether a key is RSA and large enough for WeChat Pay's signatures and for encrypted fields. */
function isLongEnough({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048
}
