import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import type { IdSource } from '../../engine/ids.ts'
import type {
  KeyMode,
  Merchant,
  MerchantKeys,
  Platform,
  PlatformCertificate,
  Product,
} from '../../engine/keys/merchants.ts'
import { GOOD_STANDING, type Standing } from '../../engine/keys/standing.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { createKeyPair, toPem } from '../../wire/x509/keys.ts'

/**
 * Reads a certificate from user input.
 *
 * @param path its place in the input, for the message
 * @throws UsageError `MOCK_TENPAY_CERTIFICATE` if the real Tenpay CA issued it, since production keys do not belong in a mock;
 * `MOCK_CERTIFICATE` if it is not a PEM certificate for an RSA key of 2048 bits or more
 */
function readCertificate(pem: string, path: string): X509Certificate {
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
    throw refusalAt(path, 'MOCK_TENPAY_CERTIFICATE', {
      en: 'This certificate was issued by the real Tenpay CA. Production keys do not belong in a mock: leave certificate and key out to get test ones.',
      zh: '这张证书由真实的财付通 CA（Tenpay）签发，生产环境的密钥不应出现在模拟服务中：请去掉证书和私钥，由模拟服务生成测试用的。',
    })
  }
  if (!isLongEnough(certificate.publicKey)) {
    throw refusalAt(path, 'MOCK_CERTIFICATE', {
      en: 'WeChat Pay certificates have RSA keys of 2048 bits or more; this one has not.',
      zh: '微信支付的证书使用 2048 位以上的 RSA 密钥，这一张不是，请换一张。',
    })
  }
  return certificate
}

/** Reads a private key in PKCS#8 or PKCS#1. @throws UsageError `MOCK_PRIVATE_KEY` if it is not an RSA key in PEM; the message never shows the key */
function readPrivateKey(pem: string, path: string): KeyObject {
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
    throw refusalAt(path, 'MOCK_PRIVATE_KEY', {
      en: 'WeChat Pay keys are RSA keys; this one is not.',
      zh: '微信支付使用 RSA 密钥，这一把不是，请换一把。',
    })
  return key
}

/** Whether a key is RSA and large enough for WeChat Pay's signatures and for encrypted fields. */
function isLongEnough({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2_048
}

/** How long before now a new certificate begins: SDKs drop one that is not yet valid by their own clock, which may lag. */
const LEAD_MS = 3_600_000

/** How long a certificate is valid (protocol.md 6, documented). */
const YEARS = 5

/** The years that both a certificate and the control API can express. */
const EARLIEST = Date.parse('1000-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59+08:00')

/**
 * Creates a platform certificate with its own keys, issued like the previous ones. Certificates come from node-forge, which is loaded only here.
 *
 * It is valid from an hour ago, for five years, by every given clock: the mock's, and the clients' if that differs. No other clock counts: if the
 * mock lives in 2040, a client that lives today considers the certificate not yet valid.
 *
 * @param clocks their times, epoch milliseconds; the certificate is valid at each
 */
export async function createPlatformCertificate(
  platform: Platform,
  clocks: readonly [number, ...number[]],
): Promise<PlatformCertificate> {
  const { createCertificate, createSerialNo } = await import('../../wire/x509/certificates.ts')
  const { privateKey, publicKey } = await createKeyPair()
  const serialNo = createSerialNo()
  const from = beginning(Math.min(...clocks))
  const until = end(Math.max(...clocks))
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

/** Rounds to whole seconds, the precision of a certificate. */
function beginning(now: number): number {
  return Math.max(Math.floor((now - LEAD_MS) / 1_000) * 1_000, EARLIEST)
}

function end(now: number): number {
  const date = new Date(beginning(now))
  return Math.min(date.setUTCFullYear(date.getUTCFullYear() + YEARS), LATEST)
}

/** The choices for a new merchant; the rest is generated. */
export interface MerchantRequest {
  readonly mchid?: string | undefined
  readonly name?: string | undefined
  /** 32 letters and digits. */
  readonly apiV3Key?: string | undefined
  readonly appids?: readonly string[] | undefined
  readonly keyMode?: KeyMode | undefined
  readonly partners?: readonly string[] | undefined
  readonly unopenedProducts?: readonly Product[] | undefined
  readonly refundableFen?: number | undefined
  readonly standing?: Standing | undefined
  /** The merchant's own certificate, PEM, and its private key, which is not needed to check signatures. */
  readonly certificate?: string | undefined
  readonly privateKey?: string | undefined
}

/**
 * Creates a merchant with its own keys. Certificates come from node-forge, which is loaded only here.
 *
 * @throws UsageError `MOCK_TENPAY_CERTIFICATE` for a certificate of the real Tenpay CA, `MOCK_CERTIFICATE` and `MOCK_PRIVATE_KEY` for
 * PEM that is invalid or does not match, `MOCK_API_V3_KEY` for a key that is not 32 letters and digits
 */
export async function createMerchant(request: MerchantRequest, platform: Platform, ids: IdSource): Promise<Merchant> {
  const mchid = request.mchid ?? `16${ids.digits(8)}`
  const name = request.name ?? `测试商户${mchid.slice(-4)}`
  const apiV3Key = request.apiV3Key ?? randomBytes(16).toString('hex')
  if (!/^[0-9A-Za-z]{32}$/.test(apiV3Key)) {
    throw refusalAt('/api_v3_key', 'MOCK_API_V3_KEY', {
      en: 'api_v3_key has to be 32 letters and digits.',
      zh: 'APIv3密钥（api_v3_key）应为 32 位字母和数字。',
    })
  }
  const keys =
    request.certificate === undefined && request.privateKey === undefined
      ? await createKeys({ mchid, name }, platform)
      : givenKeys(request)
  return {
    mchid,
    name,
    apiV3Key,
    appids: request.appids ?? [],
    ...(request.keyMode && { keyMode: request.keyMode }),
    partners: request.partners ?? [],
    unopenedProducts: request.unopenedProducts ?? [],
    ...(request.refundableFen !== undefined && { refundableFen: request.refundableFen }),
    standing: request.standing ?? GOOD_STANDING,
    ...keys,
  }
}

let lastMade: Promise<unknown> = Promise.resolve()

/** Generates key pairs one at a time, because generation occupies the threads that sign answers. */
function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = lastMade.then(work)
  // The caller sees a failure through `result`; the queue just continues.
  lastMade = result.catch(() => undefined)
  return result
}

const YEAR_MS = 365 * 86_400_000

export function createKeys(merchant: Pick<Merchant, 'mchid' | 'name'>, platform: Platform): Promise<MerchantKeys> {
  return oneAtATime(() => makeKeys(merchant, platform))
}

async function makeKeys({ mchid, name }: Pick<Merchant, 'mchid' | 'name'>, platform: Platform): Promise<MerchantKeys> {
  const { createCertificate, createSerialNo } = await import('../../wire/x509/certificates.ts')
  const { privateKey, publicKey } = await createKeyPair()
  const serialNo = createSerialNo()
  // A wide, fixed validity: the mock's clock may be moved, and clients compare with their own.
  const from = Date.parse('2020-01-01T00:00:00+08:00')
  const certificate = createCertificate({
    serialNo,
    subject: { commonName: mchid, organization: '微信商户系统（仅供测试 TEST ONLY）', unit: name },
    publicKey: toPem(publicKey),
    issuerKey: toPem(platform.certificates[0].privateKey),
    from,
    until: from + 30 * YEAR_MS,
  })
  return { serialNo, publicKey, privateKey: toPem(privateKey), certificate }
}

function givenKeys({ certificate, privateKey }: MerchantRequest): MerchantKeys {
  if (certificate === undefined) {
    throw refusalAt('/merchant_certificate', 'MOCK_CERTIFICATE', {
      en: 'merchant_private_key needs its merchant_certificate: give that too, or neither to have them made.',
      zh: '只有商户API私钥（merchant_private_key），没有商户API证书（merchant_certificate）：请一并给出证书，或都不给而由模拟服务生成。',
    })
  }
  const parsed = readCertificate(certificate, '/merchant_certificate')
  const keys = { serialNo: parsed.serialNumber.toUpperCase(), publicKey: parsed.publicKey, certificate }
  if (privateKey === undefined) return keys
  if (!parsed.checkPrivateKey(readPrivateKey(privateKey, '/merchant_private_key'))) {
    throw refusalAt('/merchant_private_key', 'MOCK_PRIVATE_KEY', {
      en: 'merchant_private_key is not the private key of merchant_certificate.',
      zh: '商户API私钥（merchant_private_key）与商户API证书（merchant_certificate）不匹配，请换成同一对。',
    })
  }
  return { ...keys, privateKey }
}
