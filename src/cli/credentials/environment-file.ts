import type { CredentialsJson } from '../../control/answer-format.ts'
import { UsageError } from '../../protocol/errors.ts'

/**
 * The variables that name an identity to a client, as a file that shells, dotenv and `node --env-file` read alike: values between single
 * quotes, with real line breaks. Values with a quote are refused: the three would read them differently, and a shell would run them.
 *
 * @throws UsageError `MOCK_CREDENTIALS`
 */
export function environmentFile(credentials: CredentialsJson): string {
  return Object.entries(environmentVariables(credentials))
    .map(([name, value]) => {
      if (value.includes("'"))
        throw new UsageError('MOCK_CREDENTIALS', `${name} has a quote in it, which no WeChat Pay value has.`)
      return `${name}='${value}'\n`
    })
    .join('')
}

function environmentVariables(credentials: CredentialsJson): Readonly<Record<string, string>> {
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
