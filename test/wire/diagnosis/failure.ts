import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SignatureFailure } from '../../../src/wire/diagnosis/diagnose.ts'
import type { KnownKey } from '../../../src/wire/diagnosis/signer.ts'
import { vectors } from '../protocol/vectors.ts'
import { bodyOf, type Draft } from './drafts.ts'
import { API_V2_KEY, API_V3_KEY, HOST, MCHID, SERIAL_NO } from './mistakes.ts'

/** Half as long as real ones, so that ten thousand requests are signed in seconds. */
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })

export interface TestKey extends KnownKey {
  readonly privateKey: KeyObject
}

export const smallKey: TestKey = { serialNo: SERIAL_NO, mchid: MCHID, ...small }

const ofVector = (
  key: { private_key_pem: string; public_key_pem: string },
  serialNo: string,
  mchid?: string,
): TestKey => ({
  serialNo,
  publicKey: createPublicKey(key.public_key_pem),
  privateKey: createPrivateKey(key.private_key_pem),
  ...(mchid !== undefined && { mchid }),
})

const { keys } = vectors
export const merchantKey = ofVector(keys.merchant, SERIAL_NO, MCHID)
export const otherMerchantKey = ofVector(keys.other_merchant, keys.other_merchant.serial_no, '1900000109')
export const platformKey = ofVector(keys.platform_certificate, keys.platform_certificate.serial_no)
export const oldKey = ofVector(keys.platform_certificate_rotated, '0'.repeat(40), MCHID)
export const unknownKey = ofVector(keys.wechatpay_public_key, 'nobody knows')

/** SHA-256 and PKCS#1 v1.5, as base64. */
export const signed = (message: Uint8Array, { privateKey }: TestKey, hash = 'sha256'): string =>
  sign(hash, message, { key: privateKey, padding: constants.RSA_PKCS1_PADDING }).toString('base64')

/** The failure of a request as it went over the wire, with a signature that does not fit. */
export function failureOf(
  wire: Draft,
  signature: string,
  more: Partial<SignatureFailure> & { readonly headers?: Record<string, string> } = {},
): SignatureFailure {
  const { headers, ...rest } = more
  return {
    request: { method: wire.method, target: wire.url, headers: { host: HOST, ...headers }, body: bodyOf(wire) },
    authorization: {
      scheme: 'WECHATPAY2-SHA256-RSA2048',
      identity: MCHID,
      nonce: wire.nonce,
      timestamp: wire.timestamp,
      serialNo: SERIAL_NO,
      signature,
    },
    key: smallKey,
    apiV2Key: API_V2_KEY,
    apiV3Key: API_V3_KEY,
    ...rest,
  }
}
