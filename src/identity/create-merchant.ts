import { randomBytes } from 'node:crypto'
import type { IdSource } from '../engine/ids.ts'
import type { KeyMode, Merchant, MerchantKeys, Platform, Product } from '../engine/keys/merchants.ts'
import { GOOD_STANDING, type Standing } from '../engine/keys/standing.ts'
import { UsageError } from '../protocol/errors.ts'
import { createKeyPair, toPem } from '../x509/keys.ts'
import { readCertificate, readPrivateKey } from '../x509/read-pem.ts'

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
  /** The merchant's own key pair and certificate, PEM; both or neither. */
  readonly privateKey?: string | undefined
  readonly certificate?: string | undefined
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
    throw new UsageError(
      'MOCK_API_V3_KEY',
      { en: 'api_v3_key has to be 32 letters and digits.', zh: 'APIv3密钥（api_v3_key）应为 32 位字母和数字。' },
      { path: '/api_v3_key' },
    )
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

/** Creates a key pair for a merchant, and an API certificate for it. */
export function createKeys(merchant: Pick<Merchant, 'mchid' | 'name'>, platform: Platform): Promise<MerchantKeys> {
  return oneAtATime(() => makeKeys(merchant, platform))
}

async function makeKeys({ mchid, name }: Pick<Merchant, 'mchid' | 'name'>, platform: Platform): Promise<MerchantKeys> {
  const { createCertificate, createSerialNo } = await import('../x509/certificates.ts')
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
  // Read first: a user who gives only a real certificate must not be asked for its key.
  const parsed = certificate === undefined ? undefined : readCertificate(certificate, '/merchant_certificate')
  if (certificate === undefined || privateKey === undefined || parsed === undefined) {
    throw new UsageError(
      'MOCK_CERTIFICATE',
      {
        en: 'merchant_certificate and merchant_private_key belong together: give both, or neither to have them made.',
        zh: '商户API证书（merchant_certificate）与商户API私钥（merchant_private_key）须成对给出：请两个都给，或都不给而由模拟服务生成。',
      },
      { path: certificate === undefined ? '/merchant_certificate' : '/merchant_private_key' },
    )
  }
  if (!parsed.checkPrivateKey(readPrivateKey(privateKey, '/merchant_private_key'))) {
    throw new UsageError(
      'MOCK_PRIVATE_KEY',
      {
        en: 'merchant_private_key is not the private key of merchant_certificate.',
        zh: '商户API私钥（merchant_private_key）与商户API证书（merchant_certificate）不匹配，请换成同一对。',
      },
      { path: '/merchant_private_key' },
    )
  }
  return { serialNo: parsed.serialNumber.toUpperCase(), publicKey: parsed.publicKey, privateKey, certificate }
}
