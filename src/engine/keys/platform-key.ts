import { createHash } from 'node:crypto'
import { commonErrors } from '../../protocol/common-errors.ts'
import { ApiError, type ErrorDefinition } from '../../protocol/errors.ts'
import type { KeyMode, Merchant, Platform, PlatformKey } from './merchants.ts'

/** The key to sign an answer with, and the refusal if the request names a key that does not exist. */
export interface PlatformKeyChoice {
  readonly key: PlatformKey
  readonly error?: ApiError
}

/**
 * Chooses the key that signs an answer, from the request's `Wechatpay-Serial` and the merchant's mode (protocol.md 6).
 *
 * Without the header, or with an empty one: the certificate, if the merchant has one. A merchant without the public key always gets the
 * certificate, one with only the public key always gets that. The merchant's own serial counts as no header, since SDKs send it by default
 * (docs/decisions/0005).
 *
 * @param encrypted whether the call has encrypted fields: then the header must name the key, and the merchant's own serial does not count
 * @param publicKeyUnknown the refusal of an unknown public key, if the path has its own
 */
export function choosePlatformKey(
  serialNo: string | undefined,
  {
    mode,
    merchant,
    platform,
    encrypted = false,
    publicKeyUnknown = commonErrors.platform_serial_unknown,
  }: {
    mode: KeyMode
    merchant: Merchant
    platform: Platform
    encrypted?: boolean
    publicKeyUnknown?: ErrorDefinition | undefined
  },
): PlatformKeyChoice {
  const [current] = platform.certificates
  const standard = mode === 'public-key' ? platform.publicKey : current
  const keys = [current.serialNo, platform.publicKey.serialNo] as const
  if (!serialNo) {
    if (!encrypted) return { key: standard }
    const explanation = {
      en: `The call has encrypted fields, and no Wechatpay-Serial: name ${keys.join(' or ')}, whichever they are encrypted with.`,
      zh: `接口含有加密字段，却没有传 Wechatpay-Serial：应为 ${keys.join(' 或 ')}，用哪一个加密就写哪一个。`,
    }
    return { key: standard, error: new ApiError(commonErrors.platform_serial_missing, { explanation }) }
  }
  const isOwn = serialNo.toUpperCase() === merchant.serialNo.toUpperCase()
  if (isOwn && !encrypted) return { key: standard }
  const explanation = {
    en: `Wechatpay-Serial ${serialNo} names no platform key${isOwn ? " but the merchant's own" : ''}: name ${keys.join(' or ')}${encrypted ? '' : ', or leave it out'}.`,
    zh: `Wechatpay-Serial ${serialNo} 不是平台密钥${isOwn ? '，而是商户自己的证书序列号' : ''}：应为 ${keys.join(' 或 ')}${encrypted ? '' : '，也可不传'}。`,
  }

  if (serialNo.startsWith('PUB_KEY_ID_')) {
    if (mode === 'certificate') return { key: current }
    if (serialNo === platform.publicKey.serialNo) return { key: platform.publicKey }
    return { key: standard, error: new ApiError(publicKeyUnknown, { explanation }) }
  }
  const named = platform.certificates.find((certificate) => certificate.serialNo === serialNo.toUpperCase())
  if (!named) return { key: standard, error: new ApiError(commonErrors.platform_serial_unknown, { explanation }) }
  return { key: mode === 'public-key' ? platform.publicKey : named }
}

/**
 * Chooses the key that signs one attempt to deliver a callback, from the merchant's mode. With both keys, `publicKeyShare` percent of the attempts
 * are signed with the public key (protocol.md 6). Id and attempt decide which, so that two runs choose the same.
 *
 * @param attempt 0 for the first attempt
 */
export function chooseCallbackKey({
  mode,
  platform,
  publicKeyShare,
  id,
  attempt,
}: {
  mode: KeyMode
  platform: Platform
  publicKeyShare: number
  id: string
  attempt: number
}): PlatformKey {
  if (mode === 'public-key') return platform.publicKey
  if (mode === 'certificate') return platform.certificates[0]
  const lot = createHash('sha256').update(`${id}:${attempt}`).digest().readUInt32BE() / 2 ** 32
  return lot * 100 < publicKeyShare ? platform.publicKey : platform.certificates[0]
}
