import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { WireRequest } from '../../../src/engine/http-message.ts'
import { type Merchant, MerchantDirectory } from '../../../src/engine/keys/merchants.ts'
import { GOOD_STANDING } from '../../../src/engine/keys/standing.ts'

type Headers = Readonly<Record<string, string>>

interface KeyVector {
  readonly serial_no: string
  readonly private_key_pem: string
  readonly public_key_pem: string
  readonly cert_pem: string
}

export interface RequestVector {
  readonly id: string
  /** Seconds since the epoch, as all clocks of the file. */
  readonly clock: number
  readonly method: string
  readonly request_target: string
  readonly headers: Headers
  readonly wire_body_utf8?: string
  readonly wire_body_base64?: string
}

interface ValidRequestVector extends RequestVector {
  readonly signed_body: string
  readonly sign_message: string
  readonly sign_message_bytes: number
  readonly sign_message_sha256: string
  readonly signature: string
  readonly sign_information_if_rejected: Readonly<Record<string, unknown>>
  readonly equivalent_authorization_values?: readonly string[]
}

interface ExpectedError {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly signed_response: boolean
  readonly detail?: Readonly<Record<string, unknown>>
}

interface RefusedRequestVector extends RequestVector {
  readonly client_signed_message?: string
  readonly expect: ExpectedError
}

interface BusinessErrorVector extends RequestVector {
  readonly signed_body: string
  readonly sign_message: string
  readonly expect: ExpectedError
}

export interface ResponseVector {
  readonly id: string
  readonly client_clock: number
  readonly status: number
  readonly body_utf8: string
  readonly headers: Headers
}

export interface NotificationVector {
  readonly id: string
  readonly receiver_clock: number
  readonly body_utf8: string
  readonly headers: Headers
}

interface Verified {
  readonly verify_message: string
  readonly signature: string
}

interface SensitiveFieldVector {
  readonly id: string
  readonly plaintext: string
  readonly ciphertext: string
  readonly valid?: boolean
  readonly decrypt_with?: keyof Vectors['keys']
  readonly request_header_wechatpay_serial?: string
  readonly expect?: { readonly status: number; readonly code: string; readonly message: string }
}

interface Vectors {
  readonly constants: {
    readonly mchid: string
    readonly other_mchid: string
    readonly brand_id: string
    readonly apiv3_key: string
    readonly public_key_id: string
    readonly timestamp_window_seconds: number
    readonly base_timestamp: number
  }
  readonly keys: {
    readonly merchant: KeyVector
    readonly other_merchant: KeyVector
    readonly platform_certificate: KeyVector
    readonly platform_certificate_rotated: KeyVector
    readonly wechatpay_public_key: Omit<KeyVector, 'serial_no' | 'cert_pem'> & { readonly id: string }
  }
  readonly requests: readonly ValidRequestVector[]
  readonly requests_negative: readonly RefusedRequestVector[]
  readonly requests_business_error: readonly BusinessErrorVector[]
  readonly responses: readonly (ResponseVector & Verified)[]
  readonly responses_negative: readonly (ResponseVector & { readonly client_must: string })[]
  readonly notifications: readonly (NotificationVector & Verified & { readonly resource_plaintext: string })[]
  readonly notifications_negative: readonly (NotificationVector & {
    readonly receiver_must: string
    readonly apiv3_key?: string
  })[]
  readonly certificates: {
    readonly response_id: string
    readonly decrypted: readonly { readonly serial_no: string; readonly pem: string }[]
    readonly not_found: { readonly status: number; readonly code: string }
  }
  readonly sensitive_fields: readonly SensitiveFieldVector[]
  readonly client_pay_signatures: readonly {
    readonly id: string
    readonly message: string
    readonly signature: string
  }[]
}

const file = new URL('../../../fixtures/vectors/signature-vectors.json', import.meta.url)

export const vectors: Vectors = JSON.parse(readFileSync(file, 'utf8'))

const { constants, keys } = vectors

export const merchantKey: KeyObject = createPrivateKey(keys.merchant.private_key_pem)

function merchant(mchid: string, key: KeyVector, brandId?: string): Merchant {
  return {
    mchid,
    name: `merchant ${mchid}`,
    ...(brandId !== undefined && { brandId }),
    serialNo: key.serial_no,
    publicKey: createPublicKey(key.cert_pem),
    certificate: key.cert_pem,
    privateKey: key.private_key_pem,
    apiV3Key: constants.apiv3_key,
    appids: [],
    partners: [],
    unopenedProducts: [],
    standing: GOOD_STANDING,
  }
}

export const vectorMerchant: Merchant = merchant(constants.mchid, keys.merchant, constants.brand_id)
export const otherVectorMerchant: Merchant = merchant(constants.other_mchid, keys.other_merchant)

/** The two merchants of the vectors; the first may also call the brand API. */
export function vectorMerchants(): MerchantDirectory {
  return new MerchantDirectory([vectorMerchant, otherVectorMerchant])
}

/** The request of a vector as its bytes arrive. */
export function wireRequest(vector: RequestVector): WireRequest {
  return {
    method: vector.method,
    target: vector.request_target,
    headers: Object.fromEntries(Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body:
      vector.wire_body_base64 === undefined
        ? Buffer.from(vector.wire_body_utf8 ?? '')
        : Buffer.from(vector.wire_body_base64, 'base64'),
  }
}

/** A header of a vector. */
export function headerOf({ headers }: { readonly headers: Headers }, name: string): string {
  const value = headers[name]
  if (value === undefined) throw new Error(`The vector has no header ${name}`)
  return value
}
