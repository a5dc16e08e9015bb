import type { ErrorDefinition } from '../protocol/errors.ts'

/** The gateway in front of some paths, as far as it answers otherwise than that of all other paths (protocol.md 3, corrections 3 to 6). */
export interface Gateway {
  /** How it refuses calls that it cannot authenticate, with the setting `authErrors` as it is. */
  readonly authentication?: GatewayAuthentication
  /** For a `Wechatpay-Serial` that names an unknown public key. */
  readonly publicKeyUnknown?: ErrorDefinition
  /** For a `mchid` in the body that is not the caller's, which is checked only where this is given. */
  readonly mchidDiffers?: ErrorDefinition
  /** Errors of any call that it words in its own way, by the keys of the common ones. */
  readonly errors?: Readonly<Record<string, ErrorDefinition>>
}

/** What a gateway does otherwise with calls that it cannot authenticate. */
export interface GatewayAuthentication {
  /** `optional`: calls may come without `Accept` and `User-Agent`. */
  readonly headers?: 'optional'
  /** `known_callers`: refusals of callers that are not known have no `Request-ID`. */
  readonly requestId?: 'known_callers'
  /** For a call without `Authorization`, or with a scheme that is not WeChat Pay's. */
  readonly authorizationMissing?: ErrorDefinition
  readonly mchidUnknown?: ErrorDefinition
  /** For a `serial_no` that is not the merchant's; carries the same detail as a signature that does not fit. */
  readonly serialUnknown?: ErrorDefinition
  readonly signatureMismatch?: ErrorDefinition
}
