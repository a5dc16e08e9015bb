import type { ErrorDefinition } from '../protocol/errors.ts'

/** The gateway in front of some paths, as far as its answers differ from those for all other paths (protocol.md 3, corrections 3 to 6). */
export interface Gateway {
  /** How it refuses calls that it cannot authenticate while the setting `authErrors` is `observed`. */
  readonly authentication?: GatewayAuthentication
  /** Answers a `Wechatpay-Serial` that names an unknown public key. */
  readonly publicKeyUnknown?: ErrorDefinition
  /** Answers a `mchid` in the body that is not the caller's; without it, the `mchid` is not checked. */
  readonly mchidDiffers?: ErrorDefinition
  /** Common errors that it words in its own way, by the keys of those errors. */
  readonly errors?: Readonly<Record<string, ErrorDefinition>>
}

/** How a gateway treats calls that it cannot authenticate, as far as it differs from the usual one. */
export interface GatewayAuthentication {
  /** `optional`: calls may come without `Accept` and `User-Agent`. */
  readonly headers?: 'optional'
  /** `known_callers`: refusals of callers that are not known have no `Request-ID`. */
  readonly requestId?: 'known_callers'
  /** Answers a call without `Authorization`, or with a scheme that is not WeChat Pay's. */
  readonly authorizationMissing?: ErrorDefinition
  readonly mchidUnknown?: ErrorDefinition
  /** Answers a `serial_no` that is not the merchant's; carries the same detail as a signature that does not match. */
  readonly serialUnknown?: ErrorDefinition
  readonly signatureMismatch?: ErrorDefinition
}
