import { createPublicKey, X509Certificate } from 'node:crypto'
import type { KnownKey } from '../../diagnosis/index.ts'
import { type Standing, standingFrom } from '../../engine/keys/standing.ts'
import { wellKnownIdentity } from '../../identity/well-known.ts'
import { usageError } from '../command.ts'
import { readBytes } from '../files.ts'
import type { Language } from '../language.ts'
import { connect, fetchCredentials } from '../running-mock.ts'
import { commonTexts } from '../texts.ts'
import { readVerificationKey, type VerificationKey } from '../verification.ts'

/** The keys that a message is examined with. */
export interface Identity {
  readonly mchid: string
  readonly brandId?: string
  readonly serialNo: string
  readonly publicKey: KnownKey['publicKey']
  readonly apiV3Key: string
  readonly platform: readonly KnownKey[]
  readonly standing: Standing
}

export interface IdentityOptions {
  readonly mchid?: string
  readonly url?: string
  readonly controlToken?: string
}

/**
 * The merchant of a running mock, or the well-known one.
 *
 * @throws UsageError when no mock answers, or it does not know the merchant
 */
export async function identityFor(
  { mchid, url, controlToken }: IdentityOptions,
  language: Language,
): Promise<Identity> {
  if (url === undefined) {
    const { merchant, platform } = wellKnownIdentity()
    const keys = [...platform.certificates, platform.publicKey]
    return { ...merchant, platform: keys.map(({ serialNo, publicKey }) => ({ serialNo, publicKey })) }
  }
  const told = await fetchCredentials(url, { mchid, token: controlToken }, language)
  const { items } = await (await connect(url, controlToken, language)).merchants({ text: told.mchid, limit: 500 })
  const listed = items.find((one) => one.mchid === told.mchid)
  const publicKey = told.platform_public_key
  return {
    mchid: told.mchid,
    serialNo: told.merchant_serial_no,
    publicKey: new X509Certificate(told.merchant_certificate).publicKey,
    apiV3Key: told.api_v3_key,
    standing: standingFrom({
      certificateState: listed?.certificate_state,
      replacedSerials: listed?.replaced_serials,
      apiV3KeySet: listed?.api_v3_key_set,
    }),
    platform: [
      ...told.platform_certificates.map(({ serial_no, certificate }) => ({
        serialNo: serial_no,
        publicKey: new X509Certificate(certificate).publicKey,
      })),
      ...(publicKey ? [{ serialNo: publicKey.id, publicKey: createPublicKey(publicKey.public_key) }] : []),
    ],
  }
}

/**
 * Reads the key to check with: a certificate, a public key, or a private key, whose public half is used.
 *
 * @throws UsageError for anything else
 */
export async function readKey(file: string, language: Language): Promise<VerificationKey> {
  const pem = await readBytes(file, language)
  if (!pem.includes('PRIVATE KEY')) return readVerificationKey(pem, file, language)
  try {
    const publicKey = createPublicKey(pem)
    if (publicKey.asymmetricKeyType === 'rsa') return { publicKey }
  } catch (cause) {
    throw usageError(commonTexts[language].verification.notAKey(file), cause)
  }
  throw usageError(commonTexts[language].verification.notAKey(file))
}
