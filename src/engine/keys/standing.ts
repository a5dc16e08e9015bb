/** States of the certificate that a merchant signs with. */
export const CERTIFICATE_STATES = ['valid', 'expired', 'revoked', 'replaced', 'never_applied_for'] as const

type CertificateState = (typeof CERTIFICATE_STATES)[number]

/**
 * Whether WeChat Pay lets a merchant call at all, however well it signs.
 *
 * A certificate expires when it is declared expired, never by the mock's clock: tests move that by years for the sake of coupons, and clients
 * compare with a clock of their own.
 */
export interface Standing {
  /** State of the API certificate (商户API证书) in the merchant's credentials. */
  readonly certificateState: CertificateState
  /** Serials of earlier certificates, in upper case. */
  readonly replacedSerials: readonly string[]
  /**
   * Whether the merchant has set its APIv3 key (APIv3密钥). Without one nothing can be sealed for it, so it gets no callbacks. The key in its
   * credentials is then the one that it is going to set.
   */
  readonly apiV3KeySet: boolean
}

export const GOOD_STANDING: Standing = { certificateState: 'valid', replacedSerials: [], apiV3KeySet: true }

/** Fills in the members that a partial standing leaves out. */
export function standingFrom(given: { readonly [Name in keyof Standing]?: Standing[Name] | undefined }): Standing {
  const { certificateState, replacedSerials, apiV3KeySet } = given
  return {
    certificateState: certificateState ?? GOOD_STANDING.certificateState,
    replacedSerials: (replacedSerials ?? GOOD_STANDING.replacedSerials).map((serialNo) => serialNo.toUpperCase()),
    apiV3KeySet: apiV3KeySet ?? GOOD_STANDING.apiV3KeySet,
  }
}

/** The standing of a merchant that has replaced the certificate with this serial by a new one. */
export function withNewCertificate(standing: Standing, serialNo: string): Standing {
  const { certificateState, replacedSerials } = standing
  const replaced = certificateState === 'never_applied_for' ? [] : [serialNo.toUpperCase()]
  return { ...standing, certificateState: 'valid', replacedSerials: [...replacedSerials, ...replaced] }
}

/** Why a merchant may not call; its error and its cause have the same name. */
export type Objection = 'api_v3_key_not_set' | `certificate_${Exclude<CertificateState, 'valid'>}`

/**
 * Why a merchant may not call with a certificate; `undefined` if it may, or if the certificate is not its own.
 *
 * Problems of the merchant come before those of one certificate, as in the official table (that this is the order is inferred).
 */
export function objectionTo(
  { serialNo, standing }: { readonly serialNo: string; readonly standing: Standing },
  signedWith: string,
): Objection | undefined {
  const { certificateState, replacedSerials, apiV3KeySet } = standing
  if (!apiV3KeySet) return 'api_v3_key_not_set'
  if (certificateState === 'never_applied_for') return 'certificate_never_applied_for'
  const wanted = signedWith.toUpperCase()
  if (wanted === serialNo.toUpperCase()) {
    return certificateState === 'valid' ? undefined : `certificate_${certificateState}`
  }
  return replacedSerials.includes(wanted) ? 'certificate_replaced' : undefined
}
