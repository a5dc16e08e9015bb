import type { CredentialsJson } from './answer-format.ts'

/** The environment variables that name an identity to a client: keys and certificates as PEM, without a line end behind them. */
export function clientEnvironment(credentials: CredentialsJson): Readonly<Record<string, string>> {
  const [certificate] = credentials.platform_certificates
  const { platform_public_key: publicKey } = credentials
  return {
    WECHATPAY_BASE_URL: credentials.base_url,
    WECHATPAY_MCHID: credentials.mchid,
    WECHATPAY_MERCHANT_SERIAL_NO: credentials.merchant_serial_no,
    WECHATPAY_MERCHANT_PRIVATE_KEY: credentials.merchant_private_key.trimEnd(),
    WECHATPAY_MERCHANT_CERTIFICATE: credentials.merchant_certificate.trimEnd(),
    WECHATPAY_API_V3_KEY: credentials.api_v3_key,
    ...(certificate && {
      WECHATPAY_PLATFORM_SERIAL_NO: certificate.serial_no,
      WECHATPAY_PLATFORM_CERTIFICATE: certificate.certificate.trimEnd(),
    }),
    ...(publicKey && {
      WECHATPAY_PUBLIC_KEY_ID: publicKey.id,
      WECHATPAY_PUBLIC_KEY: publicKey.public_key.trimEnd(),
    }),
  }
}
