import { createPublicKey } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../wire/protocol/errors.ts'

/** A client's configuration: an identity, and the address of the mock. Keys and certificates are PEM. */
export interface ClientCredentials {
  readonly mchid: string
  readonly merchant_serial_no: string
  readonly merchant_private_key: string
  readonly merchant_certificate: string
  readonly api_v3_key: string
  readonly platform_certificates: readonly { readonly serial_no: string; readonly certificate: string }[]
  readonly platform_public_key: { readonly id: string; readonly public_key: string } | null
  readonly base_url: string
}

/** The environment variables that give a client its identity: keys and certificates as PEM, without a trailing line end. @internal */
export function clientEnvironment(credentials: ClientCredentials): Readonly<Record<string, string>> {
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

/**
 * The variables of a client's identity, as a file that shells, dotenv and `node --env-file` parse alike: values between single quotes, with real line
 * breaks. Values with a quote are refused: the three would parse them differently, and a shell would run them.
 *
 * @throws UsageError `MOCK_CREDENTIALS`
 */
export function environmentFile(credentials: ClientCredentials): string {
  return Object.entries(clientEnvironment(credentials))
    .map(([name, value]) => {
      if (value.includes("'"))
        throw new UsageError('MOCK_CREDENTIALS', {
          en: `${name} has a quote in it, which no WeChat Pay value has.`,
          zh: `${name} 中有引号，微信支付的值不会有引号，请检查身份信息的来源。`,
        })
      return `${name}='${value}'\n`
    })
    .join('')
}

/**
 * The variables of a client's identity, with a file for each key and certificate, whose path is `…_FILE`.
 *
 * @param directory for the files
 */
export async function credentialVariables(
  credentials: ClientCredentials,
  directory: string,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = { ...clientEnvironment(credentials) }
  for (const [name, value] of Object.entries(variables)) {
    if (!value.startsWith('-----BEGIN ')) continue
    const file = join(directory, `${name.replace('WECHATPAY_', '').toLowerCase()}.pem`)
    await writeFile(file, `${value}\n`, { mode: 0o600 })
    variables[`${name}_FILE`] = file
  }
  return variables
}

/** A PEM text without surrounding line breaks. */
export function pem(text: string): string {
  return text.trim()
}

/** Every key that may sign answers, for SDKs whose requests do not say which one they have. */
export function answerKeys({
  platform_certificates,
  platform_public_key,
}: ClientCredentials): { id: string; key: string }[] {
  return [
    ...platform_certificates.map(({ serial_no, certificate }) => ({ id: serial_no, key: pem(certificate) })),
    ...(platform_public_key ? [{ id: platform_public_key.id, key: pem(platform_public_key.public_key) }] : []),
  ]
}

/**
 * The one key that an SDK asks answers to be signed with: the public key, which merchants have nowadays, or, for merchants with certificates only,
 * the certificate's key, which the service uses just as well if it is named.
 */
export function namedKey({ platform_certificates, platform_public_key }: ClientCredentials): {
  id: string
  publicKey: string
} {
  if (platform_public_key) return { id: platform_public_key.id, publicKey: pem(platform_public_key.public_key) }
  const [certificate] = platform_certificates
  if (!certificate) return { id: '', publicKey: '' }
  return { id: certificate.serial_no, publicKey: publicKeyOf(certificate.certificate) }
}

/** The public key with the id that a signature names. For an unknown id: the key that an SDK would have, which will report the mismatch. */
export function keyWithId(credentials: ClientCredentials, id: string | undefined): { id: string; publicKey: string } {
  const known = answerKeys(credentials).find((one) => one.id === id)
  return known ? { id: known.id, publicKey: publicKeyOf(known.key) } : namedKey(credentials)
}

/** @param key a certificate or a public key, PEM */
function publicKeyOf(key: string): string {
  return pem(createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString())
}
