import { isBrand, type Scheme } from './scheme.ts'

/** The part of a merchant's credentials that signs requests. */
export interface SigningCredentials {
  readonly mchid: string
  /** Names the caller in the brand API (品牌). Default: `mchid`. */
  readonly brand_id?: string
  /** 40 hex digits of the API certificate. */
  readonly merchant_serial_no: string
  /** PEM, PKCS#8 or PKCS#1. */
  readonly merchant_private_key: string
}

/** The identity of credentials under a scheme. */
export function identityIn(
  { mchid, brand_id = mchid }: Pick<SigningCredentials, 'mchid' | 'brand_id'>,
  scheme: Scheme,
): string {
  return isBrand(scheme) ? brand_id : mchid
}
